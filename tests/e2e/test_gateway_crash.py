"""A conversation goes on when the gateway crashes in the middle of it and comes back."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from shared.stores.messages import Messages, Span
from tests.e2e.chat_page import ChatPage
from tests.support.running_stack import running_stack


class Gateway:
    """The edge process of a stack, to kill and to start anew as it was."""

    def __init__(self, stack: StackFile) -> None:
        self._process = psutil.Process(stack.pids["edge"])
        self._command = self._process.cmdline()
        self._environment = self._process.environ()
        self._folder = self._process.cwd()

    def crash(self) -> None:
        """Ends it without a word: no close frame, no `$disconnect`, its connections stay in the table."""
        self._process.kill()

    @contextmanager
    def running_again(self) -> Iterator[None]:
        process = subprocess.Popen(
            self._command,
            env=self._environment,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _unsupervised(stack: StackFile) -> Iterator[Gateway]:
    """`chatctl up` stops everything when a child ends, so it is stopped itself meanwhile."""
    gateway = Gateway(stack)
    os.kill(stack.pids["chatctl"], signal.SIGSTOP)
    try:
        yield gateway
    finally:
        os.kill(stack.pids["chatctl"], signal.SIGCONT)


@pytest.mark.nightly
def test_after_a_crash_of_the_gateway_everybody_sees_the_whole_conversation(
    browser: Browser, tmp_path: Path
) -> None:
    with running_stack(tmp_path, "cognito") as stack, _unsupervised(stack) as gateway:
        alice, bob = (_visit(browser, stack).sign_in(user) for user in ("alice", "bob"))
        alice.say("before").sees("before")
        bob.sees("before")

        gateway.crash()
        for person, text in ((alice, "alice, meanwhile"), (bob, "bob, meanwhile")):
            expect(person.page.get_by_test_id("connection")).not_to_have_attribute("data-state", "online")
            person.say(text)
            expect(person.outgoing).to_have_attribute("data-state", "pending")
        with gateway.running_again():
            for person in (alice, bob):
                person.sees("before", "alice, meanwhile", "bob, meanwhile")
                expect(person.outgoing).to_have_count(0)
            bob.say("after").sees("after")
            alice.sees("after")

            history = _history(stack)
            assert sorted(history) == ["after", "alice, meanwhile", "before", "bob, meanwhile"]
            assert alice.contents == history
            assert bob.contents == history
            for person in (alice, bob):
                person.page.context.close()


def _visit(browser: Browser, stack: StackFile) -> ChatPage:
    page = browser.new_context(locale="en-GB").new_page()
    assert stack.frontend_url is not None
    page.goto(stack.frontend_url)
    return ChatPage(page, stack)


def _history(stack: StackFile) -> list[str]:
    dynamodb = local_clients(stack.aws_endpoint_url, stack.region).dynamodb
    page = Messages(dynamodb, stack.tables["messages"]).of_room("global", Span(limit=100))
    return [message.content for message in page.messages]
