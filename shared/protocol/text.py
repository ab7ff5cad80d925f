"""Which text may enter the system."""

import re
from unicodedata import category

# What SQS takes in a body (SendMessage in its API reference); its refusal would be an acknowledged message
# that nobody gets. A lone surrogate, which no UTF-8 holds, is among the rest.
_REFUSED = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
# Controls, formats (zero width, direction), surrogates, separators of lines and paragraphs (Unicode, 4.5).
_INVISIBLE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters that show nothing: the Hangul fillers and the Braille blank.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def may_enter(text: str) -> bool:
    """Tell whether each character of the text can be stored, queued and delivered."""
    return _REFUSED.search(text) is None


def legible(name: str, limit: int) -> str:
    """Return the name without what nobody sees, at most `limit` characters; empty if nothing is left.

    What is invisible makes names that look alike, that look empty, and that turn round what follows.
    """
    seen = (each for each in name if _shows(each) and may_enter(each))
    return " ".join("".join(seen).split())[:limit].rstrip()


def _shows(character: str) -> bool:
    return character not in _BLANK and category(character) not in _INVISIBLE_CATEGORIES
