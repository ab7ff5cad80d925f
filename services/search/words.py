"""Which words a text has: one rule for what is indexed and for what is asked for.

A word is folded (Unicode NFKC and case folding), so that `Straße` is found by `STRASSE`. It is a run of
letters, digits and their marks, or one symbol, which most emoji are. Scripts without spaces between words are
taken in pairs of characters. No word holds punctuation, `#` least of all, which parts the keys of the index.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from unicodedata import category, normalize

WORD_LIMIT_CHARACTERS = 32  # of what is longer the beginning counts
WORDS_LIMIT = 64  # different ones of a message; what comes after them is not found

# Thai, Lao, Myanmar, Khmer, kana, and Han with its extensions.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_NOT_SEEN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # selects how the character before it looks


def words_of(text: str) -> list[str]:
    """Return the different words of a text in its order, `WORDS_LIMIT` at most."""
    words: dict[str, None] = {}
    for word in _all_words(text):
        words[word] = None
        if len(words) == WORDS_LIMIT:
            break
    return list(words)


def runs_of(text: str) -> Iterator[tuple[str, str]]:
    """Split a text into runs of one kind, folded: `spaced` words, `unspaced` ones, `symbol`s, or `other`."""
    folded = normalize("NFKC", normalize("NFKC", text).casefold())
    seen = (each for each in _NOT_SEEN.sub("", folded) if category(each) != "Cf")
    for kind, characters in groupby(seen, key=_kind):
        yield kind, "".join(characters)


def pairs_of(run: str) -> list[str]:
    """Return the pairs of neighbours in a run, none if it is a single character."""
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _all_words(text: str) -> Iterator[str]:
    for kind, run in runs_of(text):
        if kind == "spaced":
            yield run[:WORD_LIMIT_CHARACTERS]
        elif kind == "unspaced":  # the last character alone, so that each is the beginning of some word
            yield from (*pairs_of(run), run[-1])
        elif kind == "symbol":
            yield from run


def _kind(character: str) -> str:
    if _UNSPACED.match(character):
        return "unspaced"
    if category(character)[0] in "LNM":
        return "spaced"
    return "symbol" if category(character) == "So" else "other"
