"""Messages are edited, deleted, answered and reacted to, and another person sees it."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import Visit

TWO = re.compile(r"^\S+ 2$")


def test_a_message_is_edited_and_deleted_by_keyboard_and_another_sees_it(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.say("helo wrld").sees("helo wrld")
    bob.sees("helo wrld")
    page = alice.page

    page.get_by_test_id("composer").press("ArrowUp")
    editor = page.get_by_role("textbox", name="Edit message")
    expect(editor).to_be_focused()
    assert violations(page) == []
    editor.fill("hello **world**")
    editor.press("Enter")
    expect(alice.message("hello world")).to_be_focused()
    expect(bob.message("hello world").get_by_test_id("edited")).to_be_visible()

    page.keyboard.press("Tab")
    alice.message("hello world").get_by_role("button", name="Delete message").press("Enter")
    expect(page.get_by_role("dialog", name="Delete this message?")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    for chat in (alice, bob):
        expect(chat.page.get_by_test_id("tombstone")).to_be_visible()
        expect(chat.message("hello world")).to_have_count(0)
    bob.page.reload()
    expect(bob.online().page.get_by_test_id("tombstone")).to_be_visible()


def test_a_message_is_answered_and_reacted_to_and_the_answer_leads_back(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.say("Shall we ship?").sees("Shall we ship?")
    bob.sees("Shall we ship?")
    bob.message("Shall we ship?").hover()
    bob.message("Shall we ship?").get_by_role("button", name="React").click()
    bob.page.locator("emoji-picker").get_by_role("combobox").fill("ship")
    bob.page.locator("emoji-picker").get_by_role("option", name="ship").first.click()
    reaction = alice.message("Shall we ship?").get_by_test_id("reaction")
    expect(reaction).to_have_attribute("aria-pressed", "false")
    assert violations(alice.page) == []
    reaction.press("Enter")
    expect(reaction).to_have_text(TWO)
    expect(bob.message("Shall we ship?").get_by_test_id("reaction")).to_have_text(TWO)

    bob.message("Shall we ship?").hover()
    bob.message("Shall we ship?").get_by_role("button", name="Reply").click()
    expect(bob.page.get_by_test_id("answer-bar")).to_contain_text("Shall we ship?")
    expect(bob.page.get_by_test_id("composer")).to_be_focused()
    bob.page.keyboard.type("Tomorrow")
    bob.show("global").show(room)
    expect(bob.page.get_by_test_id("answer-bar")).to_contain_text("Shall we ship?")
    bob.page.get_by_test_id("composer").press("Enter")
    quote = alice.message("Tomorrow").get_by_test_id("reply-quote")
    expect(quote).to_contain_text("Shall we ship?")
    assert violations(alice.page) == []
    quote.press("Enter")
    alice.led_to("Shall we ship?")
