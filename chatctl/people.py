"""The user whom a command is about, and what they have open."""

from __future__ import annotations

from typing import Annotated

import typer

from chatctl.access import DeploymentAccess, callback_url
from chatctl.revocation import closing
from chatctl.user_pool import PoolUser, UserPool, find_pool, find_user
from infra.errors import CommandError
from shared.revocation import close_connections
from shared.stores.connections import Connections
from shared.stores.profiles import Profiles
from shared.stores.users import Users

WhoArgument = Annotated[str, typer.Argument(help="User name, user id, or @handle.")]


def find_person(access: DeploymentAccess, who: str) -> tuple[UserPool | None, PoolUser]:
    """Return the pool, where there is one, and the user of that name, id, or handle after an `@`.

    Raises:
        CommandError: there is nobody of that handle, or the pool has no such user.
    """
    if who.startswith("@"):
        owner = Profiles(access.clients.dynamodb, f"{access.prefix}-users").owner_of(who[1:])
        if owner is None:
            raise CommandError(f"{access.prefix} has nobody of the handle {who!r}")
        who = owner
    pool = find_pool(access)
    return pool, find_user(access, pool, who) if pool else PoolUser(who, who)


def users_of(access: DeploymentAccess) -> Users:
    """Return the rows of users."""
    return Users(access.clients.dynamodb, f"{access.prefix}-users")


def close_all_of(access: DeploymentAccess, user: PoolUser) -> int:
    """Close what a user has open; return how many connections that were."""
    connections = Connections(access.clients.dynamodb, f"{access.prefix}-connections")
    callback = access.clients.callback(callback_url(access.clients, access.functions["fanout"]))
    return close_connections(user.user_id, connections, closing(callback))
