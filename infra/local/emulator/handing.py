"""Lets MiniStack hand an event to a warm function, and read its answer and log, in the thread that has it.

As shipped a thread reads the answer, another one the log, and the log is looked for by the clock. Here one
loop reads both pipes; when the answer has come, whatever the function logged is in the other pipe already.
"""

import json
import os
import select
import time
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import Worker

Answer = dict[str, Any]
READ_BYTES = 65_536


class Pipes:
    """Output and log of one function's process, as far as they were read."""

    def __init__(self, process: Any) -> None:
        self.process = process
        self._output, self._log = process.stdout.fileno(), process.stderr.fileno()
        os.set_blocking(self._output, False)
        os.set_blocking(self._log, False)
        self._ready = select.poll()
        for descriptor in (self._output, self._log):
            self._ready.register(descriptor, select.POLLIN)
        self._read = {self._output: b"", self._log: b""}

    def answer(self, deadline: float) -> Answer:
        """Wait for the answer to the event that was handed over, passing by lines that are none.

        Raises:
            TimeoutError: none came until `deadline` (`time.monotonic`).
            EOFError: the process has ended.
        """
        while True:
            *lines, self._read[self._output] = self._read[self._output].split(b"\n")
            for number, line in enumerate(lines):
                if answer := _answer_in(line):
                    left = [*lines[number + 1 :], self._read[self._output]]
                    self._read[self._output] = b"\n".join(left)
                    return answer
            ready = self._ready.poll(max(0.0, deadline - time.monotonic()) * 1000)
            if not ready:
                raise TimeoutError
            for descriptor, _ in ready:
                is_ended = not self._fill(descriptor)
                if is_ended and descriptor == self._output:
                    raise EOFError
                if is_ended:
                    self._ready.unregister(descriptor)

    def log(self) -> str:
        """Take what was logged by now."""
        while self._fill(self._log):
            pass
        lines, self._read[self._log] = self._read[self._log].decode(errors="replace"), b""
        return lines.rstrip("\n")

    def _fill(self, descriptor: int) -> bool:
        """Read what there is; return whether there was anything."""
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        self._read[descriptor] += data
        return bool(data)


def _answer_in(line: bytes) -> Answer | None:
    if not line.startswith(b"{"):
        return None
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if answer.get("status") in ("ok", "error") else None


def hand_over_directly() -> None:
    """Replace how the emulator talks to the processes of functions.

    Raises:
        AttributeError: this MiniStack does so in another way already.
    """
    for name in ("invoke", "_read_stderr", "_drain_stderr", "_spawn"):
        getattr(Worker, name)
    Worker._read_stderr = lambda _self: None  # nobody else reads the log
    Worker._drain_stderr = lambda _self: ""
    Worker.invoke = _invoke


def _invoke(
    self: Any,
    event: object,
    request_id: str,
    *,
    trace_id: str | None = None,
    depth: int | None = None,
    durable: dict[str, Any] | None = None,
    invoked_function_arn: str | None = None,
) -> Answer:
    with self._lock:
        is_cold = self._cold
        if self._proc is None or self._proc.poll() is not None:
            self._spawn()
            is_cold, self._cold = True, False
        pipes: Pipes = vars(self).get("pipes")
        if pipes is None or pipes.process is not self._proc:
            pipes = self.pipes = Pipes(self._proc)
        timeout = float(self.config.get("Timeout", 30))
        arn = self.config.get("FunctionArn", "") if invoked_function_arn is None else invoked_function_arn
        context = {
            "request_id": request_id,
            "invoked_function_arn": arn,
            "timeout_ms": int(timeout * 1000),
            "trace_id": trace_id,
            "depth": depth,
            "durable": durable or {},
        }
        try:
            self._proc.stdin.write(json.dumps({"event": event, "ctx": context}) + "\n")
            self._proc.stdin.flush()
            answer = pipes.answer(time.monotonic() + timeout)
        except TimeoutError:
            answer = {"status": "error", "error": f"Task timed out after {int(timeout)}.00 seconds"}
        except (EOFError, OSError):
            answer = {"status": "error", "error": "Worker process died"}
        log = pipes.log()
        if answer["status"] == "error":
            process, self._proc = self._proc, None
            lambda_runtime._signal(process)
            lambda_runtime._collect(process, time.monotonic() + lambda_runtime._REAP_GRACE)
        return {**answer, "cold_start": is_cold, "log": log}
