"""Who is there, and who types."""

from contextlib import suppress

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, ChatPage, Visit


def bob_types_until_seen_by(other: ChatPage, bob: ChatPage) -> None:
    """Bob types on: that one types is told anew every 4 s, and what would come late is never told."""
    for _ in range(10):
        bob.page.get_by_test_id("composer").press_sequentially("Hel")
        with suppress(AssertionError):
            return expect(other.typing).to_have_text("Bob is typing…", timeout=6_000)
    raise AssertionError("nobody is seen to type")


def test_two_people_see_each_other_come_type_and_go(visit: Visit, room: str) -> None:
    alice = visit("alice").enter(room)
    expect(alice.members).to_have_text(["Alice(you)"])
    expect(alice.page.get_by_text("Nobody else is here right now.")).to_be_visible()

    bob = visit("bob").enter(room)
    expect(alice.members).to_have_text(["Alice(you)", "Bob"])
    expect(bob.members).to_have_text(["Bob(you)", "Alice"])
    expect(alice.page.get_by_role("button", name="Members online: 2")).to_be_visible()

    bob_types_until_seen_by(alice, bob)
    expect(bob.typing).to_have_text("")
    bob.say("Hello")
    alice.sees("Hello")
    expect(alice.typing).to_have_text("")

    bob.page.context.close()
    expect(alice.members).to_have_text(["Alice(you)"])


def test_who_leaves_the_room_is_seen_to_go(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    expect(alice.members).to_have_count(2)

    bob.page.get_by_test_id("leave-room").click()

    expect(alice.members).to_have_text(["Alice(you)"])


def test_closing_a_second_tab_sends_nobody_offline(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    carol = visit("carol")
    second_tab = bob.in_another_tab().online()
    expect(second_tab.members).to_have_count(2)
    expect(alice.members).to_have_text(["Alice(you)", "Bob"])

    second_tab.page.close()

    # Carol comes after the tab was closed: what is seen of her is newer than what might be seen of that.
    carol.enter(room)
    expect(alice.members).to_have_text(["Alice(you)", "Bob", "Carol"])
    bob.page.context.close()
    expect(alice.members).to_have_text(["Alice(you)", "Carol"])


def test_the_panel_stays_as_it_was_left(visit: Visit) -> None:
    carol = visit("carol")
    panel = carol.page.get_by_role("complementary", name="Members online")
    expect(panel).to_be_visible()

    carol.page.keyboard.press("Alt+p")
    expect(panel).to_have_count(0)
    carol.page.reload()
    expect(carol.online().page.get_by_test_id("members-button")).to_have_attribute("aria-expanded", "false")
    expect(panel).to_have_count(0)
    carol.page.get_by_test_id("members-button").click()

    expect(panel).to_be_visible()


def test_on_a_phone_the_members_are_a_tap_away(visit: Visit, room: str) -> None:
    alice = visit("alice", **PHONE).enter(room)
    bob = visit("bob").enter(room)
    expect(alice.members).to_have_count(0)

    alice.page.get_by_role("button", name="Members online: 2").click()
    expect(alice.members).to_have_text(["Alice(you)", "Bob"])
    assert alice.page.evaluate("document.documentElement.scrollWidth") <= 390
    bob.page.context.close()
    expect(alice.members).to_have_text(["Alice(you)"])

    alice.page.get_by_role("button", name="Hide members").click()
    expect(alice.members).to_have_count(0)


def test_axe_finds_nothing_where_members_are_shown_and_somebody_types(visit: Visit, room: str) -> None:
    alice = visit("alice").enter(room)
    phone = visit("bob", **PHONE).enter(room)
    expect(alice.members).to_have_count(2)

    bob_types_until_seen_by(alice, phone)
    assert violations(alice.page) == []

    phone.page.get_by_test_id("members-button").click()
    expect(phone.members).to_have_count(2)
    assert violations(phone.page) == []
