"""`chatctl users`: test users for swarms in the deployment's user pool; real users are never touched."""

from __future__ import annotations

import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from chatctl.access import (
    LOCAL,
    DeploymentAccess,
    DeploymentOptions,
)
from chatctl.audit import audit
from chatctl.confirm import WhyOption, YesOption, confirm
from chatctl.option_groups import flatten_options
from chatctl.swarm_users import (
    SwarmUsers,
    read_swarm_users,
    swarm_users_file,
    username,
    write_swarm_users,
)
from chatctl.terminal import write
from infra.errors import CommandError
from infra.topology.file import load_topology

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

MOST_USERS = 9_999
# Half of Cognito's default quota of 50 requests a second for creating and changing users
# (developer guide, "Quotas in Amazon Cognito"); a user takes two requests.
USERS_A_SECOND = 12.0

POOLS_A_PAGE = 60  # the most that Cognito gives

app = typer.Typer(no_args_is_help=True, help="Create or delete the test users of swarms.")


@app.command("create")
@flatten_options
def create_users(
    *,
    count: Annotated[int, typer.Option(min=1, max=MOST_USERS, help="How many there shall be.")],
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Create users swarm-0001 and on, with one random password that goes into a file and nowhere else."""
    access = options.open(load_topology())
    pool_id, client_id = _pool(access)
    path = swarm_users_file(options.state_dir, access.prefix)
    if path.exists():
        raise CommandError(f"{path} has test users already; `chatctl users delete` takes them away")
    confirm(f"Create {count} test users in the user pool of {access.prefix}?", yes)
    users = SwarmUsers(
        endpoint=access.clients.cognito.meta.endpoint_url if options.env == LOCAL else None,
        region=access.deployment.region,
        user_pool_id=pool_id,
        client_id=client_id,
        count=count,
        password=f"Aa1-{secrets.token_urlsafe(24)}",
    )
    # First, so that no user is left whose password nobody has.
    write_swarm_users(path, users)
    audit(access, "users create", {"count": count}, why)
    for number in range(1, count + 1):
        _create(access.clients.cognito, pool_id, username(number), users.password)
        if options.env != LOCAL:
            time.sleep(1 / USERS_A_SECOND)
    write(f"{count} users; the swarm signs in with --users {path}")


@app.command("delete")
@flatten_options
def delete_users(
    *,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Delete the users that `create` has made, and their file."""
    access = options.open(load_topology())
    path = swarm_users_file(options.state_dir, access.prefix)
    users = read_swarm_users(path)
    if users.user_pool_id != _pool(access)[0]:
        raise CommandError(f"{path} is of another user pool, {users.user_pool_id}")
    confirm(f"Delete {users.count} test users from the user pool of {access.prefix}?", yes)
    audit(access, "users delete", {"count": users.count}, why)
    for name in users.usernames:
        _delete(access.clients.cognito, users.user_pool_id, name)
        if options.env != LOCAL:
            time.sleep(1 / USERS_A_SECOND)
    path.unlink()
    write(f"{users.count} users deleted")


def _pool(access: DeploymentAccess) -> tuple[str, str]:
    cognito = access.clients.cognito
    for page in cognito.get_paginator("list_user_pools").paginate(
        PaginationConfig={"PageSize": POOLS_A_PAGE}
    ):
        for pool in page["UserPools"]:
            if pool["Name"] == access.deployment.name("users"):
                clients = cognito.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=POOLS_A_PAGE)
                for client in clients["UserPoolClients"]:
                    if client["ClientName"] == access.deployment.name("web"):
                        return pool["Id"], client["ClientId"]
    raise CommandError(f"{access.prefix} has no user pool; locally `chatctl up --auth cognito` makes one")


def _create(cognito: CognitoIdentityProviderClient, pool_id: str, name: str, password: str) -> None:
    # One of an earlier call gets the new password.
    with suppress(cognito.exceptions.UsernameExistsException):
        cognito.admin_create_user(
            UserPoolId=pool_id,
            Username=name,
            MessageAction="SUPPRESS",  # the address is nobody's
            UserAttributes=[{"Name": "email", "Value": f"{name}@example.com"}],
        )
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=name, Password=password, Permanent=True)


def _delete(cognito: CognitoIdentityProviderClient, pool_id: str, name: str) -> None:
    with suppress(cognito.exceptions.UserNotFoundException):
        cognito.admin_delete_user(UserPoolId=pool_id, Username=name)
