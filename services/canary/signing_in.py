"""Signing in as a user whose password nobody knows: it is made up anew each time."""

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient


def canary_in(user_pool_id: str) -> str:
    """Return the canary's name in a user pool, which no person takes by chance."""
    return f"canary-{user_pool_id[-9:].lower()}"


def sign_in(
    identity: "CognitoIdentityProviderClient", user_pool_id: str, client_id: str, username: str
) -> str:
    """Return the ID token of a user, who is made if there is none.

    One that is there keeps its account: Cognito bills each that was active in a month.

    Args:
        identity: client of Cognito.
        user_pool_id: where the user is.
        client_id: the app client of the page.
        username: nobody's but the caller's: the password is replaced.
    """
    password = f"Aa1-{secrets.token_urlsafe(24)}"
    with suppress(identity.exceptions.UsernameExistsException):
        identity.admin_create_user(
            UserPoolId=user_pool_id,
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": f"{username}@example.com"}],
        )
    identity.admin_set_user_password(
        UserPoolId=user_pool_id, Username=username, Password=password, Permanent=True
    )
    answer = identity.admin_initiate_auth(
        UserPoolId=user_pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["IdToken"]
