"""From an address to a chat, and out of it."""

import uuid

import pytest
from playwright.sync_api import Page, expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.chat_page import Visit

# MiniStack sends no mail: its codes are always these.
SIGN_UP_CODE = "123456"
RESET_CODE = "654321"


@pytest.fixture
def name() -> str:
    """A user name of the test's own."""
    return f"dora-{uuid.uuid4().hex[:6]}"


def test_signing_up_confirming_and_chatting(visit: Visit, name: str) -> None:
    dora = visit()
    page = dora.page

    page.get_by_role("button", name="Create account").click()
    dora.fill_sign_up(name)
    page.keyboard.press("Enter")
    page.get_by_label("Confirmation code").fill(SIGN_UP_CODE)
    page.keyboard.press("Enter")
    dora.online().say(f"{name} is here")

    dora.sees(f"{name} is here")
    expect(page.get_by_test_id("user-name")).to_have_text("Dora the Great")


def test_a_wrong_password_is_said_to_be(visit: Visit) -> None:
    page = visit().page

    page.get_by_label("E-mail or user name").fill("alice")
    page.get_by_label("Password", exact=True).fill("not-it-at-all-1!")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")


@pytest.mark.nightly
def test_a_code_that_did_not_come_is_sent_again(visit: Visit, name: str) -> None:
    dora = visit()
    page = dora.page
    page.get_by_role("button", name="Create account").click()
    dora.fill_sign_up(name)
    page.keyboard.press("Enter")

    page.get_by_label("Confirmation code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong.")
    page.get_by_role("button", name="Send a new code").click()
    expect(page.get_by_role("status").filter(has_text="A new code is on its way.")).to_be_visible()
    page.get_by_label("Confirmation code").fill(SIGN_UP_CODE)
    page.keyboard.press("Enter")

    dora.online()


@pytest.mark.nightly
def test_an_account_that_was_never_confirmed_is_confirmed_at_the_next_sign_in(
    visit: Visit, name: str
) -> None:
    dora = visit()
    page = dora.page
    page.get_by_role("button", name="Create account").click()
    password = dora.fill_sign_up(name).page.get_by_label("Password", exact=True).input_value()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Confirmation code")).to_be_visible()
    page.reload()

    _fill_sign_in(page, name, password)
    page.get_by_label("Confirmation code").fill(SIGN_UP_CODE)
    page.keyboard.press("Enter")

    dora.online()


