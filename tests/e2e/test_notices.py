"""A room says what happens in it, and its moderators see what a message said before."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import ChatPage, Visit


def notice(chat: ChatPage, text: str) -> Locator:
    """The line that says so; names have marks around them that nobody sees."""
    words = [re.escape(word) for word in text.split()]
    return chat.page.get_by_test_id("notice").filter(has_text=re.compile(r"\W+".join(words), re.IGNORECASE))


def test_what_happens_in_a_room_stands_in_it_and_an_edit_leads_to_what_was_said(
    visit: Visit, room: str
) -> None:
    alice, bob = visit("alice"), visit("bob")
    page = alice.page
    page.get_by_test_id("browse-rooms").click()
    page.get_by_role("dialog").get_by_role("button", name="Create a room").click()
    page.get_by_role("radio", name=re.compile("^Private")).click()
    page.get_by_label("Title", exact=True).fill(f"Log {room}")
    page.keyboard.press("Enter")
    alice.in_room(f"Log {room}")
    page.get_by_test_id("invite").click()
    page.get_by_role("button", name="Create a link").click()
    bob.page.goto(page.get_by_label("Link to this room").input_value())
    bob.page.get_by_role("button", name="Enter the room").click()
    bob.in_room(f"Log {room}")
    page.keyboard.press("Escape")
    expect(notice(alice, "bob joined")).to_be_visible()
    expect(notice(alice, "alice created this room")).to_be_visible()
    expect(notice(bob, "bob joined")).to_be_visible()

    page.get_by_test_id("room-menu").click()
    page.get_by_test_id("room-settings").click()
    page.get_by_label("Topic (optional)").fill("Who did what")
    page.keyboard.press("Enter")
    expect(notice(bob, "alice changed the topic")).to_be_visible()
    expect(bob.page.get_by_test_id("room-topic")).to_have_text("Who did what")
    assert violations(bob.page) == []

    bob.say("helo").sees("helo")
    bob.page.get_by_test_id("composer").press("ArrowUp")
    bob.page.get_by_role("textbox", name="Edit message").fill("hello")
    bob.page.keyboard.press("Enter")
    expect(bob.message("hello").get_by_test_id("edited").get_by_role("button")).to_have_count(0)
    alice.message("hello").get_by_test_id("edited").get_by_role("button").click()
    earlier = page.get_by_role("dialog", name="Earlier texts")
    expect(earlier.get_by_test_id("version")).to_have_text("helo")
    assert violations(page) == []
    page.keyboard.press("Escape")

    page.get_by_test_id("all-members").click()
    entry = page.get_by_test_id("member-entry").filter(has_text=re.compile("bob", re.IGNORECASE))
    entry.get_by_role("button", expanded=False).click()
    entry.get_by_role("button", name="Ban for a week").click()
    page.keyboard.press("Escape")
    expect(notice(alice, "alice banned bob")).to_be_visible()
    page.reload()
    expect(notice(alice.online(), "alice banned bob")).to_be_visible()
