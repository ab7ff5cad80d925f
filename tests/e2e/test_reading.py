"""What is new: the divider, the count, and the end of the list that is followed."""

from playwright.sync_api import Locator, expect

from infra.local.stack_file import StackFile
from tests.e2e.chat_page import ChatPage, Visit
from tests.e2e.history import seed_history

# The text's lower edge is not below that of the list.
ENDS_WITHIN = """text => {
  const bottom = element => element.getBoundingClientRect().bottom;
  const contents = [...document.querySelectorAll("[data-testid=message-content]")];
  const content = contents.find(each => each.innerText.includes(text));
  return content && bottom(content) <= bottom(document.querySelector("[data-testid=messages]"));
}"""


def unread(chat: ChatPage, room: str) -> Locator:
    """The count beside the room in the list."""
    return chat.page.get_by_test_id(f"room-{room}").get_by_test_id("unread")


def divider(chat: ChatPage) -> Locator:
    return chat.page.get_by_test_id("divider-unread")


def first_new(chat: ChatPage) -> Locator:
    """The message below the divider."""
    return chat.page.locator(":has(> [data-testid=divider-unread]) + * [data-testid=message-content]")


def test_a_room_with_a_few_new_messages_opens_with_the_divider_before_them(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    bob.say("old")
    alice.sees("old").show("global")
    bob.say("new 1").say("new 2").say("new 3").sees("new 3")
    expect(unread(alice, room)).to_contain_text("3")

    alice.show(room)

    expect(divider(alice)).to_be_in_viewport()
    expect(first_new(alice)).to_have_text("new 1")
    expect(unread(alice, room)).to_have_count(0)
    bob.say("new 4")
    alice.sees("new 4")
    expect(first_new(alice)).to_have_text("new 1")
    alice.say("answered").sees("answered")
    expect(divider(alice)).to_have_count(0)


def test_what_is_new_stays_unread_until_its_end_shows_by_click_and_by_reload(
    visit: Visit, room: str, stack: StackFile
) -> None:
    alice = visit("alice").enter(room)
    alice.say("read before").sees("read before").show("global")
    seed_history(stack, room, 45, apart_ms=1)  # all of it later than what was read

    alice.page.reload()
    expect(unread(alice.online(), room)).to_contain_text("45")  # and the room has moved up for it
    alice.show(room)
    for _ in ("by a click", "by a reload"):
        expect(divider(alice)).to_be_in_viewport()
        expect(first_new(alice)).to_contain_text("message 0 ")
        expect(unread(alice, room)).to_contain_text("45")
        alice.page.reload()
        alice.online()

    expect(divider(alice)).to_be_in_viewport()
    alice.page.get_by_test_id("jump").click()
    expect(alice.message("message 44 ")).to_be_in_viewport()
    expect(unread(alice, room)).to_have_count(0)
    expect(alice.page.get_by_test_id("messages")).to_be_focused()


def test_an_empty_room_that_was_left_opens_at_what_came_meanwhile(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    expect(alice.page.get_by_test_id("empty")).to_be_visible()
    alice.show("global")
    bob.say("first of all").say("second").sees("second")

    alice.show(room)

    expect(first_new(alice)).to_have_text("first of all")


def test_the_end_is_followed_whatever_changes_the_height_of_the_list(
    visit: Visit, room: str, stack: StackFile
) -> None:
    seed_history(stack, room, 60)
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    page = alice.page
    last = alice.message("message 59 ")
    expect(last).to_be_in_viewport(ratio=1)

    page.get_by_test_id("composer").press_sequentially("one\ntwo", delay=5)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("three")
    page.keyboard.press("Shift+Enter")
    expect(last).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 420})  # a keyboard, a split screen
    expect(last).to_be_in_viewport(ratio=1)
    bob.say("meanwhile")
    alice.sees("meanwhile")
    expect(alice.message("meanwhile")).to_be_in_viewport(ratio=1)
    page.get_by_test_id("composer").fill("")
    page.set_viewport_size({"width": 1280, "height": 720})

    expect(page.get_by_test_id("jump")).to_have_count(0)
    expect(alice.message("meanwhile")).to_be_in_viewport(ratio=1)
    expect(unread(alice, room)).to_have_count(0)
    page.wait_for_function(ENDS_WITHIN, arg="meanwhile")


def test_a_new_browser_shows_how_much_is_unread_beyond_what_it_has_loaded(
    visit: Visit, stack: StackFile, room: str
) -> None:
    made = visit("alice").page
    made.get_by_test_id("browse-rooms").click()
    made.get_by_role("dialog").get_by_role("button", name="Create a room").click()
    made.get_by_label("Title", exact=True).fill(room)
    made.keyboard.press("Enter")
    expect(made.get_by_test_id("room-title")).to_have_text(room)
    seed_history(stack, room, 130, apart_ms=1)

    alice = visit("alice")
    expect(unread(alice, room)).to_contain_text("99 or more unread messages")
    alice.show(room).sees("message 129 ")
    expect(unread(alice, room)).to_have_count(0)
