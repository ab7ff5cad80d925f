"""What a screen reader finds: the accessible tree of each main view, kept in `snapshots/`.

A walk in words: `docs/accessibility.md`. `UPDATE_SNAPSHOTS=1` writes the trees anew.
"""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.chat_page import PHONE, ChatPage

Visit = Callable[..., ChatPage]
SNAPSHOTS = Path(__file__).with_name("snapshots")


def _matches(place: Locator, name: str, room: str = "") -> None:
    kept = SNAPSHOTS / f"{name}.yaml"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        tree = place.aria_snapshot()
        kept.write_text((tree.replace(room, "ROOM") if room else tree) + "\n", encoding="utf-8")
    expected = kept.read_text(encoding="utf-8")
    expect(place).to_match_aria_snapshot(expected.replace("ROOM", room) if room else expected)


def test_the_sign_in(visit: Visit) -> None:
    page = visit().page
    expect(page.get_by_label("E-mail or user name")).to_be_visible()
    _matches(page.locator("body"), "sign-in")
    page.get_by_role("button", name="Sign in").click()
    _matches(page.get_by_role("form"), "sign-in-incomplete")
    page.get_by_role("button", name="Create account").click()
    _matches(page.get_by_role("form"), "sign-up")


def test_the_conversation_and_its_dialogs(visit: Visit, room: str) -> None:
    chat = visit().sign_in("carol").enter(room)
    page = chat.page
    expect(page.get_by_test_id("member")).to_have_count(1)
    _matches(page.get_by_role("main"), "empty-room", room)
    page.context.set_offline(True)
    chat.say("waits")
    expect(page.get_by_role("status").filter(has_text="Offline")).to_be_visible()
    _matches(page.get_by_role("main"), "offline", room)
    page.context.set_offline(False)
    chat.sees("waits")

    page.keyboard.press("Alt+j")
    page.get_by_label("Room name").fill("two words")
    page.keyboard.press("Enter")
    _matches(page.get_by_role("dialog"), "join-a-room")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+h")
    _matches(page.get_by_role("dialog"), "settings")


def test_the_rooms_on_a_phone(visit: Visit) -> None:
    page = visit().sign_in("carol").page
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "online")
    _matches(page.get_by_role("complementary", name="Rooms"), "rooms")
    phone = visit("carol", **PHONE).page
    phone.get_by_role("button", name="Show rooms").click()
    expect(phone.get_by_role("dialog", name="Rooms")).to_be_visible()
