"""A stack with the production build of the front end, and the system's Chromium."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from infra.local.stack_file import StackFile
from tests.e2e.chat_page import ChatPage
from tests.running_stack import running_stack

# The headless shell needs two thirds of the time.
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
# Background services of Chromium only look for hosts that a test machine does not reach.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.exit(f"no Chromium: install one of {', '.join(BROWSERS)}, or set CHROMIUM to its path", 2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackFile]:
    folder: Path = tmp_path_factory.mktemp("e2e")
    with running_stack(folder, "cognito", "--frontend", "preview") as stack:
        yield stack


@pytest.fixture
def room() -> str:
    """A room of the test's own."""
    return f"room-{uuid.uuid4().hex[:8]}"


Visit = Callable[..., ChatPage]


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """What the browser of each user who has signed in keeps of it."""
    return {}


@pytest.fixture
def visit(browser: Browser, stack: StackFile, sessions: dict[str, StorageState]) -> Iterator[Visit]:
    """Opens the page in a browser profile of its own, signed in as a demo user if one is named.

    Options are those of Playwright's new_context. A user signs in by the form once, later profiles are given
    that session; tests that end sessions sign in for themselves.
    """
    contexts: list[BrowserContext] = []

    def open_page(user: str | None = None, **options: object) -> ChatPage:
        session = {"storage_state": sessions[user]} if user in sessions else {}
        context = browser.new_context(**({"locale": "en-GB", "reduced_motion": "reduce"} | session | options))  # type: ignore[arg-type]  # passed on
        contexts.append(context)
        page: Page = context.new_page()
        assert stack.frontend_url is not None
        page.goto(stack.frontend_url)
        chat = ChatPage(page, stack)
        if user is None:
            return chat
        if user in sessions:
            return chat.online()
        chat.sign_in(user)
        sessions[user] = context.storage_state()
        return chat

    yield open_page
    for context in contexts:
        context.close()
