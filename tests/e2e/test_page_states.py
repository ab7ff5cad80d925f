"""What the page says of the day, and how much is unread: no longer than it is so."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.e2e.chat_page import Visit


def test_the_count_goes_from_the_title_with_whom_it_counted_for(visit: Visit, room: str) -> None:
    alice, bob = visit().sign_in("alice").enter(room), visit("bob").enter(room)
    alice.show("global")
    bob.say("one")
    expect(alice.page).to_have_title("(1) global · Serverless Chat")

    alice.page.get_by_role("button", name="Sign out").click()

    expect(alice.page).to_have_title("Serverless Chat")


def test_today_becomes_yesterday_at_midnight(visit: Visit, room: str) -> None:
    alice = visit("alice", timezone_id="UTC").enter(room)
    alice.say("before midnight").sees("before midnight")
    alice.page.clock.install(time=datetime.now(UTC).replace(hour=23, minute=59, second=30))
    alice.page.reload()
    alice.online()
    expect(alice.page.get_by_test_id("divider-day")).to_have_text("Today")

    alice.page.clock.fast_forward("00:31")

    expect(alice.page.get_by_test_id("divider-day")).to_have_text("Yesterday")
