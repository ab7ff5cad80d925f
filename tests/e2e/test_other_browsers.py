"""Firefox and WebKit, where installed: the main journey always, the others with `make test-browsers`."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infra.local.stack_file import StackFile
from tests.e2e.driven_page import DrivenPage
from tests.e2e.webdriver import Command, firefox, firefox_path, mini_browser_path, webkit
from tests.support.chat_client import ChatClient

Browser = tuple[str, str | None, Callable[[str, Path], AbstractContextManager[Command]]]
BROWSERS: list[Browser] = [
    ("firefox-esr", firefox_path(), firefox),
    ("webkit2gtk-driver and xvfb", mini_browser_path(), webkit),
]
MESSAGE = "[data-testid=message]"


@pytest.fixture(params=BROWSERS, ids=["firefox", "webkit"])
def page(request: pytest.FixtureRequest, stack: StackFile, tmp_path: Path) -> Iterator[DrivenPage]:
    packages, program, run = request.param
    if program is None:
        pytest.skip(f"not installed: {packages}")
    with run(program, tmp_path) as command:
        yield DrivenPage(command, stack)


def _bob_says(stack: StackFile, room: str, *texts: str) -> None:
    async def say() -> None:
        async with await ChatClient.v2(stack, "bob", room=room) as bob:
            for text in texts:
                await bob.say(text, room)

    asyncio.run(say())


def test_signing_in_talking_in_two_tabs_reloading_and_finding_what_is_new(
    page: DrivenPage, stack: StackFile, room: str
) -> None:
    page.sign_in("alice").enter(room).say("from the first tab").sees(MESSAGE, "from the first tab")
    first = page.tab()
    page.new_tab(f"#/rooms/{room}")
    page.loaded().sees(MESSAGE, "from the first tab")
    page.say("from the second").sees(MESSAGE, "from the second")
    page.to_tab(first)
    page.sees(MESSAGE, "from the second")

    page.reload()
    page.loaded().sees(MESSAGE, "from the first tab")
    page.sees(MESSAGE, "from the second")

    page.show("global")
    _bob_says(stack, room, "new 1", "new 2")
    page.sees(f"[data-testid=room-{room}] [data-testid=unread]", "2")
    page.show(room)
    page.sees(":has(> [data-testid=divider-unread]) + * [data-testid=message-content]", "new 1")
    page.sees_not(f"[data-testid=room-{room}] [data-testid=unread]")


@pytest.mark.browsers
def test_the_end_is_followed_while_the_composer_grows(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room)
    for number in range(24):
        page.say(f"message {number}")
    page.sees_whole(MESSAGE, "message 23")

    for line in ("one", "two", "three", "four"):
        page.type(line)
        page.press("Shift", "Enter")
    page.sees_whole(MESSAGE, "message 23")
    page.sees_not("[data-testid=jump]")


@pytest.mark.browsers
def test_a_link_to_no_room_is_explained(page: DrivenPage) -> None:
    page.sign_in("alice")
    page.run("location.hash = '#/rooms/%E0%A4%A'")
    page.sees("[data-testid=room-notice]", "The link leads to no room")
    page.sees("[data-testid=room-title]", "global")


@pytest.mark.browsers
def test_the_focus_is_never_lost_on_the_way_in(page: DrivenPage) -> None:
    page.click("button", "Sign in")
    page.sees("[aria-invalid=true]")
    assert page.focused == "E-mail or user name"
    page.click("button", "Create account")
    page.sees("h2", "Create account")
    assert page.focused == "User name"
    page.click("button", "Sign in")
    page.fill("E-mail or user name", "alice")
    page.fill("Password", "not-it-at-all-1!")
    page.click("button[type=submit]")
    page.sees("[role=alert]", "The name or the password is wrong.")
    assert page.focused == "Password"


@pytest.mark.browsers
def test_the_emoji_picker_takes_the_focus_and_gives_it_back(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room)
    page.run("document.querySelector('[data-testid=emoji]').focus()")
    page.press("Enter")
    page.until("return document.activeElement?.shadowRoot?.activeElement?.matches('input')")
    page.press("Escape")
    page.until("return document.activeElement.dataset.testid === 'emoji'")


@pytest.mark.browsers
def test_each_line_has_the_direction_of_its_text(page: DrivenPage, stack: StackFile, room: str) -> None:
    page.sign_in("alice").enter(room)
    _bob_says(stack, room, "a line in english, a long one\n\u05e9\u05d5\u05e8\u05d4")
    page.sees(MESSAGE, "a line in english")
    offset = page.run(
        """const bubble = document.querySelector("[data-testid=message-content]");
        const text = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT).nextNode();
        const range = document.createRange(), second = text.data.indexOf("\\n") + 1;
        range.setStart(text, second); range.setEnd(text, second + 1);
        return text.parentElement.getBoundingClientRect().right - range.getBoundingClientRect().right;"""
    )
    assert offset == pytest.approx(0, abs=1)


@pytest.mark.browsers
def test_the_page_is_kept_for_the_time_without_a_network(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room).say("seen").sees(MESSAGE, "seen")
    page.until("return navigator.serviceWorker?.controller?.scriptURL")
    kept = "window.names ||= caches.keys().then(names => { window.names = names.join(); });"
    page.until(f"{kept} return String(window.names).includes('shell-')")
