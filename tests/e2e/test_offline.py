"""The production build opens without a network."""

import re
import time

from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import Visit

# Whether a text is among what was last seen.
KEPT = """async text => {
  const cache = await caches.open("last-seen");
  const kept = await Promise.all((await cache.keys()).map(async key => (await cache.match(key)).text()));
  return kept.some(each => each.includes(text));
}"""


def test_without_a_network_the_page_opens_and_shows_what_was_last_seen(visit: Visit, room: str) -> None:
    alice = visit(service_workers="allow").sign_in("alice").enter(room)
    alice.say("seen before").sees("seen before")
    page = alice.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    _until(page, KEPT, "seen before")

    page.context.set_offline(True)
    # Of the page alone: the worker's own requests would still get through.
    (worker,) = page.context.service_workers
    worker.evaluate("() => { self.fetch = () => Promise.reject(new TypeError('no network')); }")
    opened = page.reload()

    assert opened is not None
    assert opened.from_service_worker
    expect(page.get_by_test_id("room-title")).to_contain_text(room)
    alice.sees("seen before")
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    expect(page.get_by_test_id("connection")).to_contain_text(re.compile("Offline|Reconnecting"))
    expect(page.get_by_test_id("members")).to_contain_text("could not be loaded")
    assert violations(page) == []
    alice.say("written on the way")
    expect(alice.outgoing).to_have_attribute("data-state", "pending")
    page.context.set_offline(False)
    alice.sees("seen before", "written on the way")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail or user name")).to_be_visible()
    _until(page, "async () => !(await caches.has('last-seen'))")


def _until(page: Page, promise: str, argument: str | None = None) -> None:
    """Playwright's own `wait_for_function` takes a promise for true, whatever it comes to."""
    deadline = time.monotonic() + 60
    while not page.evaluate(promise, argument):
        assert time.monotonic() < deadline, f"{promise} stayed false"
        page.wait_for_timeout(100)
