"""ID tokens for a swarm, one a user of the pool, renewed before they expire."""

import time

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from tests.load.targets import SignIn

# Cognito's ID tokens live 60 minutes here (`infra/chatctl/identity.py`, the Terraform module alike).
RENEW_AFTER_SECONDS = 45 * 60


class Tokens:
    """Signs users in when their token is first needed. Members share the users in turn."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._client = boto3.client(
            "cognito-idp",
            endpoint_url=sign_in.endpoint,
            region_name=sign_in.region,
            config=Config(signature_version=UNSIGNED),
        )
        self._tokens: dict[str, tuple[float, str]] = {}

    def of(self, member: int) -> str:
        """The ID token of the member of that number."""
        username = self._sign_in.usernames[member % len(self._sign_in.usernames)]
        fetched, token = self._tokens.get(username, (float("-inf"), ""))
        if time.monotonic() - fetched < RENEW_AFTER_SECONDS:
            return token
        answer = self._client.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self._sign_in.client_id,
            AuthParameters={"USERNAME": username, "PASSWORD": self._sign_in.password},
        )
        token = answer["AuthenticationResult"]["IdToken"]
        self._tokens[username] = (time.monotonic(), token)
        return token
