"""Between rooms: the switcher, the sections of the list, where one was in a room, and a room as a file."""

import json
import uuid
from pathlib import Path

from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.axe import violations
from tests.e2e.chat_page import Visit
from tests.e2e.history import seed_history

PASSWORD = "Some-password-1"
# The day shows while one scrolls, and for a moment after.
SCROLL_UP_TO_THE_DAY = """async list => {
  const deadline = performance.now() + 60_000;
  while (!document.querySelector("[data-testid=shown-day]")) {
    if (performance.now() > deadline) throw new Error("no day is shown");
    list.scrollBy(0, -500);
    await new Promise(requestAnimationFrame);
  }
}"""
IN_THE_MIDDLE = """() => {
  const list = document.querySelector("[data-testid=messages]").getBoundingClientRect();
  const contents = [...document.querySelectorAll("[data-testid=message-content]")];
  return contents.find(each => each.getBoundingClientRect().top > list.top + list.height / 2).innerText;
}"""


def test_a_room_is_gone_to_by_a_few_letters_and_has_its_section(
    visit: Visit, stack: StackFile, room: str
) -> None:
    name = f"dora-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, PASSWORD)  # the sections count the rooms of other tests, too
    dora = visit().sign_in_with(name, PASSWORD).enter(f"{room}-a").enter(f"{room}-b")
    page = dora.page
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("switcher")).to_be_focused()
    page.keyboard.type(f"{room}-a")
    expect(page.get_by_role("option", selected=True)).to_have_text(f"{room}-a")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("room-title")).to_have_text(f"{room}-a")
    expect(page.get_by_test_id("composer")).to_be_focused()

    page.get_by_test_id("room-menu").press("Enter")
    expect(page.get_by_role("menuitemcheckbox", name="Favourite")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("section-favourites").get_by_role("link")).to_have_count(1)

    page.get_by_test_id("room-menu").press("Enter")
    page.get_by_role("menuitem", name="Mark as unread").press("Enter")
    dora.show(f"{room}-b")
    page.get_by_test_id("composer").fill("not yet")
    dora.show("global")
    expect(page.get_by_test_id("section-unread").get_by_role("link")).to_have_count(1)
    expect(page.get_by_test_id(f"room-{room}-b")).to_contain_text("Draft: not yet")
    assert violations(page) == []

    elsewhere = visit().sign_in_with(name, PASSWORD).page
    marked = elsewhere.get_by_test_id(f"room-{room}-a")
    expect(marked.get_by_test_id("marked-unread")).to_be_visible()
    marked.click()
    elsewhere.get_by_test_id("room-menu").press("Enter")
    chosen = elsewhere.get_by_role("menuitemcheckbox", name="Favourite")
    expect(chosen).to_be_checked()
    chosen.press("Enter")
    expect(page.get_by_test_id("section-unread")).to_have_count(0)
    expect(page.get_by_test_id("section-favourites")).to_have_count(0)


def test_a_room_is_left_and_found_again_at_the_same_place_and_saved_as_a_file(
    visit: Visit, stack: StackFile, room: str, tmp_path: Path
) -> None:
    seed_history(stack, room, 150)
    carol = visit("carol").enter(room).sees("message 149 ")
    page = carol.page
    page.get_by_test_id("messages").evaluate(SCROLL_UP_TO_THE_DAY)
    expect(page.get_by_test_id("jump")).to_be_visible()
    middle = page.evaluate(IN_THE_MIDDLE)
    carol.show("global").show(room)
    expect(carol.message(middle)).to_be_in_viewport()
    expect(page.get_by_test_id("jump")).to_be_visible()

    page.get_by_test_id("room-menu").press("Enter")
    page.get_by_role("menuitem", name="Export").press("Enter")
    page.get_by_role("radio", name="JSON").click()
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    download.value.save_as(tmp_path / "room.json")
    said = json.loads((tmp_path / "room.json").read_text(encoding="utf-8"))["messages"]
    assert [each["content"] for each in said] == [f"message {number} " for number in range(150)]
