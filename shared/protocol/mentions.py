"""Mentions: whom the text of a message addresses, by `@handle`, or by `@here` everybody who is there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category

from shared.protocol.fences import without_fences
from shared.protocol.handles import HANDLE_LIMITS_CHARACTERS, INSIDE, canonical, may_stand_in_a_handle

HERE = "here"  # reserved, so that nobody is called so
MENTION_LIMIT = 20  # different handles of a message; who writes more of them addresses nobody

# In order: a span of code in its line, a web address. The front end has the same, and fences of code.
_NO_TEXT = re.compile(
    r"(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)"
    r"|(?:[A-Za-z][A-Za-z0-9+.-]{0,30}://|www\.)[^ \t\n]*"
)
# What stands before the sign in a mail address or in a path; a backslash says that no mention is meant.
_BINDS = "/\\@"


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a text addresses: different handles, as they are kept, in order; and whether `@here`."""

    handles: tuple[str, ...] = ()
    here: bool = False


def mentions_in(content: str) -> Mentions:
    """Return whom a text addresses, whether or not anybody is called so.

    docs/protocol/mentions.json is the table of this rule, which the front end shares.
    """
    if "@" not in content:
        return Mentions()
    words = dict.fromkeys(map(canonical, _words(_NO_TEXT.sub(" ", without_fences(content)))))
    least, most = HANDLE_LIMITS_CHARACTERS
    handles = [each for each in words if least <= len(each) <= most and each != HERE]
    return Mentions(tuple(handles[:MENTION_LIMIT]), HERE in words)


def _words(text: str) -> Iterator[str]:
    """Yield what stands behind each sign `@` that begins a mention."""
    for sign in re.finditer("@", text):
        start = end = sign.end()
        if sign.start() and _binds(text[sign.start() - 1]):
            continue
        while end < len(text) and may_stand_in_a_handle(text[end]):
            end += 1
        word = text[start:end]
        if word and category(word[0])[0] in "LN" and not text.startswith("@", end):
            yield word.rstrip(INSIDE)


def _binds(before: str) -> bool:
    return before in _BINDS or category(before)[0] in "LMN"
