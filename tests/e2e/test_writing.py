"""What is written: emoji by keyboard, links that are copied."""

import re

from playwright.sync_api import expect

from tests.e2e.chat_page import Visit


def test_an_emoji_is_found_and_written_by_keyboard(visit: Visit, room: str) -> None:
    chat = visit("carol", viewport={"width": 640, "height": 400}).enter(room)  # zoomed by 200 %
    page = chat.page
    search = page.locator("emoji-picker").get_by_role("combobox")
    page.get_by_test_id("emoji").focus()
    page.keyboard.press("Enter")
    expect(search).to_be_focused()
    expect(page.locator("emoji-picker")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("emoji")).to_be_focused()

    page.keyboard.press("Enter")
    expect(search).to_be_focused()
    expect(page.locator("emoji-picker").get_by_role("menuitem").first).to_be_visible()
    # At once: each letter draws the list anew, and nothing is chosen then.
    page.keyboard.insert_text("thumbs up")
    found = page.locator("emoji-picker").get_by_role("option")
    expect(found.first).to_have_accessible_name(re.compile("thumbs up"))
    page.keyboard.press("ArrowDown")
    expect(found.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("composer")).to_be_focused()
    expect(page.get_by_test_id("composer")).to_have_value(re.compile("^\U0001f44d"))


def test_a_copied_link_is_the_link_alone(visit: Visit, room: str) -> None:
    chat = visit("carol").enter(room)
    chat.say("https://example.com/a").sees("https://example.com/a")
    link = chat.message("https://example.com/a").get_by_role("link")
    expect(link).to_have_accessible_description("opens in a new tab")
    selected = (
        "link => { getSelection().selectAllChildren(link.parentElement); return String(getSelection()); }"
    )
    assert link.evaluate(selected) == "https://example.com/a"
