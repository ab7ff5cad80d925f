"""Which text is an emoji: one, and nothing else."""

import re

EMOJI_LIMIT_CHARACTERS = 16  # code points; the longest family or flag in use has fewer

# The blocks that hold all emoji (Unicode, emoji-data.txt): no letter, digit or direction is in them. Which of
# their characters are drawn in colour is a matter of fonts, and changes every year.
_SYMBOL = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_MODIFIER = "(?:\ufe0f|[\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007e]+\U000e007f)?"
_PART = f"(?:{_FLAG}|{_SYMBOL}{_MODIFIER})"
# As in UTS #51, 1.4.9 "EBNF and Regex".
_EMOJI = re.compile(f"{_KEYCAP}|{_PART}(?:\u200d{_PART})*")


def is_emoji(text: str) -> bool:
    """Tell whether a text is one emoji, however many characters it takes."""
    return len(text) <= EMOJI_LIMIT_CHARACTERS and _EMOJI.fullmatch(text) is not None
