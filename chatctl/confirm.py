"""Asking before what cannot be taken back, and why it is done."""

import sys
from typing import Annotated

import typer

from infra.errors import CommandError

WhyOption = Annotated[str, typer.Option(help="For the audit: why you do it.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def confirm(question: str, yes: bool) -> None:
    """Ask on the terminal, unless `--yes` has answered already.

    Raises:
        CommandError: the answer is no, or nobody is there to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("nobody is there to ask: confirm with --yes")
    if not typer.confirm(question, err=True):
        raise CommandError("not confirmed; nothing was changed")
