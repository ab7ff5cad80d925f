"""An account takes along what it wrote, and ends: nobody reads it any more, nobody acts in its name."""

import json
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.axe import violations
from tests.e2e.chat_page import ChatPage, Visit
from tests.support.invoke import invoke

PASSWORD = "Vera-goes-2026"


@pytest.fixture
def vera(visit: Visit, stack: StackFile) -> ChatPage:
    """Signed in with an account of the test's own."""
    name = f"vera-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, PASSWORD)
    return visit().sign_in_with(name, PASSWORD)


def test_an_account_exports_what_it_wrote_and_deletes_itself(
    visit: Visit, stack: StackFile, vera: ChatPage, room: str, tmp_path: Path
) -> None:
    # given
    bob = visit("bob").enter(room)
    vera.enter(room).say("mine to take along")
    bob.sees("mine to take along")
    elsewhere = vera.in_another_tab()
    page = vera.page
    name = page.get_by_test_id("user-name").inner_text()
    page.keyboard.press("Alt+h")

    # when
    export = page.get_by_test_id("export-account")
    export.get_by_role("radio", name="JSON").click()
    with page.expect_download() as download:
        export.get_by_role("button", name="Export my data").click()
    download.value.save_as(tmp_path / "mine.json")

    # then
    exported = json.loads((tmp_path / "mine.json").read_text())
    assert [each["content"] for each in exported["messages"]] == ["mine to take along"]
    assert exported["profile"]["handle"] == name

    # when
    deletion = page.get_by_test_id("delete-account")
    deletion.get_by_role("textbox").fill("somebody")
    deletion.get_by_role("button").click()
    expect(deletion).to_contain_text("That is not your handle.")
    assert violations(page) == []
    deletion.get_by_role("textbox").fill(f"@{name}")
    deletion.get_by_role("button").click()

    # then
    expect(page.get_by_role("status").filter(has_text="Your account was deleted.")).to_be_visible()
    expect(elsewhere.page.get_by_label("E-mail or user name")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("E-mail or user name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")

    # when
    invoke(stack, "erase-accounts")

    # then
    expect(bob.page.get_by_test_id("tombstone")).to_be_visible()
    expect(bob.message("mine to take along")).to_have_count(0)
