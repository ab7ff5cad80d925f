"""`stack.json`: where everything of a running local stack is, for scripts, tests, swarms and `chatctl`."""

from pathlib import Path
from typing import Literal

from infra.model_file import FileModel, read_model, write_model

AuthMode = Literal["cognito", "mock"]


class CognitoAddresses(FileModel):
    """Where users of a stack in Cognito mode sign in."""

    endpoint: str
    user_pool_id: str
    client_id: str


class DemoUser(FileModel):
    """A user to sign in with; mock mode knows no passwords."""

    username: str
    password: str | None


class StackFile(FileModel):
    """A running stack. Keys in the file are camelCase.

    Attributes:
        run_id: tells this run from any other; the stack's processes carry it as `CHATCTL_RUN`.
        pids: process id of `chatctl up` and of each child, by name.
        frontend_url: None where no front end is served.
        allowed_origins: comma separated; what `$connect` admits.
        tables, functions: full name by the topology's name.
    """

    run_id: str
    pids: dict[str, int]
    websocket_url: str
    callback_url: str
    edge_admin_url: str
    frontend_url: str | None
    allowed_origins: str
    aws_endpoint_url: str
    region: str
    auth_mode: AuthMode
    cognito: CognitoAddresses | None
    demo_users: tuple[DemoUser, ...]
    tables: dict[str, str]
    topic_arn: str
    shard_queue_urls: tuple[str, ...]
    slice_queue_urls: tuple[str, ...]
    presence_queue_url: str
    dead_letter_queue_url: str
    subscription_dead_letter_queue_url: str
    functions: dict[str, str]


def write_stack_file(path: Path, stack: StackFile) -> None:
    """Write the file in one step, so that nobody reads half of it."""
    write_model(path, stack)


def read_stack_file(path: Path) -> StackFile:
    """Read the file of a stack.

    Raises:
        CommandError: there is none, or it is not a stack file.
    """
    return read_model(
        path,
        StackFile,
        kind="a stack file",
        if_missing=f"no stack is running: there is no {path}; start one with `chatctl up`",
    )
