"""What a screen reader finds: the accessible tree of each main view, kept in `snapshots/`.

`UPDATE_SNAPSHOTS=1` writes the trees anew.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import Visit

SNAPSHOTS = Path(__file__).with_name("snapshots")


def _matches(place: Locator, name: str, room: str = "ROOM") -> None:
    kept = SNAPSHOTS / f"{name}.yaml"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        # What was said last in `global`, and by whom, is other tests' affair.
        tree = re.sub(r'link "global .*":', "link /^global/:", place.aria_snapshot().replace(room, "ROOM"))
        kept.write_text(tree + "\n", encoding="utf-8")
    expect(place).to_match_aria_snapshot(kept.read_text(encoding="utf-8").replace("ROOM", room))


def test_the_way_in(visit: Visit) -> None:
    page = visit().page
    expect(page.get_by_label("E-mail or user name")).to_be_visible()
    _matches(page.locator("body"), "sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("E-mail or user name")).to_have_attribute("aria-invalid", "true")
    _matches(page.get_by_role("form"), "sign-in-incomplete")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_label("Display name")).to_be_visible()
    _matches(page.get_by_role("form"), "sign-up")


def test_the_rooms_and_the_conversation(visit: Visit, room: str) -> None:
    carol = visit("carol").enter(room)
    page = carol.page
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "online")
    expect(carol.members).to_have_count(1)
    _matches(page.get_by_role("main"), "empty-room", room)
    _matches(page.get_by_role("complementary", name="Rooms"), "rooms", room)
    _matches(page.get_by_role("complementary", name="Members online"), "members", room)


def test_the_dialogs(visit: Visit) -> None:
    page = visit("carol").page
    page.keyboard.press("Alt+j")
    page.get_by_label("Room name").fill("two words")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Room name")).to_have_attribute("aria-invalid", "true")
    _matches(page.get_by_role("dialog"), "join-a-room")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Alt+h")
    _matches(page.get_by_role("dialog"), "settings")
