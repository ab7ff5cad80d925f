"""`chatctl users`: bans, sign-outs, deletions; and test users for swarms."""

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
from chatctl.commands import bans
from chatctl.commands.accounts import delete_account
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
from chatctl.user_pool import UserPool, find_pool
from infra.errors import CommandError
from infra.topology.file import load_topology

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

MOST_USERS = 9_999
# Half of Cognito's default quota of 50 requests a second for creating and changing users
# (developer guide, "Quotas in Amazon Cognito"); a user takes two requests.
USERS_A_SECOND = 12.0

app = typer.Typer(no_args_is_help=True, help="Ban users, sign them out, delete them; users of swarms.")
app.command("ban")(flatten_options(bans.ban))
app.command("unban")(flatten_options(bans.unban))
app.command("sign-out")(flatten_options(bans.sign_out))


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
    pool = _pool(access)
    path = swarm_users_file(options.state_dir, access.prefix)
    if path.exists():
        raise CommandError(f"{path} has test users already; `chatctl users delete` takes them away")
    confirm(f"Create {count} test users in the user pool of {access.prefix}?", yes)
    users = SwarmUsers(
        endpoint=access.clients.cognito.meta.endpoint_url if options.env == LOCAL else None,
        region=access.deployment.region,
        user_pool_id=pool.pool_id,
        client_id=pool.client_id,
        count=count,
        password=f"Aa1-{secrets.token_urlsafe(24)}",
    )
    # First, so that no user is left whose password nobody has.
    write_swarm_users(path, users)
    audit(access, "users create", {"count": count}, why)
    for number in range(1, count + 1):
        _create(access.clients.cognito, pool.pool_id, username(number), users.password)
        if options.env != LOCAL:
            time.sleep(1 / USERS_A_SECOND)
    write(f"{count} users; the swarm signs in with --users {path}")


@app.command("delete")
@flatten_options
def delete_users(
    who: Annotated[str | None, typer.Argument(help="User name, user id, or @handle.")] = None,
    *,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Delete an account and all it wrote; without a name, what `create` has made."""
    access = options.open(load_topology())
    if who is not None:
        delete_account(access, who, why, yes=yes)
        return
    path = swarm_users_file(options.state_dir, access.prefix)
    users = read_swarm_users(path)
    if users.user_pool_id != _pool(access).pool_id:
        raise CommandError(f"{path} is of another user pool, {users.user_pool_id}")
    confirm(f"Delete {users.count} test users from the user pool of {access.prefix}?", yes)
    audit(access, "users delete", {"count": users.count}, why)
    for name in users.usernames:
        _delete(access.clients.cognito, users.user_pool_id, name)
        if options.env != LOCAL:
            time.sleep(1 / USERS_A_SECOND)
    path.unlink()
    write(f"{users.count} users deleted")


def _pool(access: DeploymentAccess) -> UserPool:
    pool = find_pool(access)
    if pool is None:
        raise CommandError(f"{access.prefix} has no user pool; locally `chatctl up --auth cognito` makes one")
    return pool


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
