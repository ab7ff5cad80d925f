"""Tokens: one sign-in a user, renewed by the refresh token, by the password if that is too old."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.load.targets import SignIn
from tests.load.tokens import SignInFailed, Tokens

SIGN_IN = SignIn(
    endpoint=None,
    region="us-east-1",
    user_pool_id="us-east-1_pool",
    client_id="client",
    usernames=("swarm-0001", "swarm-0002"),
    password="secret",
)
LIFE_SECONDS = 900


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cognito() -> Any:
    return boto3.client("cognito-idp", "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture
def stubber(cognito: Any) -> Stubber:
    return Stubber(cognito)


@pytest.fixture
def tokens(cognito: Any, stubber: Stubber, clock: Clock) -> Tokens:
    stubber.activate()
    return Tokens(SIGN_IN, cognito, clock)


def expect(stubber: Stubber, flow: str, parameters: dict[str, str], token: str, **more: str) -> None:
    stubber.add_response(
        "admin_initiate_auth",
        {"AuthenticationResult": {"IdToken": token, "ExpiresIn": LIFE_SECONDS, **more}},
        {
            "UserPoolId": "us-east-1_pool",
            "ClientId": "client",
            "AuthFlow": flow,
            "AuthParameters": parameters,
        },
    )


def expect_sign_in(stubber: Stubber, username: str, token: str) -> None:
    parameters = {"USERNAME": username, "PASSWORD": "secret"}
    expect(stubber, "ADMIN_USER_PASSWORD_AUTH", parameters, token, RefreshToken=f"refresh of {token}")


def test_members_share_the_users_in_turn_and_a_user_signs_in_once(tokens: Tokens, stubber: Stubber) -> None:
    expect_sign_in(stubber, "swarm-0001", "one")
    expect_sign_in(stubber, "swarm-0002", "two")

    assert [tokens.of(member) for member in (0, 1, 2, 3)] == ["one", "two", "one", "two"]
    stubber.assert_no_pending_responses()


def test_a_token_is_refreshed_before_it_expires(tokens: Tokens, stubber: Stubber, clock: Clock) -> None:
    expect_sign_in(stubber, "swarm-0001", "one")
    expect(stubber, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": "refresh of one"}, "fresh")
    expect(stubber, "REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": "refresh of one"}, "fresher")

    assert tokens.of(0) == "one"
    clock.now = LIFE_SECONDS - 60
    assert tokens.of(0) == "fresh"
    assert tokens.of(0) == "fresh"
    clock.now += LIFE_SECONDS
    assert tokens.of(0) == "fresher"


def test_where_the_refresh_token_is_too_old_the_password_is_used(
    tokens: Tokens, stubber: Stubber, clock: Clock
) -> None:
    expect_sign_in(stubber, "swarm-0001", "one")
    stubber.add_client_error("admin_initiate_auth", "NotAuthorizedException")
    expect_sign_in(stubber, "swarm-0001", "two")

    assert tokens.of(0) == "one"
    clock.now = LIFE_SECONDS
    assert tokens.of(0) == "two"


def test_a_refused_sign_in_names_the_user_and_not_the_password(tokens: Tokens, stubber: Stubber) -> None:
    stubber.add_client_error("admin_initiate_auth", "NotAuthorizedException", "Incorrect password")

    with pytest.raises(SignInFailed, match="swarm-0001") as failed:
        tokens.of(0)
    assert "secret" not in str(failed.value)
