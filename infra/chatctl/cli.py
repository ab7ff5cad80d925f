"""`chatctl`: runs, provisions, packages and operates the system."""

import sys

import typer
from botocore.exceptions import BotoCoreError, ClientError

from infra.chatctl.down import down
from infra.chatctl.errors import ChatctlError
from infra.chatctl.operate import connections, dlq, users
from infra.chatctl.operate.cost import cost
from infra.chatctl.operate.dashboard import dashboard
from infra.chatctl.operate.option_groups import flatten_options
from infra.chatctl.operate.rooms import rooms
from infra.chatctl.operate.status import status
from infra.chatctl.operate.tail import tail
from infra.chatctl.operate.trace import trace
from infra.chatctl.operate.watch import watch
from infra.chatctl.package import package
from infra.chatctl.provision import provision
from infra.chatctl.up import up
from infra.topology_file import TopologyError

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
    except ChatctlError as error:
        print(f"chatctl: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (TopologyError, BotoCoreError, ClientError) as error:
        print(f"chatctl: {error}", file=sys.stderr)
        sys.exit(ChatctlError.exit_code)
