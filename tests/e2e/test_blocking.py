"""Somebody is blocked: nothing of theirs is read any more on any device, until that is taken back."""

import re
import uuid

from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.axe import violations
from tests.e2e.chat_page import Visit

PASSWORD = "Vera-has-enough-2026"


def test_who_is_blocked_is_folded_on_all_devices_until_they_are_let_be_heard(
    visit: Visit, stack: StackFile, room: str
) -> None:
    # given
    name = f"vera-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, PASSWORD)
    desk, phone = (visit().sign_in_with(name, PASSWORD).enter(room) for _ in range(2))
    bob = visit("bob").enter(room)
    bob.say("rude")
    desk.sees("rude")
    phone.sees("rude")

    # when
    desk.message("rude").hover()
    desk.page.get_by_role("button", name="Report the message").click()
    desk.page.get_by_test_id("block").click()

    # then
    expect(desk.page.get_by_test_id("block")).to_contain_text("Unblock")
    assert violations(desk.page) == []
    for device in (desk, phone):
        expect(device.page.get_by_test_id("blocked-message")).to_be_visible()
        expect(device.message("rude")).to_have_count(0)

    # when
    phone.page.keyboard.press("Alt+h")
    phone.page.get_by_test_id("blocked-user").get_by_test_id("block").click()

    # then
    assert violations(phone.page) == []
    desk.sees("rude")


def test_who_blocks_the_other_of_two_is_offered_to_end_that_and_has_what_was_written_then(
    visit: Visit, stack: StackFile, room: str
) -> None:
    # given
    name = f"vera-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, PASSWORD)
    vera = visit().sign_in_with(name, PASSWORD).enter(room)
    bob = visit("bob").enter(room)
    vera.page.get_by_test_id("member").filter(has_text=re.compile("bob", re.IGNORECASE)).get_by_test_id(
        "start-direct"
    ).click()
    expect(vera.page.get_by_test_id("room-title")).to_have_text(re.compile("bob", re.IGNORECASE))
    vera.online().say(f"Hello {room}")
    rooms = bob.page.get_by_role("complementary", name="Rooms")
    rooms.get_by_role("link").filter(has_text=f"Hello {room}").click()
    bob.sees(f"Hello {room}").say("rude")
    vera.sees("rude")
    field = vera.page.get_by_test_id("composer")
    field.fill("Not yet said")

    # when
    vera.message("rude").hover()
    vera.page.get_by_role("button", name="Report the message").click()
    vera.page.get_by_role("dialog").get_by_test_id("block").click()
    expect(vera.page.get_by_role("dialog").get_by_test_id("block")).to_contain_text("Unblock")
    vera.page.keyboard.press("Escape")

    # then
    expect(field).to_have_count(0)
    expect(vera.page.get_by_test_id("muted")).to_contain_text("You block")
    assert violations(vera.page) == []

    # when
    vera.page.get_by_test_id("block").click()

    # then
    expect(field).to_be_focused()
    expect(field).to_have_value("Not yet said")
    vera.sees("rude")
