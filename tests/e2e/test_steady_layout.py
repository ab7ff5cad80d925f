"""Nothing moves under the reader, and nothing that matters is cut off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.chat_page import Visit

# What a line of prose that is wrapped once, or more often, is about.
LONG = "The quick brown fox jumps over the lazy dog, and says so. " * 4
PLACES = """text => [...document.querySelectorAll("[data-testid=message-content]")]
  .filter(content => content.innerText.includes(text.trim()))
  .map(content => content.getBoundingClientRect())
  .map(({ x, y, width, height }) => [x, y, width, height].map(Math.round))"""


class Held:
    """Keeps back what the server says of new messages, until it is told to let go."""

    def __init__(self) -> None:
        self._let_go: list[Callable[[], None]] = []
        self._holds = True

    def __call__(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def pass_on(text: str | bytes) -> None:
            if self._holds and "newMessage" in str(text):
                self._let_go.append(lambda: socket.send(text))
            else:
                socket.send(text)

        server.on_message(pass_on)

    def let_go(self) -> None:
        self._holds = False
        for send in self._let_go:
            send()


@pytest.mark.parametrize("density", ["comfortable", "compact"])
def test_a_message_that_arrives_stays_where_it_was_written(visit: Visit, room: str, density: str) -> None:
    held = Held()
    chat = visit()
    chat.page.evaluate("density => localStorage.setItem('chat.density', density)", density)
    chat.page.route_web_socket("**/*", held)
    chat.page.reload()
    chat.sign_in("alice").enter(room).say("hello").say(LONG)
    expect(chat.outgoing).to_have_count(2)
    expect(chat.page.get_by_test_id("sending")).to_have_count(2)
    written = places(chat.page)

    held.let_go()

    expect(chat.outgoing).to_have_count(0)
    assert places(chat.page) == written


def places(page: Page) -> list[object]:
    """Where the two messages are, once the list has come to rest."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [page.evaluate(PLACES, text) for text in ("hello", LONG)]
