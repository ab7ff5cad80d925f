"""The user pool of a deployment, and the users in it."""

from __future__ import annotations

from dataclasses import dataclass

from chatctl.access import DeploymentAccess
from infra.errors import CommandError

POOLS_A_PAGE = 60  # the most that Cognito gives


@dataclass(frozen=True)
class UserPool:
    """Where users sign in, and the app client of the page."""

    pool_id: str
    client_id: str


@dataclass(frozen=True)
class PoolUser:
    """A user as the pool knows them. `user_id` is the `sub` of their tokens."""

    username: str
    user_id: str


def find_pool(access: DeploymentAccess) -> UserPool | None:
    """Return the deployment's pool; None on a stack in mock mode, which has none."""
    cognito = access.clients.cognito
    for page in cognito.get_paginator("list_user_pools").paginate(
        PaginationConfig={"PageSize": POOLS_A_PAGE}
    ):
        for pool in page["UserPools"]:
            if pool["Name"] == access.deployment.name("users"):
                clients = cognito.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=POOLS_A_PAGE)
                for client in clients["UserPoolClients"]:
                    if client["ClientName"] == access.deployment.name("web"):
                        return UserPool(pool["Id"], client["ClientId"])
    return None


def find_user(access: DeploymentAccess, pool: UserPool, name: str) -> PoolUser:
    """Return the user of that user name or id.

    Raises:
        CommandError: the pool has no such user.
    """
    cognito = access.clients.cognito
    try:
        found = cognito.admin_get_user(UserPoolId=pool.pool_id, Username=name)
    except cognito.exceptions.UserNotFoundException:
        raise CommandError(f"{access.prefix} has no user {name!r}") from None
    attributes = {each["Name"]: each.get("Value", "") for each in found["UserAttributes"]}
    return PoolUser(found["Username"], attributes["sub"])
