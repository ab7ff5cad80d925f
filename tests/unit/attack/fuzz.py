"""Frames as an attacker makes them: those that are described, bent; and bytes that are no frames at all."""

import copy
import json
import random
from typing import Any

NUMBERS: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 2**53, 10**400)
NESTS: tuple[Any, ...] = ([], {}, [[[[]]]], {"a": {"b": {}}}, {"$ne": None}, {"S": "x"})
LARGE: tuple[Any, ...] = ("😀" * 4_001, "x" * 33_000, ["x"] * 2_000, {str(n): n for n in range(300)})
TEXTS = (
    *("", " ", "\x00", "\x1b[2J", "\u202e", "\u200b", "\ud800", "\ufffe", "%00", "#", "NaN"),
    *("../../etc/passwd", "' OR '1'='1", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}"),
    *("[bold]x[/]", "__proto__", "constructor", "$c1=", "~p", "~d" + "0" * 32, "global", "a11ce", "b0b"),
    *("1763856000000#", "9999999999999#" + "z" * 64),
)
HOSTILE = (*NUMBERS, *NESTS, *LARGE, *TEXTS)
NAMES = (
    *("data", "token", "requestId", "action", "roomId", "userId", "after", "before", "limit", "rooms"),
    *("__class__", ""),
)
RAW = (
    *("", " ", "null", "[]", "{}", '"x"', "7", "{", "}{", "\x00", "\ufeff{}", "nan", "{'a':1}"),
    *("[" * 20_000, '{"a":' * 20_000),
)


class Fuzzer:
    """Draws frames from the described ones; the same seed gives the same frames.

    `secrets` are what an attacker may have heard of: rooms, users, codes. `tokens` are whose they have.
    """

    def __init__(self, seed: int, described: list[Any], secrets: list[str], tokens: list[str]) -> None:
        self._random = random.Random(seed)
        self._described = described
        self._hostile = (*HOSTILE, *secrets * 4)
        self._tokens = tokens

    def frame(self) -> str:
        """Return the body of the next frame."""
        chance = self._random.random
        if chance() < 0.05:
            return self._random.choice(RAW)
        frame = copy.deepcopy(self._random.choice(self._described))
        if chance() < 0.9:
            frame["token"] = self._random.choice(self._tokens)
        for _ in range(self._random.choice((0, 1, 1, 2, 4))):
            self._bend(frame)
        body = json.dumps(frame, ensure_ascii=chance() < 0.5)
        return self._cut(body) if chance() < 0.08 else body

    def _bend(self, frame: dict[str, Any]) -> None:
        place: Any = frame
        while True:
            if not isinstance(place, dict) or not place:
                return
            name = self._random.choice(sorted(place))
            if isinstance(place[name], dict) and place[name] and self._random.random() < 0.75:
                place = place[name]
                continue
            break
        match self._random.randrange(4):
            case 0:
                del place[name]
            case 1:
                place[self._random.choice(NAMES)] = copy.deepcopy(self._random.choice(self._hostile))
            case _:
                place[name] = copy.deepcopy(self._random.choice(self._hostile))

    def _cut(self, body: str) -> str:
        at = self._random.randrange(len(body))
        inserted = self._random.choice(("", "\x00", "\ud83d", '"', "}", "\\", "\\u12", ","))
        return body[:at] + inserted + body[at + self._random.randrange(3) :]
