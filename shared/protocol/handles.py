"""Handles: names of accounts of which no two look alike."""

import re
from collections.abc import Mapping
from typing import Annotated
from unicodedata import category, normalize

from pydantic import AfterValidator, StrictStr

from shared.protocol.confusable_table import looks_like

HANDLE_LIMITS_CHARACTERS = (2, 32)
DEFAULT_LIMIT_CHARACTERS = 20  # of the name in it
INSIDE = "._-"
# Letters and marks that show nothing (Unicode, Default_Ignorable_Code_Point).
_SHOWS_NOTHING = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_MARKS_LIMIT = 2  # on one letter: more hide the lines around them, and no handle needs them
# Who bears one of these would be taken for the chat itself, or for all who are in a room.
_RESERVED = ("admin", "administrator", "all", "channel", "everyone", "here", "moderator", "support", "system")


def canonical(handle: str) -> str:
    """Return a handle as it is kept and shown: without compatibility forms and capitals (Unicode, 3.13)."""
    return normalize("NFKC", normalize("NFKC", handle).casefold())


def skeleton(handle: str) -> str:
    """Return what a handle looks like: of two handles that look alike it is the same (UTS 39, section 4)."""
    looks, seen = looks_like(), canonical(handle)
    while (looked := _looked_at(seen, looks)) != seen:  # what a letter looks like may be a capital
        seen = looked
    return seen


def _looked_at(text: str, looks: Mapping[int, str]) -> str:
    return canonical("".join(looks.get(ord(each), each) for each in normalize("NFD", text)))


def may_stand_in_a_handle(character: str) -> bool:
    """Tell whether a handle may hold the character: letters, their marks, digits, and `.`, `_`, `-`."""
    return character in INSIDE or (category(character)[0] in "LMN" and not _SHOWS_NOTHING.match(character))


def handle_of(text: str) -> str:
    """Return the handle that somebody wants, as it is kept.

    Raises:
        ValueError: its length or a character in it is not that of a handle, or it is reserved.
    """
    handle = canonical(text)
    least, most = HANDLE_LIMITS_CHARACTERS
    if not least <= len(handle) <= most:
        raise ValueError(f"a handle has {least} to {most} characters")
    if not all(map(may_stand_in_a_handle, handle)) or category(handle[0])[0] not in "LN":
        raise ValueError("a handle holds letters, digits and . _ - and begins with a letter or digit")
    if handle[-1] in INSIDE:  # behind a mention these are the sentence's
        raise ValueError("a handle ends with a letter or digit")
    if _is_overloaded(handle):
        raise ValueError("a letter of a handle has too many marks")
    if skeleton(handle) in map(skeleton, _RESERVED):
        raise ValueError("that handle is reserved")
    return handle


def default_handles(username: str, digest: str) -> list[str]:
    """Return handles for an account that has chosen none, the nicest first; the last is nobody else's.

    Args:
        username: its name.
        digest: hexadecimal digits that follow from its id.
    """
    written = "".join(each if may_stand_in_a_handle(each) else " " for each in canonical(username))
    name = "-".join(written.split())[:DEFAULT_LIMIT_CHARACTERS].strip(INSIDE)
    wanted = [name, f"{name}-{digest[:4]}", f"user-{digest[:12]}", f"user-{digest[:24]}"]
    return [each for each in wanted if _is_handle(each)]


def _is_overloaded(handle: str) -> bool:
    marks = 0
    for each in handle:
        marks = marks + 1 if category(each)[0] == "M" else 0
        if marks > _MARKS_LIMIT:
            return True
    return False


def _is_handle(text: str) -> bool:
    try:
        return handle_of(text) == text
    except ValueError:
        return False


Handle = Annotated[StrictStr, AfterValidator(handle_of)]
