"""The emulator's wait is shortened where this version of it keeps it."""

import subprocess
import sys


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
