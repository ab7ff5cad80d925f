"""Options declared once reach every command that names their group."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from chatctl.option_groups import flatten_options


@dataclass(frozen=True, kw_only=True)
class Size:
    width: Annotated[int, typer.Option(min=1, help="How wide.")]
    height: Annotated[int, typer.Option("--tall")] = 2


def draw(
    name: Annotated[str, typer.Argument()], *, size: Size, dots: Annotated[bool, typer.Option()] = False
) -> None:
    """Draw it."""
    typer.echo(f"{name} {size} {dots}")


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(flatten_options(draw))
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_a_group_reaches_the_command_as_one_value() -> None:
    assert run("box", "--width", "3", "--tall", "5", "--dots") == (
        0,
        f"box {Size(width=3, height=5)} True\n",
    )


def test_defaults_and_limits_are_those_of_the_fields() -> None:
    assert run("box", "--width", "3") == (0, f"box {Size(width=3)} False\n")
    assert run("box")[0] == 2
    assert run("box", "--width", "0")[0] == 2


def test_the_help_is_the_commands_and_the_fields_own() -> None:
    _, text = run("--help")

    assert "Draw it." in text
    assert "How wide." in text
