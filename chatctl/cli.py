"""`chatctl`: runs, provisions, packages and operates the system."""

import sys

import typer
from botocore.exceptions import BotoCoreError, ClientError

from chatctl.commands import connections, dlq, users
from chatctl.commands.cost import cost
from chatctl.commands.dashboard import dashboard
from chatctl.commands.rooms import rooms
from chatctl.commands.status import status
from chatctl.commands.tail import tail
from chatctl.commands.trace import trace
from chatctl.commands.watch import watch
from chatctl.option_groups import flatten_options
from infra.errors import CommandError
from infra.local.down import down
from infra.local.provision import provision
from infra.local.up import up
from infra.release.package import package
from infra.topology.file import TopologyError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (up, down, provision, package, status, trace, rooms, tail, watch, dashboard, cost):
    app.command()(flatten_options(command))
app.add_typer(dlq.app, name="dlq")
app.add_typer(connections.app, name="connections")
app.add_typer(users.app, name="users")


@app.callback()
def chatctl() -> None:
    """Run, provision, package and operate Serverless Chat."""


def main() -> None:
    """What can be expected to go wrong ends in one line on stderr and the error's exit code."""
    try:
        app()
    except CommandError as error:
        print(f"chatctl: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (TopologyError, BotoCoreError, ClientError) as error:
        print(f"chatctl: {error}", file=sys.stderr)
        sys.exit(CommandError.exit_code)
