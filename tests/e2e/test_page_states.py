"""What the page says of the day, and how much is unread: no longer than it is so."""

import uuid
from datetime import UTC, datetime

from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.chat_page import Visit


def test_the_count_goes_from_the_title_with_whom_it_counted_for(
    visit: Visit, room: str, stack: StackFile
) -> None:
    name = f"dora-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, "Some-password-1")  # all is counted that an account has unread, in any room
    dora, bob = visit().sign_in_with(name, "Some-password-1").enter(room), visit("bob").enter(room)
    dora.show("global")
    bob.say("one")
    expect(dora.page).to_have_title("(1) global · Serverless Chat")

    dora.page.get_by_role("button", name="Sign out").click()

    expect(dora.page).to_have_title("Serverless Chat")


def test_today_becomes_yesterday_at_midnight(visit: Visit, room: str) -> None:
    alice = visit("alice", timezone_id="UTC").enter(room)
    alice.say("before midnight").sees("before midnight")
    # Long before it: the clock goes on while the page is loaded.
    alice.page.clock.install(time=datetime.now(UTC).replace(hour=23, minute=45))
    alice.page.reload()
    alice.online()
    expect(alice.page.get_by_test_id("divider-day")).to_have_text("Today")

    alice.page.clock.fast_forward("15:00")

    expect(alice.page.get_by_test_id("divider-day")).to_have_text("Yesterday")
