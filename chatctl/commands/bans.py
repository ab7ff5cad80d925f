"""`chatctl users ban`, `unban`, `sign-out`: take a user's rights, and give them back."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from chatctl.access import DeploymentAccess, DeploymentOptions
from chatctl.audit import audit
from chatctl.confirm import WhyOption, YesOption, confirm
from chatctl.duration import parse_duration
from chatctl.people import WhoArgument, close_all_of, find_person, users_of
from chatctl.terminal import write
from chatctl.user_pool import PoolUser, UserPool
from infra.topology.file import load_topology
from shared.stores.users import FOR_GOOD


def ban(
    who: WhoArgument,
    *,
    lasting: Annotated[
        str | None, typer.Option("--for", help="How long, like 15m, 2h or 3d; for good without it.")
    ] = None,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Refuse whatever a user does from now on, close their connections and sign them out."""
    until = FOR_GOOD if lasting is None else int(time.time() * 1000) + parse_duration(lasting)
    access = options.open(load_topology())
    pool, user = find_person(access, who)
    confirm(f"Ban {user.username} from {access.prefix} {f'for {lasting}' if lasting else 'for good'}?", yes)
    audit(access, "users ban", {"userId": user.user_id, "until": until}, why)
    users_of(access).ban(user.user_id, until)
    if pool and lasting is None:
        access.clients.cognito.admin_disable_user(UserPoolId=pool.pool_id, Username=user.username)
    _sign_out(access, pool, user)
    write(f"{user.username} is banned; {close_all_of(access, user)} connections closed")


def unban(
    who: WhoArgument,
    *,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """End a ban; the user signs in anew."""
    access = options.open(load_topology())
    pool, user = find_person(access, who)
    confirm(f"Let {user.username} into {access.prefix} again?", yes)
    audit(access, "users unban", {"userId": user.user_id}, why)
    if pool:
        access.clients.cognito.admin_enable_user(UserPoolId=pool.pool_id, Username=user.username)
    users_of(access).unban(user.user_id)
    write(f"{user.username} may sign in again")


def sign_out(
    who: WhoArgument,
    *,
    why: WhyOption,
    yes: YesOption = False,
    options: DeploymentOptions,
) -> None:
    """Refuse every token that a user has by now, and close their connections; they may sign in again."""
    access = options.open(load_topology())
    pool, user = find_person(access, who)
    confirm(f"Sign {user.username} out of {access.prefix} everywhere?", yes)
    audit(access, "users sign-out", {"userId": user.user_id}, why)
    _sign_out(access, pool, user)
    write(f"{user.username} is signed out; {close_all_of(access, user)} connections closed")


def _sign_out(access: DeploymentAccess, pool: UserPool | None, user: PoolUser) -> None:
    # Refresh tokens first: what they still fetch meanwhile is older than the moment written down.
    if pool:
        access.clients.cognito.admin_user_global_sign_out(UserPoolId=pool.pool_id, Username=user.username)
    users_of(access).sign_out(user.user_id, int(time.time()))
