"""The page in a browser driven by WebDriver, as a person uses it: keys and clicks, and what shows."""

import time
from typing import Any, Self

from infra.local.stack_file import StackFile
from tests.e2e.webdriver import Command

PATIENCE_SECONDS = 60.0
# WebDriver's code points for keys: https://www.w3.org/TR/webdriver2/#keyboard-actions
KEYS = {"Enter": "\ue007", "Shift": "\ue008", "Alt": "\ue00a", "Escape": "\ue00c"}
# The elements of a selector that hold a text: where to click them, and whether they end within the list.
FOUND = """const [selector, text] = arguments;
const list = document.querySelector("[data-testid=messages]")?.getBoundingClientRect();
return [...document.querySelectorAll(selector)].filter(each => each.textContent.includes(text)).map(each => {
  const { left, top, width, height, bottom } = each.getBoundingClientRect();
  const whole = !list || (top >= list.top && bottom <= list.bottom);
  return { x: Math.round(left + width / 2), y: Math.round(top + height / 2), whole };
})"""
FOUND_IN = f"(function () {{ {FOUND} }})(...arguments)"
FOCUS_FIELD = """const labels = [...document.querySelectorAll("label")];
const field = labels.find(each => each.textContent === arguments[0])?.control;
field?.focus();
return Boolean(field) && field === document.activeElement;"""
HAS_FOCUS = """const { tagName, labels, ariaLabel } = document.activeElement;
return (labels?.[0]?.textContent || ariaLabel || tagName) === arguments[0];"""


class DrivenPage:
    """The windows of one browser, one of them in front. What it does waits until that can be done."""

    def __init__(self, command: Command, stack: StackFile) -> None:
        self._command = command
        self._stack = stack
        assert stack.frontend_url is not None
        self._url = stack.frontend_url
        self.open()

    def open(self, hash_: str = "") -> Self:
        self._command("Navigate", {"url": self._url + hash_})
        return self

    def reload(self) -> Self:
        self._command("Refresh", {})
        return self.loaded()

    def new_window(self, hash_: str = "") -> Self:
        """Open the page once more. Not in a tab: WebKit's driver leaves that one hidden, and undrawn."""
        handle = self._command("NewWindow", {"type": "window"})["handle"]
        return self.to_window(handle).open(hash_).loaded()

    @property
    def window(self) -> str:
        """The handle of the window in front."""
        handle: str = self._command("GetWindowHandle", {})
        return handle

    def to_window(self, handle: str) -> Self:
        self._command("SwitchToWindow", {"handle": handle})
        return self

    def run(self, script: str, *arguments: object) -> Any:
        return self._command("ExecuteScript", {"script": script, "args": list(arguments)})

    def until(self, script: str, *arguments: object) -> Any:
        """What `script` returns, once that is something."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if value := self.run(script, *arguments):
                return value
            time.sleep(0.05)
        shown = self.run("return document.body.innerText")
        raise AssertionError(f"{script} {arguments} came to nothing; on the page: {shown}")

    def sees(self, selector: str, text: str = "") -> Self:
        self.until(FOUND, selector, text)
        return self

    def sees_not(self, selector: str, text: str = "") -> Self:
        self.until(f"return {FOUND_IN}.length === 0", selector, text)
        return self

    def sees_whole(self, selector: str, text: str = "") -> Self:
        """It shows in the list of messages, to its lower edge."""
        self.until(f"return {FOUND_IN}.some(each => each.whole)", selector, text)
        return self

    def click(self, selector: str, text: str = "") -> Self:
        place = self.until(FOUND, selector, text)[0]
        move = {"type": "pointerMove", "x": place["x"], "y": place["y"], "duration": 0, "origin": "viewport"}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        return self._act(mouse | {"actions": [move, *press]})

    def type(self, text: str) -> Self:
        """Key by key, into whatever has the focus."""
        return self._keys([(key, character) for character in text for key in ("keyDown", "keyUp")])

    def press(self, *keys: str) -> Self:
        """All at once, the last one shortest."""
        values = [KEYS.get(key, key) for key in keys]
        return self._keys([("keyDown", each) for each in values] + [("keyUp", each) for each in values[::-1]])

    def _keys(self, strokes: list[tuple[str, str]]) -> Self:
        actions = [{"type": kind, "value": value} for kind, value in strokes]
        return self._act({"type": "key", "id": "keyboard", "actions": actions})

    def _act(self, source: dict[str, Any]) -> Self:
        self._command("PerformActions", {"actions": [source]})
        return self

    def fill(self, label: str, text: str) -> Self:
        """Type into the field of that label."""
        self.until(FOCUS_FIELD, label)
        return self.type(text)

    def sign_in(self, user: str) -> Self:
        password = next(each.password for each in self._stack.demo_users if each.username == user)
        self.fill("E-mail or user name", user).fill("Password", password or "").press("Enter")
        return self.loaded()

    def loaded(self) -> Self:
        return self.sees("[data-testid=messages][aria-busy=false]")

    def enter(self, room: str) -> Self:
        self.press("Alt", "j").fill("Room name", room).press("Enter")
        return self.sees("[data-testid=room-title]", room).loaded()

    def show(self, room: str) -> Self:
        return self.click(f"[data-testid=room-{room}]").sees("[data-testid=room-title]", room)

    def say(self, text: str) -> Self:
        self.run("document.querySelector('[data-testid=composer]').focus()")
        return self.type(text).press("Enter")

    def has_focus(self, name: str) -> Self:
        """The focus is on the element of that name."""
        self.until(HAS_FOCUS, name)
        return self
