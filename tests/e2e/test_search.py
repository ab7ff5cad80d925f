"""What was said is found by its words, as it is now, and by those who may read it."""

import re
import time
from contextlib import suppress

from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, Visit

PATIENCE_SECONDS = 60.0  # the index follows in a second or two, on a busy machine later
ANSWERED = re.compile("message|Nothing was found")


def finds(page: Page, words: str, count: int) -> None:
    """Asks anew until so many messages are found."""
    end = time.monotonic() + PATIENCE_SECONDS
    results = page.get_by_test_id("search-result")
    while True:
        page.get_by_test_id("search-field").fill("")
        expect(results).to_have_count(0)
        page.get_by_test_id("search-field").fill(words)
        # No answer comes while the connection is made anew; one asks again then.
        with suppress(AssertionError):
            expect(page.get_by_test_id("search-told")).to_have_text(ANSWERED, timeout=20_000)
        if results.count() == count or time.monotonic() > end:
            break
    expect(results).to_have_count(count)


def test_a_message_is_found_and_gone_to_and_no_longer_once_it_says_something_else(
    visit: Visit, room: str
) -> None:
    alice = visit("alice").enter(room).say(f"A pot of *tea* {room}").sees("A pot of tea")
    page = alice.page
    page.keyboard.press("Control+f")
    expect(page.get_by_test_id("search-field")).to_be_focused()
    finds(page, f"{room} te", 1)
    expect(page.locator("mark").first).to_have_text("tea")
    assert violations(page) == []
    page.get_by_role("radio", name="In all my rooms").click()
    expect(page.get_by_role("group", name=room)).to_contain_text("A pot of tea")
    assert violations(page) == []
    page.get_by_test_id("search-field").press("Enter")
    expect(alice.message("A pot of tea")).to_be_focused()

    page.get_by_test_id("composer").press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit message")
    editor.fill(f"Coffee {room}")
    editor.press("Enter")
    alice.sees("Coffee")
    page.get_by_test_id("search").click()
    finds(page, f"{room} coffee", 1)
    finds(page, f"{room} tea", 0)
    page.keyboard.press("Escape")
    alice.message("Coffee").hover()
    alice.message("Coffee").get_by_role("button", name="Delete message").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("switcher")).to_be_focused()
    page.keyboard.type(f"{room} coffee")
    page.get_by_test_id("switch-to-search").click()
    finds(page, f"{room} coffee", 0)


def test_what_is_private_is_found_by_members_alone_also_on_a_phone(visit: Visit, room: str) -> None:
    alice, bob = visit("alice", **PHONE), visit("bob")
    alice.page.get_by_role("button", name="Show rooms").click()
    alice.page.get_by_test_id("browse-rooms").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Create a room").click()
    alice.page.get_by_role("radio", name=re.compile("^Private")).click()
    alice.page.get_by_label("Title", exact=True).fill(f"Board {room}")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_test_id("room-title")).to_have_text(f"Board {room}")
    alice.online().say(f"secret {room}").sees(f"secret {room}")
    alice.page.get_by_test_id("room-menu").click()
    alice.page.get_by_role("menuitem", name="Search in this room…").click()
    finds(alice.page, f"{room} sec", 1)
    assert violations(alice.page) == []
    alice.page.get_by_test_id("search-result").tap()
    expect(alice.message(f"secret {room}")).to_be_in_viewport()

    bob.page.get_by_test_id("search").click()
    bob.page.get_by_role("radio", name="In all my rooms").click()
    finds(bob.page, f"{room} secret", 0)
