"""Finding, making and sharing rooms."""

import re

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import Visit


def test_a_room_is_made_found_in_the_directory_and_talked_in(visit: Visit, room: str) -> None:
    alice, bob = visit("alice"), visit("bob")
    alice.page.get_by_test_id("browse-rooms").focus()
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_label("Search by title or topic")).to_be_focused()
    alice.page.get_by_role("dialog").get_by_role("button", name="Create a room").press("Enter")
    expect(alice.page.get_by_label("Title", exact=True)).to_be_focused()
    alice.page.keyboard.type(f"Club {room}")
    alice.page.get_by_label("Topic (optional)").fill("Novels <b>and</b> more")
    assert violations(alice.page) == []
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_test_id("room-title")).to_have_text(f"Club {room}")
    expect(alice.page.get_by_test_id("room-topic")).to_have_text("Novels <b>and</b> more")
    expect(alice.page.get_by_test_id("composer")).to_be_focused()

    bob.page.get_by_test_id("browse-rooms").click()
    bob.page.get_by_label("Search by title or topic").fill(room)
    listed = bob.page.get_by_test_id(f"listed-club-{room}")
    expect(listed).to_contain_text("Novels <b>and</b> more")
    assert violations(bob.page) == []
    listed.click()
    bob.in_room(f"Club {room}").say("Found it")

    alice.sees("Found it")


def test_a_private_room_is_entered_by_a_link_and_follows_its_member(visit: Visit, room: str) -> None:
    alice, bob = visit("alice"), visit("bob")
    alice.page.get_by_test_id("browse-rooms").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Create a room").click()
    alice.page.get_by_role("radio", name=re.compile("^Private")).click()
    alice.page.get_by_label("Title", exact=True).fill(f"Board {room}")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_test_id("room-title")).to_have_text(f"Board {room}")
    alice.page.get_by_test_id("invite").click()
    alice.page.get_by_role("button", name="Create a link").click()
    link = alice.page.get_by_label("Link to this room")
    expect(link).to_be_focused()
    assert violations(alice.page) == []

    bob.page.goto(link.input_value())
    bob.page.get_by_role("button", name="Enter the room").click()
    expect(bob.page.get_by_test_id("room-title")).to_have_text(f"Board {room}")
    bob.online().say("Let me in")
    alice.page.keyboard.press("Escape")
    alice.sees("Let me in")

    elsewhere = visit("bob")
    elsewhere.page.get_by_role("link", name=f"Board {room}").click()
    elsewhere.sees("Let me in")


def test_two_talk_alone_and_one_is_let_in_by_handle_and_leaves_for_good(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    row = alice.page.get_by_test_id("member").filter(has_text=re.compile("bob", re.IGNORECASE))
    handle = row.get_by_test_id("handle")
    expect(handle).to_have_text(re.compile("^@bob"))
    named = (handle.text_content() or "").removeprefix("@")
    row.get_by_test_id("start-direct").click()
    expect(alice.page.get_by_test_id("room-title")).to_have_text(re.compile("bob", re.IGNORECASE))
    alice.online().say(f"Only for you: {room}")

    rooms = bob.page.get_by_role("complementary", name="Rooms")
    rooms.get_by_role("link").filter(has_text=f"Only for you: {room}").click()
    bob.sees(f"Only for you: {room}")

    alice.page.get_by_test_id("browse-rooms").click()
    alice.page.get_by_role("dialog").get_by_role("button", name="Create a room").click()
    alice.page.get_by_role("radio", name=re.compile("^Private")).click()
    alice.page.get_by_label("Title", exact=True).fill(f"Two {room}")
    alice.page.keyboard.press("Enter")
    alice.in_room(f"Two {room}")
    alice.page.get_by_test_id("invite").click()
    alice.page.get_by_label("Handle of the person").fill(f"@{named.upper()}")
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_test_id("invited")).to_have_text(f"@{named} is a member now.")
    assert violations(alice.page) == []
    bob.page.get_by_role("link", name=f"Two {room}").click()
    bob.in_room(f"Two {room}").say("Here I am")
    alice.page.keyboard.press("Escape")
    alice.sees("Here I am")

    bob.page.get_by_test_id("room-menu").click()
    bob.page.get_by_test_id("leave-for-good").click()
    expect(bob.page.get_by_role("dialog")).to_contain_text("Leave this room for good?")
    assert violations(bob.page) == []
    bob.page.get_by_test_id("confirm-leave").click()
    expect(bob.page.get_by_role("link", name=f"Two {room}")).to_have_count(0)
    expect(alice.page.get_by_test_id("notice").filter(has_text="left the room for good")).to_be_visible()

    alice.page.get_by_test_id("invite").click()
    alice.page.get_by_label("Handle of the person").fill(f"@{named}")
    alice.page.keyboard.press("Enter")
    expect(bob.page.get_by_role("link", name=f"Two {room}")).to_be_visible()


def test_an_invitation_that_is_over_says_so(visit: Visit) -> None:
    carol = visit("carol")
    carol.page.evaluate("location.hash = '#/invite/' + 'x'.repeat(22)")
    carol.page.get_by_role("button", name="Enter the room").click()
    expect(carol.page.get_by_role("alert")).to_contain_text("expired or was used up")
    assert violations(carol.page) == []
    carol.page.get_by_role("button", name="Not now").click()
    expect(carol.page.get_by_test_id("room-title")).to_have_text("global")
    carol.page.wait_for_function("document.activeElement !== document.body")
