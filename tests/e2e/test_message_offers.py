"""What a message says with its marks, and what it offers to a thumb."""

from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, Visit

MARKED = """**bold** and _lean_:
> quoted

- [the bank](https://bank.example)
- [bank.example](https://evil.example)
```ts
x
```"""


def test_marks_are_read_in_little_and_in_much_room(visit: Visit, room: str) -> None:
    chat = visit("carol").enter(room).say(MARKED)
    chat.say("<img src=x onerror=alert(1)> 👍").sees("onerror")
    content = chat.message("bold").get_by_test_id("message-content")
    expect(content.locator("strong")).to_have_text("bold")
    expect(content.locator("blockquote")).to_have_text("quoted")
    expect(content.get_by_role("listitem")).to_have_count(2)
    expect(content.get_by_test_id("leads-to")).to_have_text("(leads to evil.example)")
    assert violations(chat.page) == []

    chat.page.keyboard.press("Alt+h")
    chat.page.get_by_role("radio", name="Compact").click()
    assert violations(chat.page) == []
    chat.page.keyboard.press("Escape")
    expect(chat.message("bold").get_by_text("Carol")).to_be_visible()
    assert violations(chat.page) == []


def test_a_finger_held_on_a_message_opens_what_it_offers(visit: Visit, room: str) -> None:
    chat = visit("carol", **PHONE, permissions=["clipboard-read", "clipboard-write"]).enter(room)
    chat.say("hold me").sees("hold me")
    page = chat.page
    content = chat.message("hold me").get_by_test_id("message-content")
    content.tap(trial=True)  # waits until it has come to rest
    box = content.bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    sheet = page.get_by_test_id("message-sheet")
    expect(sheet).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert violations(page) == []
    sheet.get_by_role("button", name="Copy message").tap()
    assert chat.copied("hold me") == "hold me"

    sheet.get_by_role("button", name="All emoji").tap()
    expect(page.locator("emoji-picker").get_by_role("menuitem").first).to_be_visible()
    assert violations(page) == []
    page.locator("emoji-picker").get_by_role("combobox").fill("ship")
    page.locator("emoji-picker").get_by_role("option", name="ship").first.tap()
    expect(sheet).to_be_hidden()
    expect(chat.message("hold me").get_by_test_id("reaction")).to_be_visible()