def test_a_forgotten_password_is_replaced_by_a_code(visit: Visit, stack: StackFile, name: str) -> None:
    new_account(stack, name, "Old-password-1")
    dora = visit()
    page = dora.page

    page.get_by_role("button", name="Forgot your password?").click()
    page.get_by_label("E-mail or user name").fill(name)
    page.keyboard.press("Enter")
    page.get_by_label("Confirmation code").fill(RESET_CODE)
    page.get_by_label("New password").fill("New-password-2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your password has been changed.")).to_be_visible()

    page.get_by_label("Password", exact=True).fill("Old-password-1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    page.get_by_label("Password", exact=True).fill("New-password-2")
    page.keyboard.press("Enter")
    dora.online()


@pytest.mark.nightly
def test_an_account_made_by_an_administrator_gets_a_password_of_its_own(
    visit: Visit, stack: StackFile, name: str
) -> None:
    new_account(stack, name, "Given-password-1", temporary=True)
    dora = visit()

    _fill_sign_in(dora.page, name, "Given-password-1")
    dora.page.get_by_label("New password").fill("Own-password-2")
    dora.page.keyboard.press("Enter")

    dora.online()


def test_a_changed_display_name_is_shown_once_something_is_said_under_it(
    visit: Visit, stack: StackFile, room: str, name: str
) -> None:
    new_account(stack, name, "Some-password-1")
    dora = visit().sign_in_with(name, "Some-password-1").enter(room)
    bob = visit("bob").enter(room)
    dora.say("under the old name")
    bob.sees("under the old name")

    dora.page.get_by_role("button", name="Settings").click()
    dora.page.get_by_label("Display name").fill("Dora the Renamed")
    dora.page.get_by_role("button", name="Save").click()
    expect(dora.page.get_by_test_id("user-name")).to_have_text("Dora the Renamed")
    expect(dora.members.filter(has_text="Dora the Renamed")).to_have_count(1)
    dora.page.keyboard.press("Escape")
    expect(dora.page.get_by_role("dialog")).to_have_count(0)
    dora.say("under the new name")

    expect(bob.message("under the new name").get_by_test_id("author")).to_have_text("Dora the Renamed")
    expect(bob.message("under the old name").get_by_test_id("author")).to_have_text("Dora the Renamed")


def test_an_expired_session_leads_to_the_sign_in_and_back_to_the_same_room_with_what_was_unsent(
    visit: Visit, stack: StackFile, room: str, name: str
) -> None:
    new_account(stack, name, "Some-password-1")
    dora = visit().sign_in_with(name, "Some-password-1").enter(room)
    composer = dora.page.get_by_test_id("composer")
    composer.fill("written in the old session")
    dora.page.evaluate(EXPIRE_SESSION)

    composer.press("Enter")
    expect(dora.page.get_by_text("Your session has ended. Please sign in again.")).to_be_visible()
    dora.sign_in_with(name, "Some-password-1")

    expect(dora.page.get_by_test_id("room-title")).to_contain_text(room)
    dora.sees("written in the old session")


def test_what_is_typed_when_the_session_ends_is_still_there_after_the_next_sign_in(
    visit: Visit, stack: StackFile, room: str, name: str
) -> None:
    new_account(stack, name, "Some-password-1")
    dora = visit().sign_in_with(name, "Some-password-1").enter(room)
    # At once: whatever the page asks for next leads to the sign-in.
    dora.page.get_by_test_id("composer").evaluate(
        f"""field => {{
          ({EXPIRE_SESSION})();
          field.value = "half a thought";
          field.dispatchEvent(new Event("input", {{ bubbles: true }}));
        }}"""
    )

    expect(dora.page.get_by_text("Your session has ended. Please sign in again.")).to_be_visible()
    dora.sign_in_with(name, "Some-password-1")

    expect(dora.page.get_by_test_id("composer")).to_have_value("half a thought")


# Cognito's client then takes its tokens for expired, and what it would renew them with is worth nothing.
EXPIRE_SESSION = """() => {
  for (const key of Object.keys(localStorage)) {
    if (key.endsWith(".clockDrift")) localStorage.setItem(key, String(86_400_000));
    if (key.endsWith(".refreshToken")) localStorage.setItem(key, "revoked");
  }
}"""


def test_signing_out_in_one_tab_signs_out_the_others(visit: Visit) -> None:
    alice = visit().sign_in("alice")
    other_tab = alice.in_another_tab().online()

    alice.page.get_by_role("button", name="Sign out").click()

    expect(other_tab.page.get_by_label("E-mail or user name")).to_be_visible()
    expect(other_tab.page.get_by_test_id("messages")).to_have_count(0)


def test_signing_out_ends_the_session(visit: Visit) -> None:
    alice = visit().sign_in("alice")

    alice.page.get_by_role("button", name="Sign out").click()
    expect(alice.page.get_by_label("E-mail or user name")).to_be_visible()
    alice.page.reload()

    expect(alice.page.get_by_label("E-mail or user name")).to_be_visible()


def _fill_sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("E-mail or user name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def test_a_tab_ends_when_somebody_else_signs_in_beside_it(visit: Visit, room: str) -> None:
    beside = visit()
    alice = beside.in_another_tab().sign_in("alice").enter(room)
    alice.page.get_by_test_id("composer").fill("written as alice")
    bob = beside.sign_in("bob").enter(room)
    # Her tab ends at the next thing that needs her token, which may have come before this.
    alice.page.keyboard.press("Enter")
    expect(alice.page.get_by_label("Password", exact=True)).to_be_visible()
    bob.say("written as bob").sees("written as bob")
    expect(bob.message("written as alice")).to_have_count(0)
