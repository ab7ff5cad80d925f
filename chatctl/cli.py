"""`chatctl`: runs, provisions, packages and operates the system."""

import sys
from importlib import import_module
from typing import NamedTuple

import typer

from infra.errors import CommandError


class Command(NamedTuple):
    """A command, or a group of commands, that is imported only when it is called.

    Attributes:
        target: `module:attribute` of a function or of a typer app.
        summary: the line that `chatctl --help` shows; the first line of the target's own help.
    """

    target: str
    summary: str


COMMANDS = {
    "up": Command("infra.local.up:up", "Run the whole system on this machine until Ctrl-C."),
    "down": Command("infra.local.down:down", "Stop the stack that `chatctl up` runs."),
    "provision": Command(
        "infra.local.provision:provision",
        "Bring the running stack up to the topology and the code of the work tree, and show what changed.",
    ),
    "package": Command(
        "infra.release.package:package",
        "Build one zip for every service: its code and wheels, compiled, the same bytes every time.",
    ),
    "status": Command(
        "chatctl.commands.status:status", "Show queues, dead letters, alarms, traffic and lag."
    ),
    "trace": Command(
        "chatctl.commands.trace:trace",
        "Show what became of a message: accepted, delivered to how many, who is left and why.",
    ),
    "rooms": Command(
        "chatctl.commands.rooms:rooms",
        "List the rooms with the most connections; asks before it reads a large table.",
    ),
    "tail": Command("chatctl.commands.tail:tail", "Show what the functions log, merged by time."),
    "watch": Command("chatctl.commands.watch:watch", "Show `status` anew every few seconds until Ctrl-C."),
    "dashboard": Command(
        "chatctl.commands.dashboard:dashboard",
        "Serve a page with live charts and alarms on this machine until Ctrl-C.",
    ),
    "cost": Command(
        "chatctl.commands.cost:cost",
        "Estimate what the traffic of the last hours costs on AWS, by infra/prices.yaml.",
    ),
    "doctor": Command(
        "chatctl.commands.doctor:doctor",
        "Check an environment on AWS: quotas, alarms and who hears them, versions, certificates.",
    ),
    "estimate": Command(
        "chatctl.commands.estimate:estimate",
        "Estimate what AWS bills a month for a crowd, by infra/prices.yaml.",
    ),
    "dlq": Command("chatctl.commands.dlq:app", "List, show, redrive and drop dead letters."),
    "connections": Command("chatctl.commands.connections:app", "List who is connected; close a connection."),
    "abuse": Command(
        "chatctl.commands.abuse:abuse",
        "Show who sends most, who is refused most, who was banned, and what was reported in 90 days.",
    ),
    "reindex": Command(
        "chatctl.commands.reindex:reindex",
        "Write the words of all messages into the index; asks before it reads a large table.",
    ),
    "users": Command("chatctl.commands.users:app", "Ban users, sign them out, delete them; users of swarms."),
}


def main() -> None:
    """Run the command that the arguments name.

    What can be expected to go wrong ends in one line on stderr and the error's exit code.
    """
    try:
        cli(sys.argv[1:])()
    except CommandError as error:
        fail(error, error.exit_code)
    except Exception as error:
        if not _is_expected(error):
            raise
        fail(error, CommandError.exit_code)


def cli(arguments: list[str]) -> typer.Typer:
    """Return the app with the one command that `arguments` name, or with a summary of each for the help."""
    app = typer.Typer(
        help="Run, provision, package and operate Serverless Chat.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_no_options)
    if arguments and arguments[0] in COMMANDS:
        _add(app, arguments[0])
    else:
        for name, command in COMMANDS.items():
            app.command(name, help=command.summary)(_no_options)
    return app


def load(name: str) -> object:
    """Import the target of a command."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    return getattr(import_module(module), attribute)


def fail(error: Exception, exit_code: int) -> None:
    """End with the error on stderr: one line, and what a process said last where one crashed."""
    from chatctl.terminal import write_lines  # noqa: PLC0415 # not for the help

    write_lines(f"chatctl: {error}", to_stderr=True)
    sys.exit(exit_code)


def _add(app: typer.Typer, name: str) -> None:
    target = load(name)
    if isinstance(target, typer.Typer):
        app.add_typer(target, name=name)
    elif callable(target):
        from chatctl.option_groups import flatten_options  # noqa: PLC0415 # reads annotations: not for the help

        app.command(name)(flatten_options(target))


def _no_options() -> None:
    """Take no options: what the app itself is called with, before the command's own."""


def _is_expected(error: Exception) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 # 50 ms, for a failure alone

    from infra.topology.file import TopologyError  # noqa: PLC0415 # for a failure alone
    from shared.protocol.refusals import Refusal  # noqa: PLC0415 # for a failure alone

    # A Refusal is a store that is throttled or away; an OSError a file or folder that an option names.
    return isinstance(error, TopologyError | BotoCoreError | ClientError | Refusal | OSError)
