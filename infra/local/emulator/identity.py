"""The Cognito user pool, the front end's client, and the demo users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.local.emulator.changes import ReportChange
from infra.topology.deployment import Deployment
from infra.topology.render.identity import user_pool

if TYPE_CHECKING:
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_cognito_idp.type_defs import (
        CreateUserPoolClientRequestTypeDef,
    )

DEMO_USERS = ("alice", "bob", "carol")
DEMO_PASSWORD = "Chat-demo-2026"  # noqa: S105 # public: the emulator's users, printed by `chatctl up`


@dataclass(frozen=True)
class UserPool:
    """Where users sign in. `issuer` is the tokens' `iss`, the AWS address also on the emulator."""

    user_pool_id: str
    client_id: str
    issuer: str


def local_client(deployment: Deployment, user_pool_id: str) -> CreateUserPoolClientRequestTypeDef:
    """Return the `CreateUserPoolClient` request: a page without secret.

    Sign-in by plain password is for the tests and swarms of this machine; on AWS the page has SRP alone.
    """
    return {
        "UserPoolId": user_pool_id,
        "ClientName": deployment.name("web"),
        "GenerateSecret": False,
        "ExplicitAuthFlows": [
            "ALLOW_USER_SRP_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_USER_PASSWORD_AUTH",
        ],
        "PreventUserExistenceErrors": "ENABLED",
        "IdTokenValidity": 60,
        "AccessTokenValidity": 60,
        "RefreshTokenValidity": 1,
        "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "days"},
    }


def apply_user_pool(
    cognito: CognitoIdentityProviderClient, deployment: Deployment, report: ReportChange
) -> UserPool:
    """Create the user pool, its client and the demo users, as far as they are missing."""
    pool_id = _pool_id(cognito, deployment, report)
    clients = cognito.list_user_pool_clients(UserPoolId=pool_id, MaxResults=60)["UserPoolClients"]
    client_id = next(
        (found["ClientId"] for found in clients if found["ClientName"] == deployment.name("web")), None
    )
    if client_id is None:
        created = cognito.create_user_pool_client(**local_client(deployment, pool_id))
        client_id = created["UserPoolClient"]["ClientId"]
        report(f"created user pool client {deployment.name('web')}")
    standing = {user["Username"] for user in cognito.list_users(UserPoolId=pool_id)["Users"]}
    for username in DEMO_USERS:
        if username not in standing:
            _create_demo_user(cognito, pool_id, username)
            report(f"created user {username}")
    return UserPool(pool_id, client_id, f"https://cognito-idp.{deployment.region}.amazonaws.com/{pool_id}")


def _pool_id(cognito: CognitoIdentityProviderClient, deployment: Deployment, report: ReportChange) -> str:
    for pool in cognito.list_user_pools(MaxResults=60)["UserPools"]:
        if pool["Name"] == deployment.name("users"):
            return pool["Id"]
    report(f"created user pool {deployment.name('users')}")
    return cognito.create_user_pool(**user_pool(deployment))["UserPool"]["Id"]


def _create_demo_user(cognito: CognitoIdentityProviderClient, pool_id: str, username: str) -> None:
    cognito.admin_create_user(
        UserPoolId=pool_id,
        Username=username,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": f"{username}@example.com"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "nickname", "Value": username.capitalize()},
        ],
    )
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=username, Password=DEMO_PASSWORD, Permanent=True
    )
