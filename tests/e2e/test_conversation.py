"""Two people and their browsers."""

import pytest
from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.chat_page import ChatPage, Visit
from tests.e2e.history import seed_history


def test_alice_and_bob_talk_in_two_rooms_and_find_it_all_after_a_reload(visit: Visit, room: str) -> None:
    alice, bob = visit("alice"), visit("bob")

    alice.say(f"Hello everyone {room}")
    bob.sees(f"Hello everyone {room}").say(f"Hello Alice {room}")
    alice.sees(f"Hello everyone {room}", f"Hello Alice {room}")
    alice.enter(room).say("Just the two of us")
    bob.enter(room).sees("Just the two of us").say("So it is")
    alice.sees("Just the two of us", "So it is")
    expect(alice.outgoing).to_have_count(0)
    expect(alice.message("Hello everyone")).to_have_count(0)

    alice.page.reload()
    alice.online().show(room).sees("Just the two of us", "So it is")
    alice.show("global").sees(f"Hello everyone {room}", f"Hello Alice {room}")


def test_unread_messages_of_another_room_are_counted(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.show("global")

    bob.say("one").say("two").sees("two")

    expect(alice.page.get_by_test_id(f"room-{room}").get_by_test_id("unread")).to_contain_text(
        "2 unread messages"
    )
    alice.show(room).sees("one", "two")
    expect(alice.page.get_by_test_id(f"room-{room}").get_by_test_id("unread")).to_have_count(0)


def test_what_is_said_offline_is_sent_once_the_network_is_back(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.without_network().say("from the tunnel")
    expect(alice.outgoing).to_have_attribute("data-state", "pending")
    bob.say("meanwhile").sees("meanwhile")
    alice.page.context.set_offline(False)

    alice.sees("from the tunnel", "meanwhile")
    bob.sees("from the tunnel", "meanwhile")
    expect(alice.outgoing).to_have_count(0)


def test_an_unsent_message_survives_a_reload(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    alice.without_network().say("kept")
    expect(alice.outgoing).to_have_attribute("data-state", "pending")

    alice.page.context.set_offline(False)
    alice.page.reload()

    bob.sees("kept")
    alice.online().sees("kept")


def test_the_page_comes_back_after_the_gateway_closed_its_socket_with_1009(visit: Visit, room: str) -> None:
    alice = visit()
    alice.page.add_init_script(
        "const Real = WebSocket; window.sockets = [];"
        "WebSocket = class extends Real { constructor(...a) { super(...a); sockets.push(this); } };"
    )
    alice.page.reload()
    alice.sign_in("alice").enter(room)
    opened = alice.page.evaluate("sockets.length")

    # Nothing that the composer takes makes a frame of over 32 KB, so the page's own socket sends one.
    closed = alice.page.evaluate(
        "new Promise(done => { const socket = sockets.at(-1);"
        " socket.addEventListener('close', event => done(event.code)); socket.send('x'.repeat(40000)); })"
    )
    alice.say("back again").sees("back again")

    assert closed == 1009
    assert alice.page.evaluate("sockets.length") > opened


def test_a_message_with_too_many_characters_stays_in_its_field_until_it_is_shorter(
    visit: Visit, room: str
) -> None:
    alice = visit("alice").enter(room)

    alice.say("x" * 4_001)
    expect(alice.page.get_by_test_id("counter")).to_have_text("1 character too many")
    expect(alice.page.get_by_role("button", name="Send")).to_be_disabled()
    expect(alice.page.get_by_test_id("composer")).to_have_value("x" * 4_001)
    expect(alice.outgoing).to_have_count(0)

    alice.page.get_by_test_id("composer").press("Backspace")
    alice.page.keyboard.press("Enter")
    alice.sees("x" * 4_000)


@pytest.mark.nightly
def test_a_long_history_comes_as_one_scrolls_without_a_jump_and_the_page_stays_small(
    visit: Visit, room: str, stack: StackFile
) -> None:
    seed_history(stack, room, 2_000)
    alice = visit("alice").enter(room).sees("message 1999 ")
    expect(alice.message("message 1999 ")).to_be_in_viewport(ratio=1)
    top, bottom = _on_screen(alice)

    while top > 1_500:
        # At its very start the list has nothing to scroll to until the next page of history has come.
        alice.page.wait_for_function("document.querySelector('[data-testid=messages]').scrollTop > 0")
        _scroll_up(alice)
        before, (top, bottom) = top, _on_screen(alice)
        assert top <= before <= bottom
        assert alice.page.get_by_test_id("message").count() < 100

    alice.page.get_by_test_id("jump").click()
    expect(alice.message("message 1999 ")).to_be_in_viewport(ratio=1)


def _scroll_up(chat: ChatPage) -> None:
    """By less than half of the list's height, so that what was at the top stays in view, and is drawn."""
    # Not by the wheel: the browser animates its steps, and on a busy machine several of them arrive at once.
    chat.page.get_by_test_id("messages").evaluate("list => list.scrollBy(0, -200)")


# In an animation frame, as a person sees it; the second, when the rows are measured that the first has drawn.
# Older messages that come between two frames move the list at once; it hears of it, and draws, in the next.
ON_SCREEN = """async () => {
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const list = document.querySelector("[data-testid=messages]").getBoundingClientRect();
  const shows = ({ top, bottom }) => bottom > list.top && top < list.bottom;
  return [...document.querySelectorAll("[data-testid=message] [data-testid=message-content]")]
    .filter(each => shows(each.getBoundingClientRect()))
    .map(each => Number(each.innerText.split(" ")[1]));
}"""


def _on_screen(chat: ChatPage) -> tuple[int, int]:
    """Numbers of the first and the last message that show; there is none missing between them."""
    shown: list[int] = chat.page.evaluate(ON_SCREEN)
    assert shown, "the list shows blank"
    assert shown == list(range(shown[0], shown[-1] + 1))
    return shown[0], shown[-1]


def test_typed_markup_is_text(visit: Visit, room: str) -> None:
    alice = visit("alice").enter(room)

    alice.say('<img src=x onerror="document.title=1"> https://example.com/a?b=1')

    alice.sees("<img src=x")
    link = alice.message("<img src=x").get_by_role("link", name="https://example.com/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert alice.page.locator("img[src=x]").count() == 0
