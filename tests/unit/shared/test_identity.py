from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from shared.auth.identity import (
    CLOCK_LEEWAY_SECONDS,
    KEYS_REFETCH_SECONDS,
    Identity,
    SigningKeys,
    TokenVerifier,
)
from shared.protocol.refusals import Refusal, TokenExpired, Unauthenticated, Unavailable
from tests.unit.tokens import CLIENT_ID, ISSUER, KEY_ID, claims, jwks, private_key, token

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


class Pool:
    """A user pool whose keys can change and which counts how often it is asked."""

    def __init__(self, *key_ids: str) -> None:
        self.key_ids = key_ids
        self.asked = 0
        self.now = 0.0
        self.broken = False

    def fetch(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.broken:
            raise OSError("no answer")
        return jwks(*self.key_ids)

    def verifier(self) -> TokenVerifier:
        return TokenVerifier(SigningKeys(self.fetch, lambda: self.now), ISSUER, CLIENT_ID)


@pytest.fixture
def pool() -> Pool:
    return Pool(KEY_ID)


def test_a_good_token_names_its_user(pool: Pool) -> None:
    assert pool.verifier().identity_of(token()) == Identity("a11ce", "Alice")


def test_without_a_nickname_the_user_name_is_shown(pool: Pool) -> None:
    assert pool.verifier().identity_of(token(nickname=None)) == Identity("a11ce", "alice")


def test_keys_are_fetched_once(pool: Pool) -> None:
    verifier = pool.verifier()
    for _ in range(3):
        verifier.identity_of(token())

    assert pool.asked == 1


def test_an_expired_token_says_so(pool: Pool) -> None:
    with pytest.raises(TokenExpired):
        pool.verifier().identity_of(token(exp=YESTERDAY))


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_a_token_may_begin_up_to_a_minute_ahead_of_our_clock(pool: Pool, claim: str) -> None:
    now = datetime.now(UTC)
    good, early = (
        token(KEY_ID, **{claim: now + timedelta(seconds=CLOCK_LEEWAY_SECONDS + more)}) for more in (-10, 10)
    )

    assert pool.verifier().identity_of(good).user_id == "a11ce"
    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(early)


def test_a_token_ends_at_its_time_by_our_clock(pool: Pool) -> None:
    just_now = datetime.now(UTC) - timedelta(seconds=1)

    with pytest.raises(TokenExpired):
        pool.verifier().identity_of(token(exp=just_now))


@pytest.mark.parametrize(
    ("nickname", "shown"),
    [(7, "alice"), ({"a": 1}, "alice"), (" \u200b ", "alice"), ("\u202eecilA", "ecilA"), ("\ufffe", "alice")],
)
def test_a_name_that_shows_nothing_gives_way_to_the_user_name(
    pool: Pool, nickname: object, shown: str
) -> None:
    assert pool.verifier().identity_of(token(nickname=nickname)).username == shown


def test_without_any_name_the_user_id_is_shown(pool: Pool) -> None:
    nameless = token(nickname=None, **{"cognito:username": "\u200b"})

    assert pool.verifier().identity_of(nameless).username == "a11ce"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": ISSUER + "2"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"token_use": "access"},
        {"token_use": None},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\x00"},
        {"exp": "soon"},
    ],
)
def test_a_token_with_other_claims_is_refused(pool: Pool, changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(token(**changed))


def test_a_token_signed_by_someone_else_under_a_known_key_id_is_refused(pool: Pool) -> None:
    forged = jwt.encode(claims(), private_key("forger"), algorithm="RS256", headers={"kid": KEY_ID})

    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(forged)


def test_an_unsigned_token_is_refused(pool: Pool) -> None:
    unsigned = jwt.encode(claims(), key="", algorithm="none", headers={"kid": KEY_ID})

    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(unsigned)


def test_a_symmetric_signature_is_refused(pool: Pool) -> None:
    secret = "a public key is no secret, so this is how HS256 confusion goes"
    confused = jwt.encode(claims(), secret, algorithm="HS256", headers={"kid": KEY_ID})

    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(confused)


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.", "😀", "\ud800"])
def test_what_is_no_token_is_refused(pool: Pool, text: str) -> None:
    with pytest.raises(Refusal):
        pool.verifier().identity_of(text)


def test_a_token_without_a_key_id_is_refused(pool: Pool) -> None:
    with pytest.raises(Unauthenticated):
        pool.verifier().identity_of(jwt.encode(claims(), private_key(KEY_ID), algorithm="RS256"))


def test_a_rotated_key_is_fetched_after_a_while(pool: Pool) -> None:
    verifier = pool.verifier()
    verifier.identity_of(token())
    pool.key_ids = (KEY_ID, "key-2")
    pool.now += KEYS_REFETCH_SECONDS

    assert verifier.identity_of(token("key-2")).user_id == "a11ce"


def test_unknown_key_ids_do_not_make_it_ask_again_and_again(pool: Pool) -> None:
    verifier = pool.verifier()
    for number in range(20):
        with pytest.raises(Unauthenticated):
            verifier.identity_of(token(f"unknown-{number % 2}"))

    assert pool.asked == 1


def test_a_pool_that_does_not_answer_is_asked_again_next_time(pool: Pool) -> None:
    verifier = pool.verifier()
    pool.broken = True
    with pytest.raises(Unavailable):
        verifier.identity_of(token())
    pool.broken = False

    assert verifier.identity_of(token()).user_id == "a11ce"
