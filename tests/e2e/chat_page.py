"""The page, as a person uses it."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from infra.local.stack_file import StackFile

# Until the button shows that leads back to the end; the list measures its rows over the first frames.
SCROLL_UP = """async (list, pixels) => {
  const deadline = performance.now() + 60_000;
  while (!document.querySelector("[data-testid=jump]")) {
    if (performance.now() > deadline) throw new Error("the list does not leave its end");
    list.scrollBy(0, -pixels);
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  }
}"""
COPIED = """async beginning => {
  const deadline = performance.now() + 60_000;
  for (let text = ""; ; text = await navigator.clipboard.readText()) {
    if (text.startsWith(beginning) && text !== "") return text;
    if (performance.now() > deadline) throw new Error(`copied was: ${text}`);
    await new Promise(requestAnimationFrame);
  }
}"""
# Looked for with each frame, since a message stands out for a few seconds only.
STANDS_OUT = """text => {
  const message = document.activeElement.closest("[data-testid=message][data-highlighted]");
  return message?.innerText.includes(text.trim());
}"""
# Options of a browser on a phone.
PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}


class ChatPage:
    """One browser page; what it waits for is what a person would wait to see."""

    def __init__(self, page: Page, stack: StackFile) -> None:
        self.page = page
        self._stack = stack

    def sign_in(self, user: str) -> "ChatPage":
        password = next(each.password for each in self._stack.demo_users if each.username == user)
        return self.sign_in_with(user, password or "")

    def sign_in_with(self, user: str, password: str) -> "ChatPage":
        self.page.get_by_label("E-mail or user name").fill(user)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.keyboard.press("Enter")
        return self.online()

    def in_another_tab(self) -> "ChatPage":
        """The same browser, with its session, once more."""
        page = self.page.context.new_page()
        page.goto(self.page.url)
        return ChatPage(page, self._stack)

    def fill_sign_up(self, name: str) -> "ChatPage":
        """Fills the form of a new account, but does not send it."""
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("E-mail").fill(f"{name}@example.com")
        self.page.get_by_label("Display name").fill("Dora the Great")
        self.page.get_by_label("Password", exact=True).fill("Long-enough-1!")
        return self

    def online(self) -> "ChatPage":
        expect(self.page.get_by_test_id("messages")).to_have_attribute("aria-busy", "false")
        return self

    def without_network(self) -> "ChatPage":
        """Cuts the network off; the browser has told the page when this returns."""
        self.page.context.set_offline(True)
        self.page.wait_for_function("!navigator.onLine")
        return self

    def enter(self, room: str) -> "ChatPage":
        show_rooms = self.page.get_by_role("button", name="Show rooms")
        if show_rooms.is_visible():
            show_rooms.click()
        self.page.get_by_test_id("join-room").click()
        name = self.page.get_by_label("Room name")
        name.fill(room)
        name.press("Enter")
        return self.in_room(room)

    def in_room(self, title: str) -> "ChatPage":
        """The room is shown, no more the one before it, and its messages have come."""
        expect(self.page.get_by_test_id("room-title")).to_contain_text(title)
        return self.online()

    def show(self, room: str) -> "ChatPage":
        self.page.get_by_test_id(f"room-{room}").click()
        expect(self.page.get_by_test_id("room-title")).to_contain_text(room)
        return self

    def say(self, text: str) -> "ChatPage":
        composer = self.page.get_by_test_id("composer")
        composer.fill(text)
        composer.press("Enter")  # there, wherever a dialog that closes may leave the focus
        return self

    def scroll_up(self, pixels: int) -> "ChatPage":
        """As a hand does, again while the list still settles at its end."""
        self.page.get_by_test_id("messages").evaluate(SCROLL_UP, pixels)
        return self

    def message(self, text: str) -> Locator:
        """The stored message of that text."""
        return self.page.get_by_test_id("message").filter(has_text=text)

    @property
    def contents(self) -> list[str]:
        """The texts of the stored messages on the page, from top to bottom."""
        return self.page.get_by_test_id("message").get_by_test_id("message-content").all_inner_texts()

    @property
    def members(self) -> Locator:
        """Who is online, in the panel."""
        return self.page.get_by_test_id("member").get_by_test_id("member-name")

    @property
    def typing(self) -> Locator:
        """The line that tells who types."""
        return self.page.get_by_test_id("typing")

    @property
    def outgoing(self) -> Locator:
        return self.page.get_by_test_id("outgoing")

    def copied(self, beginning: str) -> str:
        """What the clipboard holds, once it begins so; that the page says so lasts only for a glance."""
        text: str = self.page.evaluate(COPIED, beginning)
        return text

    def led_to(self, text: str) -> "ChatPage":
        """The message has the focus, and stands out."""
        self.page.wait_for_function(STANDS_OUT, arg=text)
        return self

    def sees(self, *texts: str) -> "ChatPage":
        """Each of the messages is on the page, once."""
        for text in texts:
            expect(self.message(text)).to_have_count(1)
        return self


Visit = Callable[..., ChatPage]
"""Opens the page in a browser profile of its own; see the fixture `visit`."""
