"""What commands write on the terminal; the only module that does.

Names, rooms, ids and log lines come from strangers. Here they are inert: neither a control sequence that the
terminal obeys, nor markup that rich obeys, nor a line break that forges a row.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# Unicode general categories that a terminal obeys or hides: C0 and C1 controls; bidirectional, zero-width and
# tag characters; lone surrogates; line and paragraph separators (UAX #44, table 12).
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

CELL_CHARACTERS = 80
FIRST_ROWS = 20  # of what may be long, unless more are asked for
UNLIMITED = 100_000  # characters a line: the terminal wraps, not rich

Styled = tuple[str, str]
"""A text and its style, such as `("on", "bold red")`."""


def inert(text: object) -> str:
    r"""Return the text with each character that a terminal could obey or hide escaped, such as `\x1b`."""
    return "".join(_escaped(character) for character in str(text))


def write(*parts: str | Styled, to_stderr: bool = False) -> None:
    """Write one line, never wrapped by us; parts may be styled where the output is a terminal."""
    styled = [(part, "") if isinstance(part, str) else part for part in parts]
    line = Text.assemble(*((inert(text), style) for text, style in styled))
    _console(to_stderr).print(line, soft_wrap=True)


def write_lines(text: str, *, to_stderr: bool = False) -> None:
    """Write a text of our own that has line breaks."""
    for line in text.split("\n"):
        write(line, to_stderr=to_stderr)


def write_json(value: object, indent: int | None = 2) -> None:
    """Write JSON for scripts; all but ASCII is escaped, which is the same JSON to them."""
    print(json.dumps(value, indent=indent), flush=True)


def write_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    whole: Iterable[str] = (),
    to_stderr: bool = False,
) -> None:
    """Write a table without lines, one row a line: a wrapped cell could forge a row.

    Args:
        columns: their heads.
        rows: a cell for each column.
        whole: heads of columns that are there to be copied, so that they are never shortened.
        to_stderr: whether it goes there, and not to stdout.
    """
    uncut = set(whole)
    table = Table(box=None)
    for head in columns:
        table.add_column(Text(head), no_wrap=True)
    for row in rows:
        texts = map(inert, row)
        cells = (
            text if head in uncut else _shortened(text) for head, text in zip(columns, texts, strict=True)
        )
        table.add_row(*map(Text, cells))
    console = _console(to_stderr)
    console.width = UNLIMITED
    console.print(table, soft_wrap=True)


def write_first(
    limit: int,
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    whole: Iterable[str] = (),
    to_stderr: bool = False,
) -> None:
    """Write a table of at most `limit` rows, and how many more there are; the rest as `write_table`."""
    write_table(columns, rows[:limit], whole=whole, to_stderr=to_stderr)
    if len(rows) > limit:
        write(f"and {len(rows) - limit:,} more", to_stderr=to_stderr)


def clear() -> None:
    """Clear the screen, where the output is a terminal."""
    _console(to_stderr=False).clear()


def _shortened(text: str) -> str:
    return text if len(text) <= CELL_CHARACTERS else f"{text[: CELL_CHARACTERS - 1]}…"


def _escaped(character: str) -> str:
    if unicodedata.category(character) not in _UNSAFE_CATEGORIES:
        return character
    return (
        character.encode("ascii", "backslashreplace").decode()
        if character > "\x7f"
        else f"\\x{ord(character):02x}"
    )


def _console(to_stderr: bool) -> Console:
    # Made for each call: tests and redirections replace the streams.
    return Console(file=sys.stderr if to_stderr else sys.stdout, highlight=False, markup=False, emoji=False)
