"""A user pool of the tests' own: keys, and tokens good and bad."""

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

ISSUER = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Test"
CLIENT_ID = "client-1"
KEY_ID = "key-1"


@cache
def private_key(key_id: str) -> rsa.RSAPrivateKey:
    """The private key of that id; another id, another key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(*key_ids: str) -> dict[str, Any]:
    """The JWK set of those keys."""
    keys = []
    for key_id in key_ids:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private_key(key_id).public_key()))
        keys.append({**public, "kid": key_id, "alg": "RS256", "use": "sig"})
    return {"keys": keys}


def claims(**changed: Any) -> dict[str, Any]:
    """The claims of Alice's ID token; None removes a claim."""
    now = datetime.now(UTC)
    usual = {
        "sub": "a11ce",
        "iss": ISSUER,
        "aud": CLIENT_ID,
        "token_use": "id",
        "cognito:username": "alice",
        "nickname": "Alice",
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def token(key_id: str = KEY_ID, **changed: Any) -> str:
    """An ID token of Alice's, signed with that key."""
    return jwt.encode(claims(**changed), private_key(key_id), algorithm="RS256", headers={"kid": key_id})
