"""What strangers chose is inert on the operator's terminal: no control sequence, no markup, no forged row."""

import ast
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chatctl
from chatctl.terminal import inert, write, write_json, write_table

FOLDER = Path(chatctl.__file__).parent
HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "line\nCRITICAL forged",
    "\u202egnp.exe",
    "\u2066isolate",
    "a\u200bb",
    "line\u2028break",
    "\ud800",
    "[/nope]",
    "[bold red]alarm[/]",
    "[link=https://example.com]here[/link]",
    ":warning:",
    "\x7f\x00\r",
]


def obeyed(output: str) -> set[str]:
    """The characters of an output that a terminal would obey or hide, but for its own line ends."""
    return {
        character
        for character in output
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character != "\n"
    }


@given(st.text())
def test_no_text_holds_anything_that_a_terminal_obeys(text: str) -> None:
    assert obeyed(inert(text)) == set()
    assert "\n" not in inert(text)


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "M"))))
def test_a_harmless_text_is_shown_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_line_is_one_line_and_its_markup_is_text(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("name=", text)

    output = capsys.readouterr().out
    assert output == f"name={inert(text)}\n"
    assert obeyed(output) == set()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_is_one_row(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_table(("id", "name"), [("1", text), ("2", "bob")])

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert inert(text).rstrip() in lines[1]
    assert obeyed("\n".join(lines)) == set()


@pytest.mark.parametrize("text", HOSTILE)
def test_json_holds_nothing_but_ascii(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"name": text})

    assert capsys.readouterr().out.isascii()


def test_nothing_else_of_chatctl_writes() -> None:
    writers = {
        path.relative_to(FOLDER).as_posix()
        for path in FOLDER.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        or (
            isinstance(node, ast.ImportFrom)
            and str(node.module) in {"rich.console", "rich.table", "rich.text"}
        )
        or (isinstance(node, ast.Attribute) and node.attr in {"stdout", "echo", "secho"})
    }

    assert writers == {"terminal.py", "pace.py"}  # pace.py draws a bar whose text is its own
