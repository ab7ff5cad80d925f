"""Somebody is blocked: nothing of theirs is read any more on any device, until that is taken back."""

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
