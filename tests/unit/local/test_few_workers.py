"""Queues have no more workers here than the machine bears, and none has more than the topology gives it."""

import subprocess
import sys

import pytest

SCENE = """
from ministack.services import lambda_svc
from infra.local.emulator import few_workers
from infra.local.emulator.few_workers import BATCHES, BATCHES_OF_A_QUEUE, SLOW_SECONDS, run_few_batches

now = 0.0
under_way = []  # what ends each batch
lambda_svc.spawn_background = lambda task, thread_name: under_way.append(task)
for name in ("a", "b", "c"):
    lambda_svc._esms._data["000000000000", "eu-central-1", name] = {"UUID": name}
run_few_batches(lambda: now)

def at_once(wanted):
    mapping = {"ScalingConfig": {"MaximumConcurrency": wanted}}
    return lambda_svc._sqs_esm_concurrency(mapping, {}, {}, {"is_fifo": False})

def begin(queue):
    lambda_svc._dispatch_esm_batch(queue, lambda: None)
"""
A_QUEUE = """
assert at_once(1_000) == BATCHES_OF_A_QUEUE
assert at_once(1) == 1
"""
ALL_QUEUES = """
for number in range(BATCHES):
    assert at_once(1_000) == BATCHES_OF_A_QUEUE
    begin(f"queue-{number}")
assert at_once(1_000) == 0
under_way.pop()()
assert at_once(1_000) == BATCHES_OF_A_QUEUE
"""
THAT_HANG = """
for number in range(BATCHES):
    begin(f"queue-{number}")
now = SLOW_SECONDS
assert at_once(1_000) == BATCHES_OF_A_QUEUE
begin("another")
for end in under_way:
    end()
assert at_once(1_000) == BATCHES_OF_A_QUEUE
"""
THAT_FAILS = """
def fail():
    raise ValueError
lambda_svc._dispatch_esm_batch("queue", fail)
for number in range(BATCHES - 1):
    begin(f"queue-{number}")
assert at_once(1_000) == 0
try:
    under_way[0]()
except ValueError:
    pass
assert at_once(1_000) == BATCHES_OF_A_QUEUE
"""
TURNS = """
looks = [[mapping["UUID"] for _, _, mapping in lambda_svc._iter_all_esms()] for _ in range(3)]
assert {tuple(sorted(look)) for look in looks} == {("a", "b", "c")}
assert {look[0] for look in looks} == {"a", "b", "c"}
"""
THE_POLLER_ASKS = """
wanted = {"_sqs_esm_concurrency", "_dispatch_esm_batch", "_iter_all_esms"}
assert wanted <= set(lambda_svc._poll_sqs.__code__.co_names)
"""


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(A_QUEUE, id="of a queue"),
        pytest.param(ALL_QUEUES, id="of all queues"),
        pytest.param(THAT_HANG, id="but for those that hang"),
        pytest.param(THAT_FAILS, id="a batch that fails is over"),
        pytest.param(TURNS, id="each queue is the first in its turn"),
        pytest.param(THE_POLLER_ASKS, id="the poller asks what is replaced"),
    ],
)
def test_batches_at_once_are_bounded_by_the_machine(told: str) -> None:
    """In a process of its own: the emulator's module is changed."""
    subprocess.run([sys.executable, "-c", SCENE + told], check=True, timeout=60)
