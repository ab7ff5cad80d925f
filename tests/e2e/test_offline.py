"""The production build opens without a network."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import ChatPage

Visit = Callable[..., ChatPage]


def test_without_a_network_the_page_opens_and_shows_what_was_last_seen(visit: Visit, room: str) -> None:
    alice = visit().sign_in("alice").enter(room)
    alice.say("seen before").sees("seen before")
    page = alice.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    kept = "caches.open('last-seen').then(cache => cache.keys()).then(kept => kept.length > 0)"
    page.wait_for_function(kept)
    page.wait_for_function("caches.keys().then(names => names.some(name => name.startsWith('shell-')))")

    page.context.set_offline(True)
    page.reload()

    expect(page.get_by_test_id("room-title")).to_contain_text(room)
    alice.sees("seen before")
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    expect(page.get_by_test_id("connection")).to_have_text("OfflineReconnect now")
    assert violations(page) == []
    alice.say("written on the way")
    page.context.set_offline(False)
    alice.sees("seen before", "written on the way")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail or user name")).to_be_visible()
    page.wait_for_function("caches.has('last-seen').then(there => !there)")
