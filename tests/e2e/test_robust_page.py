"""Whatever the address says, the browser refuses, or a window is worth: there is a page, and it works."""

import time

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.axe import violations
from tests.e2e.chat_page import PHONE, Visit

# 320 x 256 CSS pixels: 1280 x 1024 zoomed by 400 % (WCAG 1.4.10).
ZOOMED = {"viewport": {"width": 320, "height": 256}}
# The scripts of the dialogs that a key opens.
DIALOGS = "**/assets/*Dialog*.js"

REFUSALS = {
    "storage": "Object.defineProperty(window, 'localStorage',"
    " { configurable: true, get() { throw new DOMException('denied', 'SecurityError'); } });",
    "all else": "delete window.Notification;"
    "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    "Object.defineProperty(navigator, 'locks', { value: undefined });"
    "Object.defineProperty(window, 'caches', { value: undefined });",
}


def test_a_link_to_no_room_is_explained(visit: Visit) -> None:
    """Whether the page is opened with it or follows it; `useRoomAddress.test.ts` tries more of them."""
    chat = visit("carol")
    for hash_ in ("#/rooms/%E0%A4%A", "#elsewhere"):
        chat.page.goto(chat.page.url.split("#")[0] + hash_)
        chat.page.reload()

        chat.online()
        expect(chat.page.get_by_test_id("room-title")).to_contain_text("global")
        chat.page.evaluate("hash => { location.hash = hash; }", hash_)
        expect(chat.page.get_by_test_id("room-notice")).to_contain_text("The link leads to no room")
    assert violations(chat.page) == []


def test_another_case_is_asked_about_and_a_left_room_stays_left(visit: Visit, room: str) -> None:
    chat = visit("carol").enter(room)
    page = chat.page
    page.evaluate("hash => { location.hash = hash; }", f"#/rooms/{room.upper()}")
    expect(page.get_by_test_id("room-notice")).to_contain_text("would be another room")
    expect(page.get_by_test_id("room-title")).to_have_text(room)

    page.get_by_test_id("leave-room").click()
    expect(page.get_by_test_id("room-notice")).to_contain_text(f"You left {room}.")
    page.go_back()
    expect(page.get_by_test_id("room-notice")).to_contain_text(f"You are not in {room}.")
    expect(page.get_by_test_id(f"room-{room}")).to_have_count(0)

    page.get_by_role("button", name=f"Join {room}").click()
    expect(page.get_by_test_id("room-title")).to_have_text(room)


@pytest.mark.parametrize("refused", REFUSALS)
def test_the_page_works_without_what_the_browser_refuses(visit: Visit, room: str, refused: str) -> None:
    chat = visit()
    chat.page.add_init_script(REFUSALS[refused])
    chat.page.reload()

    chat.sign_in("carol").enter(room).say("works").sees("works")
    chat.message("works").hover()
    chat.message("works").get_by_role("button", name="Copy message").click()


def test_a_room_may_have_any_name(visit: Visit) -> None:
    carol, bob = visit("carol"), visit("bob")
    names = ("constructor", "__proto__", "toString")
    unread = [carol.page.get_by_test_id(f"room-{name}").get_by_test_id("unread") for name in names]
    for name, count in zip(names, unread, strict=True):
        text = f"{name} {time.time_ns()}"
        carol.enter(name).show("global")
        bob.enter(name).say(text).sees(text)
        expect(count).to_be_visible()

        carol.show(name).sees(text)
        expect(count).to_have_count(0)
    carol.page.reload()
    carol.online()
    for count in unread:
        expect(count).to_have_count(0)


def test_zoomed_by_400_percent_everything_can_be_reached(visit: Visit, room: str) -> None:
    chat = visit("carol", **ZOOMED).enter(room)
    page = chat.page
    page.get_by_test_id("composer").fill("\n".join(f"line {number}" for number in range(40)))

    expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_test_id("emoji").click()
    expect(page.locator("emoji-picker")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("emoji")).to_be_focused()
    page.get_by_test_id("room-menu").click()
    page.get_by_role("menuitem").last.scroll_into_view_if_needed()
    expect(page.get_by_role("menuitem").last).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+j")
    expect(page.get_by_label("Room name")).to_be_in_viewport(ratio=1)


