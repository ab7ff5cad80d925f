"""A link to a message and a day to go to: the history around it is shown, and from there on the rest."""

from urllib.parse import quote

from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.axe import violations
from tests.e2e.chat_page import ChatPage, Visit
from tests.e2e.history import seed_history

COUNT = 700
LAST = f"message {COUNT - 1} "
SCROLLS_DOWN_TO = """text => {
  const list = document.getElementById("conversation");
  list.scrollTop = list.scrollHeight;
  const shown = [...list.querySelectorAll("[data-testid=message-content]")];
  return shown.some(each => each.innerText.includes(text.trim()));
}"""


def _is_shown(chat: ChatPage, text: str) -> None:
    """The message has the focus, stands out, and stands in the list."""
    expect(chat.led_to(text).message(text)).to_be_in_viewport()


def test_a_copied_link_shows_somebody_else_the_message_among_its_neighbours(
    visit: Visit, stack: StackFile, room: str
) -> None:
    keys = seed_history(stack, room, COUNT)
    alice = visit("alice", permissions=["clipboard-read", "clipboard-write"]).enter(room).sees(LAST)
    alice.page.evaluate(f"location.hash = '#/rooms/{room}/m/{quote(keys[100])}'")
    _is_shown(alice, "message 100 ")
    assert violations(alice.page) == []
    alice.message("message 100 ").hover()
    alice.message("message 100 ").get_by_role("button", name="Copy link").click()
    link = alice.copied("http")

    bob = visit("bob")
    bob.page.goto(link)
    _is_shown(bob, "message 100 ")
    bob.sees("message 99 ", "message 101 ")
    bob.page.wait_for_function(SCROLLS_DOWN_TO, arg=LAST)
    alice.page.get_by_test_id("jump").click()
    alice.say("and back").sees("and back")
    bob.sees("and back")


def test_a_day_is_jumped_to_and_a_message_that_is_gone_is_said_to_be(
    visit: Visit, stack: StackFile, room: str
) -> None:
    keys = seed_history(stack, room, COUNT)
    carol = visit("carol").enter(room).sees(LAST)
    page = carol.page
    page.get_by_test_id("room-menu").press("Enter")
    page.get_by_role("menuitem", name="Jump to a date").press("Enter")
    page.get_by_label("Day").fill("2001-09-09")
    assert violations(page) == []
    page.keyboard.press("Enter")
    _is_shown(carol, "message 0 ")

    page.evaluate(f"location.hash = '#/rooms/{room}/m/{quote(keys[300][:-1])}'")
    expect(page.get_by_test_id("room-notice")).to_contain_text("not there any more")
    expect(carol.message("message 300 ")).to_be_in_viewport()
