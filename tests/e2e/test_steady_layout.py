"""Nothing moves under the reader, and nothing that matters is cut off."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.chat_page import PHONE, Visit

# What a line of prose that is wrapped once, or more often, is about.
LONG = "The quick brown fox jumps over the lazy dog, and says so. " * 4
PLACES = """text => [...document.querySelectorAll("[data-testid=message-content]")]
  .filter(content => content.innerText.includes(text.trim()))
  .map(content => content.getBoundingClientRect())
  .map(({ x, y, width, height }) => [x, y, width, height].map(Math.round))"""

CUT_HANDLES = """() => [...document.querySelectorAll("[data-testid=handle]")]
  .filter(handle => handle.scrollWidth > handle.clientWidth).map(handle => handle.textContent)"""

# WCAG 1.4.12
SPACED_OUT = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""


class Held:
    """Keeps back what the server says of a room's messages, pushed or read, until it is told to let go."""

    def __init__(self, room: str) -> None:
        self._room = room
        self._let_go: list[Callable[[], None]] = []
        self._holds = True

    def __call__(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            if self._holds and self._room in str(text) and '"content"' in str(text):
                self._let_go.append(lambda: socket.send(text))
            else:
                socket.send(text)

        server.on_message(pass_on)

    def let_go(self) -> None:
        self._holds = False
        for send in self._let_go:
            send()


@pytest.mark.parametrize("density", ["comfortable", "compact"])
def test_a_message_that_arrives_stays_where_it_was_written(visit: Visit, room: str, density: str) -> None:
    held = Held(room)
    chat = visit()
    chat.page.evaluate("density => localStorage.setItem('chat.density', density)", density)
    chat.page.route_web_socket("**/*", held)
    chat.page.reload()
    chat.sign_in("alice").enter(room).say("hello").say(LONG)
    expect(chat.outgoing).to_have_count(2)
    expect(chat.page.get_by_test_id("sending")).to_have_count(2)
    written = places(chat.page)

    held.let_go()

    expect(chat.outgoing).to_have_count(0)
    assert places(chat.page) == written


def test_a_long_name_leaves_the_handle_whole(visit: Visit, room: str, stack: StackFile) -> None:
    name = f"dora-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, "Some-password-1")
    dora = visit(viewport={"width": 1024, "height": 768}).sign_in_with(name, "Some-password-1").enter(room)
    dora.page.keyboard.press("Alt+h")
    dora.page.get_by_label("Display name").fill(
        "Wolfeschlegelsteinhausenbergerdorff the Elder of here and there"
    )
    dora.page.get_by_label("Display name").press("Enter")
    expect(dora.page.get_by_test_id("profile-saved")).to_contain_text("Saved")
    dora.page.keyboard.press("Escape")
    alice = visit("alice", **PHONE).enter(room)
    dora.say("hello")
    alice.sees("hello")

    for page in (dora.page, alice.page):
        if page is alice.page:
            page.get_by_test_id("members-button").click()
        expect(page.get_by_test_id("handle").filter(has_text=f"@{name}").first).to_be_visible()
        assert page.evaluate(CUT_HANDLES) == []


def test_text_that_is_spaced_out_overlaps_nothing_in_the_list_of_members(visit: Visit, room: str) -> None:
    page = visit("alice", viewport={"width": 1024, "height": 600}).enter(room).page
    page.get_by_test_id("handle").first.wait_for()

    page.add_style_tag(content=SPACED_OUT)

    row, name, handle = (
        page.get_by_test_id(part).first.evaluate("part => part.getBoundingClientRect().toJSON()")
        for part in ("member", "member-name", "handle")
    )
    assert row["top"] <= name["top"]
    assert name["bottom"] <= handle["top"] + 1
    assert handle["bottom"] <= row["bottom"] + 1


def test_what_the_page_focuses_by_itself_on_a_phone_has_no_ring(visit: Visit) -> None:
    messages = visit(**PHONE).sign_in("carol").page.get_by_test_id("messages")

    expect(messages).to_be_focused()

    assert not messages.evaluate("list => list.matches(':focus-visible')")


def test_the_way_out_of_a_dialog_stays_in_sight_however_far_one_scrolls(visit: Visit) -> None:
    page = visit("alice", viewport={"width": 1024, "height": 600}).page
    page.keyboard.press("Alt+h")
    dialog = page.get_by_role("dialog")

    dialog.locator("kbd").last.scroll_into_view_if_needed()

    expect(dialog.locator("kbd").last).to_be_in_viewport(ratio=1)
    expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)


def places(page: Page) -> list[object]:
    """Where the two messages are, once the list has come to rest."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [page.evaluate(PLACES, text) for text in ("hello", LONG)]
