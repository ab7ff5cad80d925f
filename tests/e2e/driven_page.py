"""The page in a browser driven by WebDriver, as a person uses it: keys and clicks, and what shows."""

import time
from typing import Any

from infra.local.stack_file import StackFile
from tests.e2e.webdriver import Command

PATIENCE_SECONDS = 30.0
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


class DrivenPage:
    """The tabs of one browser, one of them in front."""

    def __init__(self, command: Command, stack: StackFile) -> None:
        self._command = command
        self._stack = stack
        assert stack.frontend_url is not None
        self._url = stack.frontend_url
        self.open(self._url)

    def open(self, url: str) -> None:
        self._command("Navigate", {"url": url})

    def reload(self) -> None:
        self._command("Refresh", {})

    def new_tab(self, hash_: str = "") -> str:
        """Open the page once more, in front; the handle of that tab."""
        handle: str = self._command("NewWindow", {"type": "tab"})["handle"]
        self.to_tab(handle)
        self.open(self._url + hash_)
        return handle

    def tab(self) -> str:
        """The handle of the tab in front."""
        handle: str = self._command("GetWindowHandle", {})
        return handle

    def to_tab(self, handle: str) -> None:
        self._command("SwitchToWindow", {"handle": handle})

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

    def sees(self, selector: str, text: str = "") -> None:
        self.until(FOUND, selector, text)

    def sees_not(self, selector: str, text: str = "") -> None:
        self.until(f"return (function () {{ {FOUND} }})(...arguments).length === 0", selector, text)

    def sees_whole(self, selector: str, text: str = "") -> None:
        """It shows in the list of messages, to its lower edge."""
        self.until(
            f"return (function () {{ {FOUND} }})(...arguments).some(each => each.whole)", selector, text
        )

    def click(self, selector: str, text: str = "") -> None:
        place = self.until(FOUND, selector, text)[0]
        move = {"type": "pointerMove", "x": place["x"], "y": place["y"], "duration": 0, "origin": "viewport"}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._act(
            {
                "type": "pointer",
                "id": "mouse",
                "parameters": {"pointerType": "mouse"},
                "actions": [move, *press],
            }
        )

    def type(self, text: str) -> None:
        """Key by key, into whatever has the focus."""
        self._act(
            {
                "type": "key",
                "id": "keyboard",
                "actions": [key for character in text for key in _stroke(character)],
            }
        )

    def press(self, *keys: str) -> None:
        """All at once, the last one shortest."""
        values = [KEYS.get(key, key) for key in keys]
        down = [{"type": "keyDown", "value": value} for value in values]
        up = [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._act({"type": "key", "id": "keyboard", "actions": [*down, *up]})

    def _act(self, source: dict[str, Any]) -> None:
        self._command("PerformActions", {"actions": [source]})

    def fill(self, label: str, text: str) -> None:
        """Type into the field of that label."""
        focus = (
            "[...document.querySelectorAll('label')].find(each => each.textContent === arguments[0])?.control"
        )
        self.until(
            f"const field = {focus}; field?.focus(); return field === document.activeElement && !!field",
            label,
        )
        self.type(text)

    def sign_in(self, user: str) -> "DrivenPage":
        password = next(each.password for each in self._stack.demo_users if each.username == user)
        self.fill("E-mail or user name", user)
        self.fill("Password", password or "")
        self.press("Enter")
        return self.loaded()

    def loaded(self) -> "DrivenPage":
        self.sees("[data-testid=messages][aria-busy=false]")
        return self

    def enter(self, room: str) -> "DrivenPage":
        self.press("Alt", "j")
        self.fill("Room name", room)
        self.press("Enter")
        self.sees("[data-testid=room-title]", room)
        return self.loaded()

    def show(self, room: str) -> "DrivenPage":
        self.click(f"[data-testid=room-{room}]")
        self.sees("[data-testid=room-title]", room)
        return self

    def say(self, text: str) -> "DrivenPage":
        self.run("document.querySelector('[data-testid=composer]').focus()")
        self.type(text)
        self.press("Enter")
        return self

    @property
    def focused(self) -> str:
        """The name of the element with the focus."""
        name: str = self.run(
            "const { tagName, labels, ariaLabel } = document.activeElement;"
            " return labels?.[0]?.textContent || ariaLabel || tagName"
        )
        return name


def _stroke(character: str) -> list[dict[str, str]]:
    return [{"type": "keyDown", "value": character}, {"type": "keyUp", "value": character}]
