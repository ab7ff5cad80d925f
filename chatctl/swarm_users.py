"""The file that holds a pool of test users for swarms and their common password; git ignores its folder."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from infra.errors import CommandError
from shared.validation import first_fault

OWNER_ALONE = 0o600


class SwarmUsers(BaseModel):
    """Test users `swarm-0001` and so on of one user pool. `endpoint` is None for AWS's own."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )

    endpoint: str | None
    region: str
    user_pool_id: str
    client_id: str
    count: int
    password: str

    @property
    def usernames(self) -> tuple[str, ...]:
        """User names of the pool, in order."""
        return tuple(username(number) for number in range(1, self.count + 1))


def username(number: int) -> str:
    """Return the user name of a test user; the first has number 1."""
    return f"swarm-{number:04d}"


def swarm_users_file(folder: Path, prefix: str) -> Path:
    """Return the path of a deployment's file in the state folder."""
    return folder / f"swarm-users-{prefix}.json"


def write_swarm_users(path: Path, users: SwarmUsers) -> None:
    """Write the file, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", opener=_for_the_owner, encoding="utf-8") as file:
        file.write(users.model_dump_json(by_alias=True, indent=2) + "\n")


def read_swarm_users(path: Path) -> SwarmUsers:
    """Read the file.

    Raises:
        CommandError: there is none, or it is not such a file.
    """
    try:
        return SwarmUsers.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CommandError(f"there is no {path}; `chatctl users create` makes one") from None
    except ValidationError as error:
        raise CommandError(f"{path} is no file of swarm users: {first_fault(error)}") from None


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, OWNER_ALONE)
