"""A stack whose every call can be made to fail: posts by the edge's fault switches, AWS by a proxy."""

import contextlib
import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import psutil

from infra.local.stack_file import StackFile
from tests.integration.aws_proxy import AwsProxy
from tests.support.chat_client import ChatClient

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient
    from types_boto3_sqs import SQSClient

SLICE = 5
# Short, so that a killed worker's records come back within the test's patience.
FUNCTION_TIMEOUT_SECONDS = 9
VISIBILITY_SECONDS = 9
IDLE_PATIENCE_SECONDS = 90


@dataclass
class FaultyStack:
    """The stack, the proxy in front of its AWS, and what tests do to them."""

    stack: StackFile
    proxy: AwsProxy

    @property
    def job_queue_urls(self) -> tuple[str, ...]:
        """The queues that the fan-out consumes."""
        return (*self.stack.shard_queue_urls, *self.stack.slice_queue_urls, self.stack.presence_queue_url)

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # the name is a variable here
            endpoint_url=self.stack.aws_endpoint_url,
            region_name=self.stack.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def prepare(self) -> None:
        """Leads the functions through the proxy, with small slices and short time-outs."""
        functions: LambdaClient = self.client("lambda")
        for name, function in self.stack.functions.items():
            configuration = functions.get_function_configuration(FunctionName=function)
            variables = dict(configuration["Environment"]["Variables"])
            variables["AWS_ENDPOINT_URL"] = self.proxy.url
            if name == "fanout":
                variables["FANOUT_SLICE"] = str(SLICE)
            functions.update_function_configuration(
                FunctionName=function,
                Timeout=FUNCTION_TIMEOUT_SECONDS,
                Environment={"Variables": variables},
            )
        sqs: SQSClient = self.client("sqs")
        for url in self.job_queue_urls:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)})

    def reset(self) -> None:
        """No faults, no jobs, no dead letters, those that somebody has just received included."""
        self.proxy.reset()
        self.faults()
        deadline = time.monotonic() + IDLE_PATIENCE_SECONDS
        while not self.idle():
            assert time.monotonic() < deadline, "the queues did not run empty"
            time.sleep(0.2)
        self.client("sqs").purge_queue(QueueUrl=self.stack.dead_letter_queue_url)

    def faults(self, *faults: dict[str, Any]) -> None:
        """Replaces the edge's faults."""
        self._admin("PUT", "/faults", list(faults))

    def met(self) -> list[int]:
        """How many requests each fault has met."""
        return [fault["met"] for fault in self._admin("GET", "/faults")]

    def connection_id(self, client: ChatClient) -> str:
        """The connection id of a client."""
        listed = self._admin("GET", "/connections")
        return str(next(each["connectionId"] for each in listed if each["userAgent"] == client.name))

    def kill_fanout_workers(self) -> int:
        """SIGKILL, as when Lambda loses a host; how many there were."""
        killed = 0
        emulator = psutil.Process(self.stack.pids["emulator"])
        for process in emulator.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == self.stack.functions["fanout"]:
                    process.kill()
                    killed += 1
        return killed

    def enqueue(self, body: str, shard: int) -> None:
        """Puts a body straight onto a shard's queue."""
        self.client("sqs").send_message(QueueUrl=self.stack.shard_queue_urls[shard], MessageBody=body)

    def dead_letters(self) -> list[dict[str, Any]]:
        """Takes what is in the dead-letter queue: body and attributes of each."""
        sqs: SQSClient = self.client("sqs")
        url = self.stack.dead_letter_queue_url
        found: list[dict[str, Any]] = []
        while True:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            ).get("Messages", [])
            if not answer:
                return found
            for each in answer:
                attributes = each.get("MessageAttributes", {})
                found.append(
                    {
                        "body": each["Body"],
                        "attributes": {name: a["StringValue"] for name, a in attributes.items()},
                    }
                )
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])

    def idle(self) -> bool:
        """Whether no job waits, is delayed or under way on any shard queue."""
        sqs: SQSClient = self.client("sqs")
        names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        return all(
            count == "0"
            for url in self.job_queue_urls
            for count in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()  # type: ignore[arg-type]  # plain strings
        )

    def _admin(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.stack.edge_admin_url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


@contextlib.contextmanager
def faulty(stack: StackFile) -> Iterator[FaultyStack]:
    """Puts a proxy in front of the stack's AWS."""
    with AwsProxy(stack.aws_endpoint_url) as proxy:
        prepared = FaultyStack(stack, proxy)
        prepared.prepare()
        yield prepared
