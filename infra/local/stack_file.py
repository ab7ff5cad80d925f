"""`stack.json`: where everything of a running local stack is, for scripts, tests, swarms and `chatctl`."""

import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from infra.errors import CommandError
from shared.validation import first_fault

AuthMode = Literal["cognito", "mock"]


class _CamelModel(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


class CognitoAddresses(_CamelModel):
    """Where users of a stack in Cognito mode sign in."""

    endpoint: str
    user_pool_id: str
    client_id: str


class DemoUser(_CamelModel):
    """A user to sign in with; mock mode knows no passwords."""

    username: str
    password: str | None


class StackFile(_CamelModel):
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
    draft = path.with_suffix(".draft")
    draft.write_text(stack.model_dump_json(by_alias=True, indent=2) + "\n", encoding="utf-8")
    os.replace(draft, path)


def read_stack_file(path: Path) -> StackFile:
    """Read the file of a stack.

    Raises:
        CommandError: there is none, or it is not a stack file.
    """
    try:
        return StackFile.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandError(f"no stack is running: there is no {path}; start one with `chatctl up`") from None
    except ValidationError as error:
        raise CommandError(f"{path} is not a stack file: {first_fault(error)}") from error