def test_a_tap_beside_a_message_copies_nothing(visit: Visit, room: str) -> None:
    chat = visit("carol", **PHONE, permissions=["clipboard-read", "clipboard-write"]).enter(room)
    chat.say("not this").sees("not this")
    page = chat.page
    page.evaluate("navigator.clipboard.writeText('kept')")
    page.get_by_test_id("room-title").tap()
    row = chat.message("not this").bounding_box()
    assert row is not None

    # Where the tools of one's own message appear: above its left corner.
    page.touchscreen.tap(row["x"] + 12 + 16, row["y"] + 4)

    assert page.evaluate("navigator.clipboard.readText()") == "kept"
    chat.message("not this").get_by_test_id("message-content").tap()
    chat.message("not this").get_by_role("button", name="Copy message").tap()
    assert chat.copied("not") == "not this"


def test_in_forced_colours_one_sees_which_room_is_shown_and_which_switch_is_on(
    visit: Visit, room: str
) -> None:
    page = visit("carol", forced_colors="active").enter(room).page
    outline = "element => getComputedStyle(element).outlineStyle"
    assert page.get_by_test_id(f"room-{room}").evaluate(outline) == "solid"
    assert page.get_by_test_id("room-global").evaluate(outline) == "none"

    page.keyboard.press("Alt+h")
    switches = page.get_by_role("switch")
    expect(switches).to_have_count(2)
    colours = (
        "element => [element, element.parentElement].map(each => getComputedStyle(each).backgroundColor)"
    )
    for switch in switches.all():
        on_thumb, on_track = switch.locator("span").evaluate(colours)
        assert on_thumb != on_track
    chosen, other = (page.get_by_role("radio", name=name) for name in ("System", "Dark"))
    assert chosen.evaluate(outline) != other.evaluate(outline)


def test_a_hundred_thousand_pasted_characters_are_refused_and_nothing_hangs(visit: Visit, room: str) -> None:
    chat = visit("carol", permissions=["clipboard-read", "clipboard-write"]).enter(room)
    page = chat.page
    composer = page.get_by_test_id("composer")
    composer.fill("mine ")
    page.evaluate("navigator.clipboard.writeText('x'.repeat(100_000))")
    composer.press("End")
    composer.press("Control+v")

    expect(page.get_by_role("alert")).to_contain_text("100000 characters do not fit")
    expect(composer).to_have_value("mine ")
    composer.press("a")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(composer).to_have_value("mine a")


def test_fields_are_large_enough_for_ios(visit: Visit) -> None:
    size = "elements => elements.map(each => parseFloat(getComputedStyle(each).fontSize))"
    chat = visit(**PHONE)
    assert min(chat.page.locator("input, select").evaluate_all(size)) >= 16
    chat.sign_in("carol")
    assert min(chat.page.locator("input, select, textarea").evaluate_all(size)) >= 16


@pytest.mark.parametrize("keys", ["Alt+j", "Control+k", "Control+f"])
def test_what_is_typed_before_a_dialog_has_come_is_written_in_its_field(visit: Visit, keys: str) -> None:
    # given
    chat = visit()
    page = chat.page
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(DIALOGS, hold)
    chat.sign_in("carol")
    page.get_by_test_id("composer").focus()

    # when
    page.keyboard.press(keys)
    page.keyboard.type("tea x")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    for route in held:
        route.continue_()

    # then
    field = page.get_by_role("dialog").locator("input").first
    expect(field).to_be_focused()
    expect(field).to_have_value("tea ")
    page.keyboard.type("pot")
    expect(field).to_have_value("tea pot")
    expect(page.get_by_test_id("composer")).to_have_value("")
