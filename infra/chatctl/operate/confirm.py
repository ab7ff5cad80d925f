"""Asking before what cannot be taken back."""

import sys

import typer

from infra.chatctl.errors import ChatctlError


def confirm(question: str, yes: bool) -> None:
    """Ask on the terminal, unless `--yes` has answered already.

    Raises:
        ChatctlError: the answer is no, or nobody is there to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise ChatctlError("nobody is there to ask: confirm with --yes")
    if not typer.confirm(question, err=True):
        raise ChatctlError("not confirmed; nothing was changed")
