"""What `make dev` starts, without options, and nothing left of it after Ctrl-C."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser

from tests.e2e.chat_page import ChatPage
from tests.support.running_stack import running_stack


@pytest.mark.nightly
def test_two_people_chat_and_ctrl_c_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    with running_stack(tmp_path, "cognito") as stack:
        assert stack.frontend_url is not None
        people = []
        for user in ("alice", "bob"):
            page = browser.new_context(locale="en-GB").new_page()
            page.goto(stack.frontend_url)
            people.append(ChatPage(page, stack).sign_in(user))
        alice, bob = people
        alice.say("Hello Bob")
        bob.sees("Hello Bob").say("Hello Alice")
        alice.sees("Hello Bob", "Hello Alice")
        for person in people:
            person.page.context.close()

    assert [pid for pid in stack.pids.values() if psutil.pid_exists(pid)] == []
    for url in (stack.websocket_url, stack.callback_url, stack.aws_endpoint_url, stack.frontend_url):
        socket.create_server(("127.0.0.1", urlsplit(url).port or 0)).close()
    assert not (tmp_path / "stack.json").exists()
