"""When somebody was here last is seen by whom they do not block, if they want it, until they take it back."""

import uuid

from playwright.sync_api import Locator, expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.axe import violations
from tests.e2e.chat_page import ChatPage, Visit

PASSWORD = "Vera-has-enough-2026"


def test_who_leaves_was_seen_last_by_those_whom_they_let_know_and_do_not_block(
    visit: Visit, stack: StackFile, room: str
) -> None:
    # given
    name = f"vera-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, PASSWORD)
    vera = visit().sign_in_with(name, PASSWORD).enter(room)
    bob, carol = visit("bob").enter(room), visit("carol").enter(room)
    carol.say("rude")
    _switch(vera, to="true")
    of_bob, of_carol = _talks_alone(bob, name), _talks_alone(carol, name)
    expect(of_bob).to_have_text("Online")
    expect(of_carol).to_have_text("Online")
    vera.message("rude").hover()
    vera.page.get_by_role("button", name="Report the message").click()
    vera.page.get_by_test_id("block").click()
    expect(vera.page.get_by_test_id("block")).to_contain_text("Unblock")

    # when
    vera.page.close()

    # then
    expect(of_bob).to_have_text("Last seen just now")
    assert violations(bob.page) == []
    expect(of_carol).to_be_empty()
    bob.page.get_by_test_id("all-members").click()
    entry = bob.page.get_by_test_id("member-entry").filter(has_text=name)
    expect(entry).to_contain_text("Member · Last seen")
    assert violations(bob.page) == []
    bob.page.keyboard.press("Escape")

    # when
    vera = visit().sign_in_with(name, PASSWORD)
    expect(of_bob).to_have_text("Online")
    _switch(vera, to="false")
    vera.page.close()

    # then
    expect(of_bob).to_be_empty()


def _switch(who: ChatPage, *, to: str) -> None:
    """Switch in the settings whether it is told; opened anew, they show it as the server has it."""
    settings = who.page.get_by_role("button", name="Settings")
    control = who.page.get_by_role("switch", name="Show when I was last here")
    settings.click()
    control.click()
    who.page.keyboard.press("Escape")
    expect(who.page.get_by_role("dialog")).to_have_count(0)
    settings.click()
    expect(control).to_have_attribute("aria-checked", to)
    assert violations(who.page) == []
    who.page.keyboard.press("Escape")
    expect(who.page.get_by_role("dialog")).to_have_count(0)


def _talks_alone(who: ChatPage, name: str) -> Locator:
    """Begin a conversation of two, and return where it says of the other whether they are there."""
    who.page.get_by_test_id("member").filter(has_text=name).get_by_test_id("start-direct").click()
    who.in_room(name)
    return who.page.get_by_test_id("presence-line")
