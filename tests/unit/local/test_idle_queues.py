"""The emulator's poller sees queues that hold a message, streams, and what it does not know."""

import subprocess
import sys

CODE = """
from ministack.services import lambda_svc, sqs
from infra.local.emulator.idle_queues import pass_by_empty_queues

ACCOUNT, REGION = "000000000000", "eu-central-1"

def queue(name, messages):
    url = sqs._queue_url_for_account(ACCOUNT, name)
    sqs._queues._data[ACCOUNT, REGION, url] = {"messages": messages}

def seen():
    return {mapping["UUID"] for _, _, mapping in lambda_svc._iter_all_esms()}

sources = {name: f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}" for name in ("empty", "full", "unknown")}
sources["stream"] = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/a/stream/2026-11-27T00:00:00.000"
for name, arn in sources.items():
    lambda_svc._esms._data[ACCOUNT, REGION, name] = {"UUID": name, "EventSourceArn": arn}
queue("empty", [])
queue("full", ["a message"])
assert seen() == set(sources)

pass_by_empty_queues()
assert seen() == {"full", "stream", "unknown"}
queue("empty", ["a message"])
assert seen() == set(sources)
assert {"_iter_all_esms"} <= set(lambda_svc._poll_sqs.__code__.co_names)
"""


def test_only_empty_queues_are_passed_by() -> None:
    """In a process of its own: the emulator's modules are changed."""
    subprocess.run([sys.executable, "-c", CODE], check=True)
