"""`chatctl users delete WHO`: delete an account, as its user could."""

from __future__ import annotations

import time

from chatctl.access import DeploymentAccess
from chatctl.audit import audit
from chatctl.confirm import confirm
from chatctl.people import close_all_of, find_person
from chatctl.terminal import write
from infra.topology.file import load_topology
from shared.protocol.room_frames import DAY_SECONDS
from shared.stores.erasures import Erasures


def delete_account(access: DeploymentAccess, who: str, why: str, *, yes: bool) -> None:
    """Delete an account: its rights and connections end now, what it wrote is erased by and by.

    Raises:
        CommandError: there is no such user, or nobody agrees.
    """
    pool, user = find_person(access, who)
    confirm(f"Delete the account of {user.username} and all they wrote from {access.prefix}, for good?", yes)
    audit(access, "users delete", {"userId": user.user_id}, why)
    Erasures(access.clients.dynamodb, f"{access.prefix}-users").begin(
        user.user_id, None, int(time.time() * 1000)
    )
    if pool:
        access.clients.cognito.admin_delete_user(UserPoolId=pool.pool_id, Username=user.username)
    closed = close_all_of(access, user)
    write(f"{user.username} is deleted; {closed} connections closed; what they wrote goes by and by")
    kept_seconds = max(queue.retention_seconds for queue in load_topology().queues.values())
    write(f"queues and dead letters hold a text for {kept_seconds // DAY_SECONDS} days at most")
