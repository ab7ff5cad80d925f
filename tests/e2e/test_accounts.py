"""From an address to a chat."""

import uuid
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.chat_page import ChatPage

Visit = Callable[..., ChatPage]
EMULATORS_CODE = "123456"  # MiniStack's confirmation code is always this one


def test_signing_up_confirming_and_chatting(visit: Visit) -> None:
    name = f"dora-{uuid.uuid4().hex[:6]}"
    dora = visit()
    page = dora.page

    page.get_by_role("button", name="Create account").click()
    dora.fill_sign_up(name)
    page.keyboard.press("Enter")
    page.get_by_label("Confirmation code").fill(EMULATORS_CODE)
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


def test_signing_out_ends_the_session(visit: Visit) -> None:
    alice = visit().sign_in("alice")

    alice.page.get_by_role("button", name="Sign out").click()
    expect(alice.page.get_by_label("E-mail or user name")).to_be_visible()
    alice.page.reload()

    expect(alice.page.get_by_label("E-mail or user name")).to_be_visible()
