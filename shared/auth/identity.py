"""Who someone is, proved by a Cognito ID token.

Rules: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from shared.protocol.refusals import TokenExpired, Unauthenticated, Unavailable
from shared.protocol.text import legible, may_enter

# An unknown key id may be a rotated key or an attack; Cognito rotates rarely, so ask at most this often.
KEYS_REFETCH_SECONDS = 30.0
# A token is new to a host whose clock is behind. Nothing is won by one that comes from the future.
CLOCK_LEEWAY_SECONDS = 60
NAME_LIMIT_CHARACTERS = 128  # Cognito's limit for a user name; a nickname may be longer


@dataclass(frozen=True, slots=True)
class Identity:
    """A user: the id that never changes and the name that others see.

    `issued_at` and `expires_at` are those of the token that proves it, epoch s; None in mock mode.
    """

    user_id: str
    username: str
    issued_at: int | None = field(default=None, compare=False)
    expires_at: int | None = field(default=None, compare=False)


class SigningKeys:
    """The user pool's public keys by id, fetched when first needed and again when an unknown id appears."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Callable[[], float]) -> None:
        """`fetch` gets the JWK set (RFC 7517); `clock` is monotonic, in seconds."""
        self._fetch = fetch
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._next_fetch = float("-inf")

    def of(self, key_id: str) -> jwt.PyJWK:
        """Return the key of that id.

        Raises:
            Unauthenticated: the pool has no such key.
            Unavailable: the pool's keys could not be fetched.
        """
        if key_id not in self._keys and self._clock() >= self._next_fetch:
            self._next_fetch = self._clock() + KEYS_REFETCH_SECONDS
            self._keys = self._fetched()
        if key_id not in self._keys:
            raise Unauthenticated("the token is signed with an unknown key")
        return self._keys[key_id]

    def _fetched(self) -> dict[str, jwt.PyJWK]:
        try:
            keys = jwt.PyJWKSet.from_dict(dict(self._fetch())).keys
        except (jwt.PyJWTError, OSError, ValueError) as error:
            self._next_fetch = float("-inf")
            raise Unavailable("the token could not be checked") from error
        return {key.key_id: key for key in keys if key.key_id}


@dataclass(frozen=True, slots=True)
class TokenVerifier:
    """Checks ID tokens of one user pool (`issuer`) and app client (`audience`)."""

    keys: SigningKeys
    issuer: str
    audience: str

    def identity_of(self, token: str) -> Identity:
        """Return the user whom the token names.

        Raises:
            TokenExpired: it was good once.
            Unauthenticated: it never was: not RS256, not of this pool or client, or no ID token.
            Unavailable: the pool's keys could not be fetched.
        """
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            if not isinstance(key_id, str):
                raise Unauthenticated("the token names no key")
            claims = jwt.decode(
                token,
                self.keys.of(key_id),
                algorithms=["RS256"],
                audience=self.audience,
                issuer=self.issuer,
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub", "token_use"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired("the token has expired") from error
        except (jwt.PyJWTError, ValueError) as error:
            raise Unauthenticated("the token is not valid") from error
        if claims["token_use"] != "id":  # noqa: S105 - a kind of token, not a secret
            raise Unauthenticated("the token is not an ID token")
        if int(claims["exp"]) <= time.time():  # the leeway is for the beginning of its time, not for the end
            raise TokenExpired("the token has expired")
        return _identity_in(claims)


def _identity_in(claims: Mapping[str, Any]) -> Identity:
    user_id = claims["sub"]
    if not user_id or not may_enter(user_id):
        raise Unauthenticated("the token names no user")
    names = (claims.get(claim) for claim in ("nickname", "cognito:username"))
    shown = (legible(name, NAME_LIMIT_CHARACTERS) for name in names if isinstance(name, str))
    issued_at = int(claims.get("iat", 0))  # without it, older than whatever was revoked
    return Identity(user_id, next(filter(None, shown), user_id), issued_at, int(claims["exp"]))
