"""An event is handed to a process, and its answer and log come back, whatever else the process does."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from infra.local.emulator.handing import Pipes

ANSWER = '{"status": "ok", "result": 1}'
PATIENCE_SECONDS = 30.0


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def pipes_of(code: str, processes: list[subprocess.Popen[str]]) -> Pipes:
    process = subprocess.Popen(
        [sys.executable, "-c", f"import os, sys, time\n{code}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    processes.append(process)
    return Pipes(process)


def answer_of(pipes: Pipes) -> object:
    return pipes.answer(time.monotonic() + PATIENCE_SECONDS)


def test_an_answer_in_pieces_among_lines_that_are_none(processes: list[subprocess.Popen[str]]) -> None:
    code = f"""
os.write(1, b'a line\\n\\n{{"x": \\n[1]\\n{{"status": "other"}}\\n{ANSWER[:9]}')
time.sleep(0.05)
os.write(1, b'{ANSWER[9:]}\\nnot yet read\\n{ANSWER.replace("1", "2")}\\n')
"""
    pipes = pipes_of(code, processes)

    assert answer_of(pipes) == {"status": "ok", "result": 1}
    assert answer_of(pipes) == {"status": "ok", "result": 2}


def test_the_log_is_there_with_the_answer_more_than_a_pipe_holds(
    processes: list[subprocess.Popen[str]],
) -> None:
    code = f"sys.stderr.write('x' * 300_000 + '\\\\nlast\\\\n'); print('{ANSWER}')".replace("\\\\", "\\")
    pipes = pipes_of(code, processes)

    answer_of(pipes)

    first, last = pipes.log().split("\n")
    assert (len(first), last) == (300_000, "last")
    assert pipes.log() == ""


def test_a_process_that_does_not_answer_in_time_has_its_log_all_the_same(
    processes: list[subprocess.Popen[str]],
) -> None:
    pipes = pipes_of("print('hello', file=sys.stderr); os.close(2); time.sleep(60)", processes)

    with pytest.raises(TimeoutError):
        pipes.answer(time.monotonic() + 1)
    assert pipes.log() in ("hello", "")


@pytest.mark.parametrize("code", ["", "os.write(1, b'{')", "print('why', file=sys.stderr); sys.exit(1)"])
def test_a_process_that_ends_without_an_answer(code: str, processes: list[subprocess.Popen[str]]) -> None:
    with pytest.raises(EOFError):
        answer_of(pipes_of(code, processes))


CODE = """
from infra.local.emulator.handing import hand_over_directly
from ministack.core.lambda_runtime import Worker

shipped = Worker.invoke
hand_over_directly()
assert Worker.invoke is not shipped
before, now = shipped.__code__, Worker.invoke.__code__
assert before.co_varnames[: before.co_argcount] == now.co_varnames[: now.co_argcount]
assert before.co_kwonlyargcount == now.co_kwonlyargcount
names = {"event", "ctx", "request_id", "invoked_function_arn", "timeout_ms", "trace_id", "depth", "durable"}
assert names <= {text for each in before.co_consts for text in (each if isinstance(each, tuple) else [each])}
"""


def test_this_version_hands_over_what_is_replaced() -> None:
    """In a process of its own: the emulator's class is changed."""
    subprocess.run([sys.executable, "-c", CODE], check=True, timeout=60)
