"""A mention, from its first letters to the message it leads to, and what of a room one wants to be told."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, Visit


def test_a_mention_is_completed_told_listed_and_led_to(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    expect(alice.members).to_have_count(2)
    page = bob.show("global").page

    alice.page.get_by_test_id("composer").press_sequentially("please, @bo")
    offered = alice.page.get_by_role("option", selected=True)
    expect(offered).to_contain_text("Bob")
    assert violations(alice.page) == []
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_test_id("composer")).to_have_value(re.compile(r"^please, @bob\S* $"))
    alice.page.keyboard.type("look")
    alice.page.keyboard.press("Enter")
    expect(alice.message("look").get_by_test_id("mention")).to_have_text(re.compile("^@bob"))

    row = page.get_by_test_id("section-mentions").get_by_test_id(f"room-{room}")
    expect(row.get_by_test_id("mentioned")).to_contain_text("1 unread mention of you")
    expect(page.get_by_test_id("mentions-unread")).to_be_visible()
    page.get_by_test_id("mentions").press("Enter")
    mention = page.get_by_test_id("mention-of-me").filter(has_text=room)
    expect(mention).to_contain_text("look")
    assert violations(page) == []
    mention.press("Enter")
    expect(page.get_by_test_id("room-title")).to_have_text(room)
    expect(bob.message("look")).to_be_focused()
    expect(bob.message("look").get_by_test_id("own-mention")).to_have_text(re.compile("^@bob"))
    expect(page.get_by_test_id(f"room-{room}").get_by_test_id("mentioned")).to_have_count(0)
    assert violations(page) == []

    phone = visit("bob", **PHONE)
    phone.page.get_by_role("button", name="Show rooms").tap()
    phone.page.get_by_test_id("mentions").tap()
    mention = phone.page.get_by_test_id("mention-of-me").filter(has_text=room)
    assert violations(phone.page) == []
    mention.tap()
    expect(phone.page.get_by_test_id("room-title")).to_have_text(room)
    expect(phone.message("look")).to_be_in_viewport()
    phone.page.get_by_role("button", name="Show rooms").tap()
    phone.page.get_by_test_id("mentions").tap()
    mention.tap()
    expect(phone.page.get_by_test_id("mentions")).to_have_count(0)
    expect(phone.message("look")).to_be_in_viewport()


def test_an_edit_calls_somebody_who_has_read_the_message_and_another_takes_it_back(
    visit: Visit, room: str
) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.say("who looks?").sees("who looks?")
    bob.sees("who looks?").show("global")
    row = bob.page.get_by_test_id(f"room-{room}")
    expect(row.get_by_test_id("unread")).to_have_count(0)

    def edits(text: str) -> None:
        alice.page.get_by_test_id("composer").press("ArrowUp")
        editor = alice.page.get_by_role("textbox", name="Edit message")
        editor.fill(text)
        editor.press("Enter")
        expect(editor).to_have_count(0)
        alice.page.get_by_test_id("composer").focus()

    edits("@bob looks")
    expect(row.get_by_test_id("mentioned")).to_contain_text("1 unread mention of you")
    edits("somebody looks")
    expect(row.get_by_test_id("mentioned")).to_have_count(0)
    edits("@bob looks again")
    expect(row.get_by_test_id("mentioned")).to_be_visible()
    bob.show(room).sees("looks again")
    expect(row.get_by_test_id("mentioned")).to_have_count(0)
    bob.show("global")
    expect(row.get_by_test_id("mentioned")).to_have_count(0)


def test_what_one_wants_to_be_told_is_the_same_in_every_browser(visit: Visit, room: str) -> None:
    here = visit("carol").enter(room).page
    here.get_by_test_id("room-menu").press("Enter")
    here.get_by_test_id("notify-mentions").press("Enter")
    expect(here.get_by_test_id(f"room-{room}").get_by_role("img", name="mentions only")).to_be_visible()

    elsewhere = visit("carol").enter(room)
    elsewhere.page.get_by_test_id("room-menu").press("Enter")
    chosen = elsewhere.page.get_by_role("menuitemradio", name="Only mentions")
    expect(chosen).to_be_checked()
    assert violations(elsewhere.page) == []
    elsewhere.page.get_by_test_id("notify-none").press("Enter")
    expect(here.get_by_test_id(f"room-{room}").get_by_role("img", name="notifies of nothing")).to_be_visible()
