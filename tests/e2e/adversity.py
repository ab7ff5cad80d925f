"""A slow and busy machine, made on purpose (`--slow`): what a journey must not depend on is then not so."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page

from infra.local.stack_file import StackFile

RATES = (1.0, 4.0)  # how many times slower a page computes
PAUSE_SECONDS = (0.02, 0.4)
APART_SECONDS = (0.0, 2.0)
# Most frames and answers come at once, some late, each after those before it.
LATE_ANSWERS = """(() => {
  const wait = window.setTimeout.bind(window);
  const late = () => new Promise(done => wait(done, 1200 * Math.random() ** 6));
  const fetched = window.fetch.bind(window);
  window.fetch = async (...request) => {
    const answer = await fetched(...request);
    await late();
    return answer;
  };
  const handler = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", { ...handler, set(receive) {
    let before = Promise.resolve();
    const inTurn = event => { before = before.then(late).then(() => receive.call(this, event)); };
    handler.set.call(this, receive && inTurn);
  } });
})()"""


class Adversity:
    """What a seed makes late. The choices are repeated with it, the moments are not."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def slow_down(self, context: BrowserContext) -> None:
        """Make each page of the profile compute slowly, at a speed of its own, and hear late."""
        context.add_init_script(LATE_ANSWERS)
        context.on("page", self._slow_down)

    def _slow_down(self, page: Page) -> None:
        rate = self._random.uniform(*RATES)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": rate})

    @contextmanager
    def pauses(self, stack: StackFile) -> Iterator[None]:
        """Stop the emulator for a moment, again and again."""
        over = threading.Event()
        thread = threading.Thread(target=self._pause, args=(stack.pids["emulator"], over))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _pause(self, pid: int, over: threading.Event) -> None:
        while not over.wait(self._random.uniform(*APART_SECONDS)):
            os.kill(pid, signal.SIGSTOP)
            over.wait(self._random.uniform(*PAUSE_SECONDS))
            os.kill(pid, signal.SIGCONT)
