"""The smoke test after a deployment: a passing user holds one conversation."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.release.outputs import Cognito, Stack
from services.canary.conversation import Way, converse
from services.canary.signing_in import sign_in

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient

PATIENCE_SECONDS = 60  # a cold start of every function on the way, and room to spare


@contextmanager
def passing_user(identity: CognitoIdentityProviderClient, cognito: Cognito) -> Iterator[str]:
    """Yield the ID token of a user who exists for the length of the block."""
    username = f"smoke-{secrets.token_hex(6)}"
    try:
        yield sign_in(identity, cognito.user_pool_id, cognito.client_id, username)
    finally:
        identity.admin_delete_user(UserPoolId=cognito.user_pool_id, Username=username)


def subject_of(token: str) -> str:
    """Return the user id of a token that Cognito has just given us."""
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])


def way_to(stack: Stack, token: str) -> Way:
    """Return how a user of an environment gets there."""
    return Way(stack.websocket_url, stack.frontend_url, token, PATIENCE_SECONDS)


async def chat_once(stack: Stack, token: str, report: Callable[[str], None]) -> None:
    """Hold a conversation in a room of its own.

    Raises:
        ConversationError: names the step that failed or took longer than `PATIENCE_SECONDS`.
    """
    await converse(way_to(stack, token), f"smoke-{secrets.token_hex(6)}", report)
