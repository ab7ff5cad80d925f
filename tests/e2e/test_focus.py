"""The focus is always somewhere (WCAG 2.4.3), and what arrives is told of."""

import json
import uuid

from playwright.sync_api import Page, WebSocketRoute, expect

from infra.local.stack_file import StackFile
from tests.e2e.accounts import new_account
from tests.e2e.chat_page import Visit
from tests.e2e.history import seed_history

# The element with the focus, as a person would name it; BODY when it is lost.
FOCUSED = """() => {
  const { tagName, innerText, labels, ariaLabel, id } = document.activeElement;
  return [tagName, ariaLabel || labels?.[0]?.innerText || innerText?.split("\\n")[0] || id].join(" ");
}"""


def has_focus(page: Page, name: str) -> None:
    """Wait until the focus is on the element of that name."""
    page.wait_for_function(f"name => ({FOCUSED})() === name", arg=name)


def test_the_focus_goes_along_the_way_in(visit: Visit) -> None:
    page = visit().page
    expect(page.get_by_label("E-mail or user name")).to_be_focused()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("E-mail or user name")).to_have_attribute("aria-invalid", "true")
    has_focus(page, "INPUT E-mail or user name")

    page.get_by_label("E-mail or user name").fill("alice")
    page.get_by_label("Password", exact=True).fill("not-it-at-all-1!")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    has_focus(page, "INPUT Password")

    page.get_by_role("button", name="Create account").click()
    has_focus(page, "INPUT User name")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Forgot your password?").click()
    has_focus(page, "INPUT E-mail or user name")


def test_a_wrong_code_leaves_the_focus_in_its_field(visit: Visit) -> None:
    dora = visit()
    page = dora.page
    page.get_by_role("button", name="Create account").click()
    dora.fill_sign_up(f"dora-{uuid.uuid4().hex[:6]}")
    page.keyboard.press("Enter")
    page.get_by_label("Confirmation code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong.")
    has_focus(page, "INPUT Confirmation code")


def test_the_focus_stays_by_a_message_that_is_retried_and_goes_on_when_it_is_discarded(
    visit: Visit, room: str
) -> None:
    chat = visit()
    accepted: list[bool] = [False]
    chat.page.route_web_socket("**/*", lambda socket: _refuses_unless(socket, accepted))
    page = chat.sign_in("carol").enter(room).page
    chat.say("one").say("two")
    failed = page.locator("[data-testid=outgoing][data-state=failed]")
    expect(failed).to_have_count(2)

    page.get_by_role("button", name="Discard").first.click()
    expect(chat.outgoing).to_have_count(1)
    has_focus(page, f"DIV Messages in {room}")
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_test_id("composer")).to_have_value("two")
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(failed).to_have_count(1)
    accepted[0] = True
    page.get_by_role("button", name="Retry").click()
    chat.sees("two")
    page.wait_for_function("document.activeElement !== document.body")


def _refuses_unless(socket: WebSocketRoute, accepted: list[bool]) -> None:
    server = socket.connect_to_server()

    def answer(text: str | bytes) -> None:
        frame = json.loads(text)
        if frame["action"] == "sendMessage" and not accepted[0]:
            error = {"code": "INVALID_CONTENT", "message": "asked for"}
            socket.send(json.dumps({"type": "error", "requestId": frame["requestId"], "data": error}))
        else:
            server.send(text)

    socket.on_message(answer)


def test_the_focus_outlives_buttons_that_go_away(visit: Visit, room: str, stack: StackFile) -> None:
    seed_history(stack, room, 200)
    name = f"dora-{uuid.uuid4().hex[:6]}"
    new_account(stack, name, "Some-password-1")
    dora = visit().sign_in_with(name, "Some-password-1").enter(room)
    page = dora.page
    dora.sees("message 199 ")
    dora.scroll_up(2_000)
    page.get_by_test_id("jump").click()
    has_focus(page, f"DIV Messages in {room}")

    page.get_by_role("button", name="Hide members").click()
    expect(page.get_by_test_id("members-button")).to_be_focused()
    page.keyboard.press("Alt+h")
    page.get_by_label("Display name").fill("Dora")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Others may see it a little later.")).to_be_visible()
    has_focus(page, "BUTTON Save")
    page.keyboard.press("Escape")

    page.get_by_test_id("leave-room").click()
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_what_arrives_is_told_of_each_time_and_counted(visit: Visit, room: str) -> None:
    alice, bob = visit("alice").enter(room), visit("bob").enter(room)
    told = alice.page.get_by_test_id("announcements").get_by_role("paragraph")
    for count in (1, 2):
        bob.say("yes")
        expect(told).to_have_text(["Bob: yes"] * count)
    for number in range(12):
        bob.say(f"burst {number}.")  # the time of day follows: "burst 1" at 15:04 would hold "burst 11"
    # Those that are overtaken come before she leaves, or they would be counted, too.
    alice.sees(*(f"burst {number}." for number in range(12)))
    expect(told.filter(has_text="burst 11.")).to_have_count(1)  # pushes overtake each other
    alice.show("global")
    bob.say("elsewhere")
    expect(told.last).to_have_text(f"1 new message in {room}")
