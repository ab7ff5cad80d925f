"""The file that holds a pool of test users for swarms and their common password; git ignores its folder."""

from pathlib import Path

from infra.model_file import FOR_THE_OWNER, FileModel, read_model, write_model


class SwarmUsers(FileModel):
    """Test users `swarm-0001` and so on of one user pool. `endpoint` is None for AWS's own."""

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
    write_model(path, users, FOR_THE_OWNER)


def read_swarm_users(path: Path) -> SwarmUsers:
    """Read the file.

    Raises:
        CommandError: there is none, or it is not such a file.
    """
    return read_model(
        path,
        SwarmUsers,
        kind="a file of swarm users",
        if_missing=f"there is no {path}; `chatctl users create` makes one",
    )
