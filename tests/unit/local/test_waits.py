"""The emulator's waits are shortened where this version of it keeps them."""

import inspect
import subprocess
import sys

from ministack.core.lambda_runtime import Worker

from infra.local.emulator.waits import LOG_WAIT_SECONDS


def test_the_waits_that_are_shortened_are_those_of_this_version() -> None:
    waits = inspect.signature(Worker._drain_stderr_bounded).parameters

    assert list(waits) == ["self", "first_line_wait", "idle_confirm", "hard_cap"]
    shipped = [waits[name].default for name in ("first_line_wait", "idle_confirm", "hard_cap")]
    assert all(ours <= theirs for ours, theirs in zip(LOG_WAIT_SECONDS, shipped, strict=True))


def test_the_poller_reads_its_rest_when_it_rests() -> None:
    """In a process of its own: the setting is the module's."""
    code = (
        "from infra.local.emulator.waits import POLLER_REST_SECONDS, shorten_waits\n"
        "from ministack.services import lambda_svc\n"
        "before = lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS\n"
        "shorten_waits()\n"
        "assert lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS == POLLER_REST_SECONDS < before\n"
        "assert '_ESM_IDLE_WAKE_GAP_SECONDS' in lambda_svc._poll_loop.__code__.co_names\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
