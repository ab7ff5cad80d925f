"""ID tokens for a swarm, one a user of the pool, renewed before they expire."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from gevent.lock import BoundedSemaphore

from infra.local.clients import local_clients
from tests.load.targets import SignIn

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.literals import AuthFlowTypeType

# Of a token's life; a send that is repeated for a minute still carries a good one.
RENEW_AFTER_SHARE = 0.6


class SignInFailed(Exception):
    """Cognito gave no token."""


@dataclass(frozen=True, slots=True)
class _Held:
    token: str
    refresh_token: str
    renew_at: float


def cognito_client(sign_in: SignIn) -> "CognitoIdentityProviderClient":
    """With the operator's credentials on AWS, which must allow `cognito-idp:AdminInitiateAuth`."""
    if sign_in.endpoint:
        return local_clients(sign_in.endpoint, sign_in.region).cognito
    # A ramp signs in faster than Cognito's 120 a second; the client then waits.
    config = Config(retries={"mode": "adaptive", "total_max_attempts": 10})
    return boto3.client("cognito-idp", region_name=sign_in.region, config=config)


class Tokens:
    """Signs users in when their token is first needed. Members share the users in turn.

    The app client on AWS allows no sign-in by plain password but this one, which takes AWS credentials.
    """

    def __init__(
        self,
        sign_in: SignIn,
        cognito: "CognitoIdentityProviderClient",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sign_in = sign_in
        self._cognito = cognito
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._locks: defaultdict[str, BoundedSemaphore] = defaultdict(BoundedSemaphore)

    def of(self, member: int) -> str:
        """The ID token of the member of that number.

        Raises:
            SignInFailed: see there.
        """
        username = self._sign_in.usernames[member % len(self._sign_in.usernames)]
        with self._locks[username]:
            held = self._held.get(username)
            if held is None or self._clock() >= held.renew_at:
                held = self._held[username] = self._renewed(username, held)
            return held.token

    def _renewed(self, username: str, held: _Held | None) -> _Held:
        try:
            # A refresh token may be too old; the password is not.
            with suppress(self._cognito.exceptions.NotAuthorizedException):
                if held is not None:
                    return self._ask(held, "REFRESH_TOKEN_AUTH", REFRESH_TOKEN=held.refresh_token)
            password = self._sign_in.password
            return self._ask(None, "ADMIN_USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=password)
        except (ClientError, BotoCoreError) as error:
            raise SignInFailed(f"{username}: {error}") from error

    def _ask(self, held: _Held | None, flow: "AuthFlowTypeType", **parameters: str) -> _Held:
        result = self._cognito.admin_initiate_auth(
            UserPoolId=self._sign_in.user_pool_id,
            ClientId=self._sign_in.client_id,
            AuthFlow=flow,
            AuthParameters=parameters,
        )["AuthenticationResult"]
        # A refresh gives no new refresh token unless the client rotates them.
        refresh_token = result.get("RefreshToken") or (held.refresh_token if held else "")
        renew_at = self._clock() + RENEW_AFTER_SHARE * result["ExpiresIn"]
        return _Held(result["IdToken"], refresh_token, renew_at)
