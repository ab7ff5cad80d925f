"""The emulator's calls run at once, however many there are, and in threads that were there before."""

import subprocess
import sys
import threading
import time

from infra.local.emulator.kept_threads import KeptThreads

TOGETHER = 20
CODE = """
import asyncio, threading
from infra.local.emulator.kept_threads import keep_threads
from ministack.core import concurrency
from ministack.services import lambda_svc

keep_threads()
assert {"run_reentrant"} <= set(lambda_svc._invoke.__code__.co_names)
assert {"spawn_background"} <= set(lambda_svc._dispatch_esm_batch.__code__.co_names)

async def call():
    return await concurrency.run_reentrant(threading.current_thread, thread_name="ministack-lambda-invoke")

async def fail():
    await concurrency.run_reentrant(int, "x", thread_name="ministack-lambda-invoke")

async def main():
    assert (await call()).name == "kept"
    try:
        await fail()
    except ValueError:
        assert (await call()).name == "kept"
        return
    raise AssertionError("no error")

asyncio.run(main())
assert isinstance(concurrency.spawn_background(lambda: None, thread_name="other"), threading.Thread)
"""


def test_whatever_is_to_run_begins_though_all_else_waits_for_it() -> None:
    kept, all_there = KeptThreads(), threading.Barrier(TOGETHER + 1, timeout=30)

    for _ in range(3):
        for _ in range(TOGETHER):
            kept.run(all_there.wait)  # type: ignore[arg-type]  # what it returns is nobody's
        all_there.wait()


def test_a_thread_that_is_done_takes_the_next() -> None:
    kept, idents = KeptThreads(), list[int]()

    for number in range(1, 10):
        kept.run(lambda: idents.append(threading.get_ident()))
        while len(idents) < number or not kept.idle:
            time.sleep(0.001)

    assert len(set(idents)) == 1


def test_the_emulator_runs_calls_in_kept_threads() -> None:
    """In a process of its own: the emulator's module is changed."""
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60)
