"""The canary signs in as one user, made once, whose password is another each time."""

import base64
import json

import boto3

from services.canary.signing_in import canary_in, sign_in


def test_the_user_is_made_once_and_signs_in_again_and_again(aws: None) -> None:
    identity = boto3.client("cognito-idp")
    pool = identity.create_user_pool(PoolName="users")["UserPool"]["Id"]
    client = identity.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]

    subjects = {_subject(sign_in(identity, pool, client, canary_in(pool))) for _ in range(2)}

    users = identity.list_users(UserPoolId=pool)["Users"]
    assert [user["Username"] for user in users] == [canary_in(pool)]
    assert len(subjects) == 1


def test_the_canary_of_a_pool_is_nobody_elses_name() -> None:
    assert canary_in("eu-central-1_AbCdEfGhI") == "canary-abcdefghi"


def _subject(token: str) -> str:
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
