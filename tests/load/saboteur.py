"""Sets and takes back the faults of a scenario's stages on a local stack."""

import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.clients import Clients
from infra.local import loopback
from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from tests.load.faults import FAULTS, CallFault, PostFault
from tests.load.scenario import Scenario, Stage

# Short, so that a job whose worker got no answer comes back within the run. On AWS: infra/topology.yaml.
FUNCTION_SECONDS = 9
VISIBILITY_SECONDS = 10
SOME = 0.1


class Saboteur:
    """Knows how to make a stack fail; `begin` is told each stage as it begins."""

    def __init__(self, stack: StackFile, proxy: "subprocess.Popen[str] | None") -> None:
        self._stack = stack
        self._proxy = proxy
        self._chance = random.Random(0)

    def begin(self, stage: Stage) -> None:
        """Take back what was set before, and set the stage's fault if it has one."""
        fault = FAULTS[stage.fault] if stage.fault else None
        posts = [self._settings(fault)] if isinstance(fault, PostFault) else []
        self._admin("PUT", "/faults", posts)
        if self._proxy:
            assert self._proxy.stdin is not None
            self._proxy.stdin.write(f"{stage.fault if isinstance(fault, CallFault) else ''}\n")
            self._proxy.stdin.flush()

    def _settings(self, fault: PostFault) -> dict[str, Any]:
        if not fault.some:
            return fault.settings
        ids = [each["connectionId"] for each in self._admin("GET", "/connections")]
        return {**fault.settings, "connection_ids": self._chance.sample(ids, round(SOME * len(ids)) or 1)}

    def _admin(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._stack.edge_admin_url + path, method=method, data=data)
        with loopback.OPENER.open(request) as answer:
            return json.load(answer)


@contextmanager
def saboteur(stack: StackFile, scenario: Scenario) -> Iterator[Saboteur]:
    """Prepare a stack for the faults of a scenario; leave it as it was found."""
    faults = [FAULTS[stage.fault] for stage in scenario.stages if stage.fault]
    if not any(isinstance(fault, CallFault) for fault in faults):
        yield _cleared(Saboteur(stack, None))
        return
    clients = local_clients(stack.aws_endpoint_url, stack.region)
    with (
        subprocess.Popen(
            [sys.executable, "-m", "tests.load.faulty_aws", stack.aws_endpoint_url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as proxy,
        _led_through(proxy, stack, clients),
    ):
        yield _cleared(Saboteur(stack, proxy))
        assert proxy.stdin is not None
        proxy.stdin.close()


def _cleared(saboteur: Saboteur) -> Saboteur:
    saboteur.begin(Stage(name="gather", seconds=1, connections=0))
    return saboteur


@contextmanager
def _led_through(proxy: "subprocess.Popen[str]", stack: StackFile, clients: Clients) -> Iterator[None]:
    """Let the functions make their AWS calls through the proxy, with short time-outs."""
    assert proxy.stdout is not None
    url = proxy.stdout.readline().strip()
    found = {
        name: clients.functions.get_function_configuration(FunctionName=name)
        for name in stack.functions.values()
    }
    queues = {
        queue: clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])[
            "Attributes"
        ]
        for queue in stack.shard_queue_urls
    }
    for name, standing in found.items():
        variables = {**standing["Environment"]["Variables"], "AWS_ENDPOINT_URL": url}
        clients.functions.update_function_configuration(
            FunctionName=name,
            Timeout=min(FUNCTION_SECONDS, standing["Timeout"]),
            Environment={"Variables": variables},
        )
    for queue in queues:
        clients.sqs.set_queue_attributes(
            QueueUrl=queue, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)}
        )
    try:
        yield
    finally:
        for name, standing in found.items():
            clients.functions.update_function_configuration(
                FunctionName=name,
                Timeout=standing["Timeout"],
                Environment={"Variables": standing["Environment"]["Variables"]},
            )
        for queue, attributes in queues.items():
            clients.sqs.set_queue_attributes(QueueUrl=queue, Attributes=attributes)
