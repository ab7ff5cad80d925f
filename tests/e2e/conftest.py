"""A stack with the production build of the front end, and a Chromium."""

import os
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from infra.local.stack_file import StackFile
from tests.e2e.adversity import Adversity
from tests.e2e.chat_page import ChatPage, Visit
from tests.e2e.installed_browsers import NOT_INSTALLED
from tests.support.browser import FLAGS, NoBrowser, find_browser, is_required
from tests.support.running_stack import running_stack

NO_BROWSER = pytest.StashKey[str]()
# Deadlines, which nobody waits for unless a test fails: Playwright's own are too short for a busy machine.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slow` makes a slow and busy machine of this one, `--slow=<seed>` the same one again."""
    parser.addoption(
        "--slow", nargs="?", const=uuid.uuid4().hex[:8], metavar="SEED", help="see docs/testing.md"
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    """Name the seed, which the failures come with."""
    seed = config.getoption("slow", None)
    return f"a slow machine: --slow={seed}" if seed else None


def pytest_configure(config: pytest.Config) -> None:
    """Look for the browser before any test runs; where it is required, it must be there."""
    try:
        os.environ["CHROMIUM"] = str(find_browser())  # where pytest-xdist's workers look first
    except NoBrowser as trouble:
        if is_required("Chromium"):
            raise pytest.UsageError(str(trouble)) from None
        config.stash[NO_BROWSER] = str(trouble)


@pytest.hookimpl(tryfirst=True)  # before tests/conftest.py, which would keep them all in one process
def pytest_itemcollected(item: pytest.Item) -> None:
    """Give the files out one by one: each process has a stack of its own, and neither waits for the other."""
    if isinstance(item, pytest.Function) and "stack" in item.fixturenames:
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the tests that need a browser where there is none, before they start a stack."""
    if reason := config.stash.get(NO_BROWSER, None):
        for item in items:
            if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
                item.add_marker(pytest.mark.skip(reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say at the end what nobody should overlook."""
    if reason := config.stash.get(NO_BROWSER, None):
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.write_line(reason)
    # The reason of a skip is the last of its place: file, line, "Skipped: <reason>".
    reasons = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(each for each in reasons if NOT_INSTALLED in each):
        terminalreporter.write_line(f"DID NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=FLAGS, timeout=3 * PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def adversity(request: pytest.FixtureRequest) -> Adversity | None:
    seed = request.config.getoption("slow", None)
    return Adversity(seed) if seed else None


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, adversity: Adversity | None) -> Iterator[StackFile]:
    folder: Path = tmp_path_factory.mktemp("e2e")
    with (
        running_stack(folder, "cognito", "--frontend", "preview") as stack,
        adversity.pauses(stack) if adversity else nullcontext(),
    ):
        yield stack


@pytest.fixture
def room() -> str:
    """A room of the test's own."""
    return f"room-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """What the browser of each user who has signed in keeps of it."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, stack: StackFile, sessions: dict[str, StorageState], adversity: Adversity | None
) -> Iterator[Visit]:
    """Opens the page in a browser profile of its own, signed in as a demo user if one is named.

    Options are those of Playwright's new_context. A user signs in by the form once, later profiles are given
    that session; tests that end sessions sign in for themselves. Each new profile would fetch and keep the
    whole page once more for the time without a network: only tests of that time ask for the service worker.
    """
    usual: dict[str, Any] = {"locale": "en-GB", "reduced_motion": "reduce", "service_workers": "block"}
    contexts: list[BrowserContext] = []

    def open_page(user: str | None = None, **options: Any) -> ChatPage:
        session = {"storage_state": sessions[user]} if user in sessions else {}
        context = browser.new_context(**(usual | session | options))
        context.set_default_timeout(PATIENCE_MS)
        if adversity:
            adversity.slow_down(context)
        contexts.append(context)
        page: Page = context.new_page()
        assert stack.frontend_url is not None
        page.goto(stack.frontend_url)
        chat = ChatPage(page, stack)
        if user is None:
            page.locator("form, nav").first.wait_for()  # until then there is only "Loading…"
            return chat
        if user in sessions:
            return chat.online()
        chat.sign_in(user)
        sessions[user] = context.storage_state()
        return chat

    yield open_page
    for context in contexts:
        context.close()
