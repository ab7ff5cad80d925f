"""Firefox and WebKit, where installed: the main journey always, the others with `make test-browsers`."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.chat_page import Visit
from tests.e2e.driven_page import DrivenPage
from tests.e2e.installed_browsers import BROWSERS, NOT_INSTALLED, InstalledBrowser
from tests.support.browser import is_required

MESSAGE = "[data-testid=message]"


@pytest.fixture(params=BROWSERS, ids=lambda browser: browser.name)
def page(request: pytest.FixtureRequest, stack: StackFile, tmp_path: Path) -> Iterator[DrivenPage]:
    installed: InstalledBrowser = request.param
    program = installed.program()
    if program is None:
        missing = f"{installed.name} {NOT_INSTALLED} (Debian: apt-get install {installed.packages})"
        if is_required(installed.name):
            pytest.fail(missing)
        pytest.skip(missing)
    with installed.run(program, tmp_path) as command:
        yield DrivenPage(command, stack)


@contextmanager
def _silent_gateway(stack: StackFile) -> Iterator[None]:
    """Nothing is answered any more, and no connection breaks: as when a train enters a tunnel."""
    os.kill(stack.pids["edge"], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stack.pids["edge"], signal.SIGCONT)


def test_the_main_journey(page: DrivenPage, visit: Visit, stack: StackFile, room: str) -> None:
    """Signing in, a talk with somebody in Chromium, a reload, a tunnel, what is new, leaving."""
    bob = visit("bob").enter(room)
    page.sign_in("alice").enter(room).say("hello bob")
    bob.sees("hello bob").say("hello alice")
    page.sees(MESSAGE, "hello alice")

    page.reload().sees(MESSAGE, "hello bob").sees(MESSAGE, "hello alice")

    with _silent_gateway(stack):
        page.say("from the tunnel").sees("[data-testid=outgoing][data-state=pending]", "from the tunnel")
    page.sees(MESSAGE, "from the tunnel")
    bob.sees("from the tunnel")

    page.show("global")
    bob.say("new 1").say("new 2")
    page.sees(f"[data-testid=room-{room}] [data-testid=unread]", "2").show(room)
    page.sees(":has(> [data-testid=divider-unread]) + * [data-testid=message-content]", "new 1")
    page.sees_not(f"[data-testid=room-{room}] [data-testid=unread]")

    page.click("[data-testid=leave-room]").sees("[data-testid=room-notice]", f"You left {room}.")
    page.sees_not(f"[data-testid=room-{room}]")
    expect(bob.members).to_have_count(1)


@pytest.mark.browsers
def test_two_windows_show_the_same_and_leave_a_room_together(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room).say("from the first").sees(MESSAGE, "from the first")
    first = page.window
    page.new_window(f"#/rooms/{room}").sees(MESSAGE, "from the first").say("from the second")
    second = page.window
    page.to_window(first).sees(MESSAGE, "from the second")

    page.click("[data-testid=leave-room]")

    page.to_window(second).sees_not(f"[data-testid=room-{room}]")
    page.sees("[data-testid=room-title]", "global")


@pytest.mark.browsers
def test_a_dead_connection_is_found_out_and_replaced(page: DrivenPage, stack: StackFile, room: str) -> None:
    page.sign_in("alice").enter(room)
    with _silent_gateway(stack):
        page.say("from a long tunnel")
        page.sees("[data-testid=connection]:not([data-state=online])")
    page.sees("[data-testid=connection][data-state=online]").sees(MESSAGE, "from a long tunnel")


@pytest.mark.browsers
def test_the_end_is_followed_while_the_composer_grows(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room)
    for number in range(24):
        page.say(f"message {number}")
    page.sees_whole(MESSAGE, "message 23")

    for line in ("one", "two", "three", "four"):
        page.type(line).press("Shift", "Enter")
    page.sees_whole(MESSAGE, "message 23").sees_not("[data-testid=jump]")


@pytest.mark.browsers
def test_a_link_to_no_room_is_explained(page: DrivenPage) -> None:
    page.sign_in("alice").run("location.hash = '#/rooms/%E0%A4%A'")
    page.sees("[data-testid=room-notice]", "The link leads to no room")
    page.sees("[data-testid=room-title]", "global")


@pytest.mark.browsers
def test_the_focus_is_never_lost_on_the_way_in(page: DrivenPage) -> None:
    page.click("button", "Sign in").sees("[aria-invalid=true]")
    page.has_focus("E-mail or user name")
    page.click("button", "Create account").sees("h2", "Create account")
    page.has_focus("User name")
    page.click("button", "Sign in")
    page.fill("E-mail or user name", "alice").fill("Password", "not-it-at-all-1!")
    page.click("button[type=submit]").sees("[role=alert]", "The name or the password is wrong.")
    page.has_focus("Password")


@pytest.mark.browsers
def test_the_emoji_picker_takes_the_focus_and_gives_it_back(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room).run("document.querySelector('[data-testid=emoji]').focus()")
    page.press("Enter")
    page.until("return document.activeElement?.shadowRoot?.activeElement?.matches('input')")
    page.press("Escape")
    page.until("return document.activeElement.dataset.testid === 'emoji'")


@pytest.mark.browsers
def test_each_line_has_the_direction_of_its_text(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room)
    page.type("a line in english, a long one").press("Shift", "Enter")
    page.type("\u05e9\u05d5\u05e8\u05d4").press("Enter").sees(MESSAGE, "a line in english")
    # At a change of direction WebKit gives the first letter a second, empty box, on the line before it.
    offset = page.run(
        """const bubble = document.querySelector("[data-testid=message-content]");
        const texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
        let text = texts.nextNode();
        while (!text.data.includes("\\n")) text = texts.nextNode();
        const range = document.createRange(), second = text.data.indexOf("\\n") + 1;
        range.setStart(text, second); range.setEnd(text, second + 1);
        const letter = [...range.getClientRects()].at(-1);
        return text.parentElement.getBoundingClientRect().right - letter.right;"""
    )
    assert offset == pytest.approx(0, abs=1)


@pytest.mark.browsers
def test_the_page_is_kept_for_the_time_without_a_network(page: DrivenPage, room: str) -> None:
    page.sign_in("alice").enter(room).say("seen").sees(MESSAGE, "seen")
    page.until("return navigator.serviceWorker?.controller?.scriptURL")
    kept = "window.names ||= caches.keys().then(names => { window.names = names.join(); });"
    page.until(f"{kept} return String(window.names).includes('shell-')")
