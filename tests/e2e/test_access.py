"""Everyone, on everything: keyboards, phones, languages, themes."""

import base64
import json
import re
import uuid

from playwright.sync_api import Page, WebSocketRoute, expect

from infra.local.emulator.identity import DEMO_PASSWORD
from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, Visit
from tests.e2e.history import seed_history


def test_axe_finds_nothing_on_the_way_in(visit: Visit) -> None:
    chat = visit()
    page = chat.page
    expect(page.get_by_label("E-mail or user name")).to_be_visible()
    assert violations(chat.page) == []

    page.get_by_label("E-mail or user name").fill("alice")
    page.get_by_label("Password", exact=True).fill("not-it-at-all-1!")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(chat.page) == []

    page.get_by_role("button", name="Forgot your password?").click()
    expect(page.get_by_role("heading", name="Reset your password")).to_be_visible()
    assert violations(chat.page) == []

    page.get_by_role("button", name="Back to sign-in").click()
    page.get_by_role("button", name="Create account").click()
    chat.fill_sign_up(f"axe-{uuid.uuid4().hex[:6]}")
    assert violations(chat.page) == []

    page.keyboard.press("Enter")
    expect(page.get_by_label("Confirmation code")).to_be_visible()
    assert violations(chat.page) == []


def test_axe_finds_nothing_in_the_chat(visit: Visit, room: str) -> None:
    chat = visit("carol").enter(room)
    page = chat.page
    expect(page.get_by_test_id("empty")).to_be_visible()
    assert violations(chat.page) == []

    chat.say("`code` https://example.com and text").sees("and text")
    page.get_by_test_id("composer").fill("x" * 4_001)
    expect(page.get_by_test_id("counter")).to_be_visible()
    assert violations(chat.page) == []

    chat.without_network().say("waits for the network")
    expect(chat.outgoing).to_have_attribute("data-state", "pending")
    expect(page.get_by_test_id("connection")).not_to_have_attribute("data-state", "online")
    assert violations(chat.page) == []
    page.context.set_offline(False)
    chat.sees("waits for the network")

    for opened in ("Alt+j", "Alt+h"):
        page.keyboard.press(opened)
        expect(page.get_by_role("dialog")).to_be_visible()
        assert violations(chat.page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_axe_finds_nothing_in_the_emoji_picker_nor_on_a_message_that_failed(visit: Visit, room: str) -> None:
    chat = visit()
    chat.page.route_web_socket("**/*", _refuses_messages)
    chat.sign_in("carol").enter(room)
    page = chat.page

    chat.say("not accepted")
    expect(chat.outgoing).to_have_attribute("data-state", "failed")
    expect(page.get_by_test_id("failures")).to_contain_text("The server does not accept this text.")
    assert violations(chat.page) == []

    page.get_by_test_id("emoji").click()
    expect(page.get_by_role("tab", name="Smileys and emoticons")).to_be_visible()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    assert violations(chat.page) == []


def _refuses_messages(socket: WebSocketRoute) -> None:
    server = socket.connect_to_server()

    def answer(text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["action"] == "sendMessage":
            error = {"code": "INVALID_CONTENT", "message": "asked for"}
            socket.send(json.dumps({"type": "error", "requestId": frame["requestId"], "data": error}))
        else:
            server.send(text)

    socket.on_message(answer)


def test_axe_finds_nothing_where_a_new_password_is_chosen(visit: Visit, stack: StackFile) -> None:
    name = f"axe-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, "Given-password-1", temporary=True)
    page = (chat := visit()).page
    page.get_by_label("E-mail or user name").fill(name)
    page.get_by_label("Password", exact=True).fill("Given-password-1")
    page.keyboard.press("Enter")

    expect(page.get_by_label("New password")).to_be_visible()
    assert violations(chat.page) == []


def test_axe_finds_nothing_on_a_phone(visit: Visit) -> None:
    chat = visit("carol", **PHONE)
    assert violations(chat.page) == []

    chat.page.get_by_role("button", name="Show rooms").click()
    expect(chat.page.get_by_test_id("room-global")).to_be_visible()
    assert violations(chat.page) == []


def test_one_can_chat_by_keyboard_alone(visit: Visit, room: str) -> None:
    chat = visit("carol")
    page = chat.page
    composer = page.get_by_test_id("composer")

    page.keyboard.press("Alt+j")
    expect(page.get_by_label("Room name")).to_be_focused()
    page.keyboard.type(room)
    page.keyboard.press("Enter")
    chat.in_room(room)
    expect(composer).to_be_focused()
    page.keyboard.type("no mouse needed")
    page.keyboard.press("Enter")
    chat.sees("no mouse needed")

    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_test_id("room-title")).not_to_contain_text(room)
    page.keyboard.press("Alt+ArrowDown")
    chat.in_room(room)
    page.keyboard.press("Alt+m")
    expect(composer).to_be_focused()
    page.keyboard.type("nor here")
    page.keyboard.press("Enter")
    chat.sees("nor here")


def test_the_arrow_keys_move_between_messages_and_only_the_one_in_focus_offers_to_be_copied(
    visit: Visit, room: str
) -> None:
    carol = visit("carol", permissions=["clipboard-read", "clipboard-write"]).enter(room)
    carol.say("first").sees("first").say("second").sees("second").say("third").sees("third")
    page = carol.page

    page.get_by_test_id("messages").focus()
    page.keyboard.press("ArrowUp")
    expect(carol.message("third")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(carol.message("second")).to_be_focused()
    page.keyboard.press("Tab")
    expect(carol.message("second").get_by_role("button", name="Copy message")).to_be_focused()
    expect(carol.message("first").get_by_role("button", name="Copy message")).to_have_count(0)
    page.keyboard.press("Enter")
    assert carol.copied("second") == "second"
    copy = carol.message("second").get_by_role("button", name=re.compile("^Cop(ied|y message)"))
    expect(copy).to_be_focused()
    page.keyboard.press("Home")
    expect(carol.message("first")).to_be_focused()
    page.keyboard.press("End")
    expect(carol.message("third")).to_be_focused()
    assert violations(carol.page) == []

    page.get_by_test_id("composer").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("messages")).to_be_focused()


def test_the_focus_stays_on_a_message_that_is_scrolled_away(
    visit: Visit, room: str, stack: StackFile
) -> None:
    seed_history(stack, room, 300)
    carol = visit("carol").enter(room).sees("message 299 ")
    page = carol.page
    page.get_by_test_id("messages").focus()
    page.keyboard.press("End")
    expect(carol.message("message 299 ")).to_be_focused()

    carol.scroll_up(2_000)
    expect(carol.message("message 299 ")).not_to_be_in_viewport()
    expect(carol.message("message 299 ")).to_be_focused()
    page.keyboard.press("ArrowUp")

    expect(carol.message("message 298 ")).to_be_focused()
    expect(carol.message("message 298 ")).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(page.locator("[data-testid=message]:focus")).to_be_in_viewport()
    expect(page.locator("[data-testid=message]:focus")).not_to_contain_text("message 298 ")


def test_on_a_phone_there_is_one_column_and_the_rooms_are_a_tap_away(visit: Visit, room: str) -> None:
    chat = visit("carol", **PHONE)
    page = chat.page

    expect(page.get_by_test_id("room-global")).not_to_be_visible()
    page.get_by_role("button", name="Show rooms").click()
    expect(page.get_by_test_id("room-global")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    page.get_by_test_id("room-global").click()
    expect(page.get_by_test_id("room-global")).not_to_be_visible()
    chat.say(f"{room}{'w' * 300}").sees(room)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_german_browsers_get_german_until_another_language_is_chosen(visit: Visit) -> None:
    page = visit(locale="de-DE").page
    page.get_by_label("E-Mail oder Benutzername").fill("carol")
    page.get_by_label("Passwort", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("log", name="Nachrichten in global")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")

    page.get_by_role("button", name="Einstellungen").click()
    page.get_by_label("Sprache").select_option(label="English")
    expect(page.get_by_role("dialog", name="Settings")).to_be_visible()
    page.reload()

    expect(page.get_by_role("log", name="Messages in global")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_theme_is_the_systems_until_another_one_is_chosen(visit: Visit) -> None:
    page = visit("carol", color_scheme="dark").page
    assert _brightness(page) < 0.3

    page.get_by_role("button", name="Settings").click()
    page.get_by_role("radio", name="Light").click()
    page.reload()

    expect(page.get_by_test_id("room-title")).to_be_visible()
    assert _brightness(page) > 0.7


def _brightness(page: Page) -> float:
    """Of the conversation's background as it is painted, 0 to 1."""
    shot = page.get_by_test_id("room-title").screenshot(animations="disabled")
    return float(
        page.evaluate(
            """async image => {
              const bitmap = await createImageBitmap(await (await fetch(image)).blob());
              const context = new OffscreenCanvas(1, 1).getContext("2d");
              context.drawImage(bitmap, 0, 0);
              const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
              return (red + green + blue) / 3 / 255;
            }""",
            f"data:image/png;base64,{base64.b64encode(shot).decode()}",
        )
    )
