"""A queue has no more workers here than the machine bears, and no more than the topology gives it."""

import subprocess
import sys

CODE = """
from ministack.services import lambda_svc
from infra.local.emulator.few_workers import BATCHES_OF_A_QUEUE, run_few_batches

run_few_batches()
assert {"_sqs_esm_concurrency"} <= set(lambda_svc._poll_sqs.__code__.co_names)

def at_once(wanted):
    mapping = {"ScalingConfig": {"MaximumConcurrency": wanted}}
    return lambda_svc._sqs_esm_concurrency(mapping, {}, {}, {"is_fifo": False})

assert at_once(1_000) == BATCHES_OF_A_QUEUE
assert at_once(1) == 1
"""


def test_batches_at_once_are_bounded_by_the_machine() -> None:
    """In a process of its own: the emulator's module is changed."""
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60)
