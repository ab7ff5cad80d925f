"""Take screenshots of the main views (light and dark, desktop and phone) into build/screenshots.

Those that a page of the documentation shows are renewed in docs/screenshots, too.

python -m frontend.scripts.take_screenshots
"""

from __future__ import annotations

import json
import shutil
from typing import Literal

from playwright.sync_api import Browser, Page

from frontend.scripts.demo import FRONTEND, chromium, served_demo, sign_in

TARGET = FRONTEND.parent / "build/screenshots"
SHOWN = FRONTEND.parent / "docs/screenshots"
LONG_ROOM = "Wolfeschlegelsteinhausenbergerdorff-and-everybody-else-who-came-"
Scheme = Literal["light", "dark"]
MARKED = """**Plan** for _today_, ~~yesterday~~:

1. `make dev`
2. see [the notes](https://example.com/notes) or www.example.org

> Will it ship?

Yes: [bank.example](https://evil.example)
```ts
const ships = true;
```"""


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for scheme in ("light", "dark"):
            with served_demo(message_count=200) as url:
                desktop(browser, url, scheme)
                states(browser, url, scheme)
                phone(browser, url, scheme)


def desktop(browser: Browser, url: str, scheme: Scheme) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme=scheme, locale="en-GB")
    page.goto(url)
    page.get_by_label("Name", exact=True).wait_for()
    take(page, f"sign-in-{scheme}")
    sign_in(page, url, "Alice")
    enter_room(page, "ops")
    page.get_by_test_id("room-global").click()
    send(page, "Good to see it in one place.")
    page.get_by_test_id("outgoing").wait_for(state="detached")
    page.get_by_test_id("composer").press_sequentially("Speaking of")
    page.get_by_test_id("typing").filter(has_text="Mira and Jonas").wait_for()
    take(page, f"conversation-{scheme}")
    messages_of(page, scheme)
    enter_room(page, "design-review")
    page.get_by_test_id("empty").wait_for()
    take(page, f"empty-room-{scheme}")
    rooms_of(page, scheme)
    page.keyboard.press("Alt+h")
    page.get_by_role("dialog").wait_for()
    take(page, f"settings-{scheme}")
    page.close()


def messages_of(page: Page, scheme: Scheme) -> None:
    """A text with its marks, an answer and a reaction, what a message offers, the way to a room."""
    send(page, MARKED)
    said = page.get_by_test_id("message").filter(has_text="Plan for").first
    said.hover()
    said.get_by_role("button", name="Reply").click()
    send(page, "It will.")
    page.get_by_test_id("reply-quote").wait_for()
    page.get_by_test_id("outgoing").wait_for(state="detached")
    answer = page.get_by_test_id("message").last
    answer.hover()
    answer.get_by_role("button", name="React").click()
    page.locator("emoji-picker").get_by_role("combobox").fill("grinning")
    page.locator("emoji-picker").get_by_role("option", name="grinning").first.click()
    page.get_by_test_id("reaction").wait_for()
    answer.hover()
    take(page, f"messages-{scheme}")
    page.keyboard.press("Control+k")
    page.get_by_test_id("switch-ops").wait_for()
    take(page, f"switcher-{scheme}")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    page.get_by_test_id("search-field").fill("shard attr")
    page.get_by_test_id("search-result").first.wait_for()
    take(page, f"search-{scheme}")
    page.keyboard.press("Escape")


def rooms_of(page: Page, scheme: Scheme) -> None:
    """The directory, a new room, and the link into it."""
    page.get_by_test_id("browse-rooms").click()
    page.get_by_role("dialog").get_by_test_id("listed-ops").wait_for()
    take(page, f"directory-{scheme}")
    page.get_by_role("button", name="Create a room").click()
    page.get_by_role("radio", name="Private").click()
    page.get_by_label("Title").fill("Release 2.0")
    page.get_by_label("Topic (optional)").fill("What is left before we ship")
    take(page, f"create-room-{scheme}")
    page.keyboard.press("Enter")
    page.get_by_test_id("invite").click()
    page.get_by_role("button", name="Create a link").click()
    page.get_by_label("Link to this room").wait_for()
    take(page, f"invite-{scheme}")
    page.keyboard.press("Escape")


def states(browser: Browser, url: str, scheme: Scheme) -> None:
    """What one hopes to see rarely: a crowd, nothing yet, trouble."""
    page = browser.new_page(viewport={"width": 1200, "height": 760}, color_scheme=scheme, locale="en-GB")
    rooms = json.dumps(["global", LONG_ROOM, *(f"team-{number}" for number in range(1, 199))])
    page.add_init_script(f"localStorage.setItem('chat.alice.rooms', {json.dumps(rooms)})")
    sign_in(page, url, "Alice")
    enter_room(page, "town-hall")
    page.get_by_test_id("members-button").filter(has_text="500").wait_for()
    page.get_by_test_id("member-list").evaluate("list => list.scrollTo(0, 9000)")
    page.get_by_test_id("handle").first.wait_for()
    take(page, f"crowd-{scheme}")
    page.evaluate(f"location.hash = '#/rooms/{LONG_ROOM}'")
    page.get_by_test_id("empty").wait_for()
    take(page, f"long-name-{scheme}")
    enter_room(page, "limbo")
    take(page, f"loading-{scheme}")
    enter_room(page, "nowhere")
    send(page, "/fail")
    page.get_by_role("button", name="Retry").wait_for()
    page.get_by_role("button", name="Try again").wait_for()
    take(page, f"trouble-{scheme}")
    page.close()


def phone(browser: Browser, url: str, scheme: Scheme) -> None:
    page = browser.new_page(
        viewport={"width": 390, "height": 780},
        color_scheme=scheme,
        locale="de-DE",
        is_mobile=True,
        has_touch=True,
    )
    sign_in(page, url, "Bob")
    take(page, f"phone-{scheme}")
    page.get_by_test_id("members-button").click()
    page.get_by_test_id("member").first.wait_for()
    take(page, f"phone-members-{scheme}")
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    send(page, "Kommt an, sobald das Netz wieder da ist.")
    page.get_by_test_id("outgoing").wait_for()
    page.get_by_role("status").filter(has_text="Offline").wait_for()
    take(page, f"phone-offline-{scheme}")
    page.context.set_offline(False)
    page.get_by_role("button", name="Räume zeigen").click()
    page.get_by_role("dialog").wait_for()
    take(page, f"phone-rooms-{scheme}")
    page.get_by_test_id("browse-rooms").click()
    page.get_by_role("dialog").get_by_test_id("listed-ops").wait_for()
    take(page, f"phone-directory-{scheme}")
    page.close()


def enter_room(page: Page, name: str) -> None:
    page.get_by_test_id("join-room").click()
    page.get_by_label("Room name").fill(name)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/#/rooms/{name}")


def send(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.keyboard.press("Enter")


def take(page: Page, name: str) -> None:
    # The list settles over two frames after it has measured itself.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    picture = TARGET / f"{name}.png"
    page.screenshot(path=picture, animations="disabled")
    if (SHOWN / picture.name).exists():
        shutil.copy(picture, SHOWN)


if __name__ == "__main__":
    main()
