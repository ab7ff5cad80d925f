"""`python -m infra.release`: release, roll back, smoke-test a deployed environment."""

import asyncio
import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from infra.release.long_frames import connection_of, poster, push_long_frames
from infra.release.outputs import OutputsError, read_stack
from infra.release.rollback import NothingToReturnTo, roll_back
from infra.release.shift import AlarmsCameOn, share_then_watch
from infra.release.smoke import chat_once, passing_user, subject_of
from infra.release.versions import consumers_first, publish, switch
from infra.topology.file import TopologyError, load_topology
from services.canary.conversation import ConversationError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Outputs = Annotated[Path, typer.Option(help="What `terraform output -json` wrote.")]
OUTPUTS = Path("build/outputs.json")


@app.command()
def release(
    outputs: Outputs = OUTPUTS,
    packages: Path = Path("build/packages"),
    gradually: Annotated[
        bool,
        typer.Option("--gradually", help="A tenth of the calls for five minutes, alarms watched, then all."),
    ] = False,
) -> None:
    """Publish the packages as new versions of all functions and make them live.

    Nothing is switched before all have their new version: a failure on the way leaves the old release live.
    """
    stack = read_stack(outputs)
    functions = load_topology().functions
    zips = {
        stack.functions[name]: packages / f"{functions[name].service}.zip"
        for name in consumers_first(functions, stack.functions)
    }
    missing = sorted({str(path) for path in zips.values() if not path.is_file()})
    if missing:
        raise OutputsError(f"{missing[0]}: no such file; run `chatctl package` first")
    client = boto3.client("lambda", region_name=stack.region)
    published = publish(client, zips)
    if gradually:
        cloudwatch = boto3.client("cloudwatch", region_name=stack.region)
        share_then_watch(client, cloudwatch, published, prefix=stack.prefix, report=print, sleep=time.sleep)
    switch(client, published, print)


@app.command()
def rollback(outputs: Outputs = OUTPUTS) -> None:
    """Make the functions of the release before the last one live again."""
    stack = read_stack(outputs)
    names = reversed(consumers_first(load_topology().functions, stack.functions))
    client = boto3.client("lambda", region_name=stack.region)
    roll_back(client, [stack.functions[name] for name in names], print)


@app.command()
def smoke(outputs: Outputs = OUTPUTS) -> None:
    """Sign in as a passing user, send a message, and find it on another connection and in history."""
    stack = read_stack(outputs)
    identity = boto3.client("cognito-idp", region_name=stack.region)
    with passing_user(identity, stack.cognito) as token:
        asyncio.run(chat_once(stack, token, print))
        dynamodb, user_id = boto3.client("dynamodb", region_name=stack.region), subject_of(token)
        find = partial(connection_of, dynamodb, stack, user_id)
        gateway = boto3.client(
            "apigatewaymanagementapi", region_name=stack.region, endpoint_url=stack.callback_url
        )
        asyncio.run(push_long_frames(stack, token, find, poster(gateway), print))


if __name__ == "__main__":
    try:
        app()
    except (AlarmsCameOn, NothingToReturnTo) as error:
        print(f"release: {error}", file=sys.stderr)
        sys.exit(1)
    except ConversationError as error:
        print(f"smoke test failed: {error}", file=sys.stderr)
        sys.exit(1)
    except (OutputsError, TopologyError, BotoCoreError, ClientError) as error:
        print(f"release: {error}", file=sys.stderr)
        sys.exit(2)
