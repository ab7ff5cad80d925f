"""ID tokens that prove nothing: forged, altered, borrowed, out of date, or no tokens at all."""

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.unit.tokens import ISSUER, KEY_ID, claims, jwks, private_key, token

NOTHING: dict[str, Any] = {"none": None, "empty": "", "zero": 0, "minus": -1, "list": [], "object": {}}
USUAL = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
PEM = (
    private_key(KEY_ID)
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
)
SECRETS = {
    "pem": PEM,
    "modulus": jwks(KEY_ID)["keys"][0]["n"].encode(),
    "empty": b"",
    "issuer": ISSUER.encode(),
}


def corpus() -> dict[str, str]:
    """Return the tokens by what is wrong with them."""
    found: dict[str, str] = {}
    kinds = (_claims(), _times(), _issuers(), _keys(), _algorithms(), _headers(), _parts(), _texts())
    for name, forged in (each for kind in kinds for each in kind):
        assert name not in found
        found[name] = forged
    return found


def _part(value: Any) -> str:
    if not isinstance(value, bytes):
        value = json.dumps(value, default=lambda at: at.timestamp()).encode()
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _sealed(header: Any, payload: Any = None, key: Any = None, algorithm: str = "RS256") -> str:
    """A token that says anything, with a signature that fits."""
    body = f"{_part(header)}.{_part(claims() if payload is None else payload)}"
    signer = jwt.get_algorithm_by_name(algorithm)
    return f"{body}.{_part(signer.sign(body.encode(), key or private_key(KEY_ID)))}"


def _saying(**changed: Any) -> str:
    return _sealed(USUAL, claims(**changed))


def _claims() -> Iterator[tuple[str, str]]:
    for claim in ("iss", "aud", "token_use", "exp", "sub"):
        for name, value in NOTHING.items():
            yield f"{claim} {name}", _saying(**{claim: value})
    audiences: dict[str, Any] = {"other": "client-2", "prefix": "client-", "star": "*", "others": ["a", "b"]}
    for name, audience in audiences.items():
        yield f"aud {name}", _saying(aud=audience)
    for use in ("access", "refresh", "ID", "id ", ["id"], True):
        yield f"token_use {use}", _saying(token_use=use)
    for name, subject in {"null byte": "a\x00", "escape": "\x1b[2J", "not a character": "\ufffe"}.items():
        yield f"sub {name}", _saying(sub=subject)


def _times() -> Iterator[tuple[str, str]]:
    now = datetime.now(UTC)
    for seconds in (0, 1, 60, 3_600, 10**9):
        yield f"exp {seconds} s ago", _saying(exp=now - timedelta(seconds=seconds))
    yield "exp text", _saying(exp="soon")
    for claim in ("iat", "nbf"):
        for name, value in {"tomorrow": now + timedelta(days=1), "text": "soon", "list": []}.items():
            yield f"{claim} {name}", _saying(**{claim: value})


def _issuers() -> Iterator[tuple[str, str]]:
    yield "iss with a slash", _saying(iss=f"{ISSUER}/")
    yield "iss in capitals", _saying(iss=ISSUER.upper())
    yield "iss without TLS", _saying(iss=ISSUER.replace("https", "http"))
    yield "iss of another pool", _saying(iss=f"{ISSUER}2")
    yield "iss of another region", _saying(iss=ISSUER.replace("central-1", "west-1"))
    yield "iss cut short", _saying(iss=ISSUER[:-1])
    yield "iss with a user", _saying(iss=ISSUER.replace("//", "//evil@"))
    yield "iss in a list", _saying(iss=[ISSUER])


def _keys() -> Iterator[tuple[str, str]]:
    yield "signed by another under a known key id", _sealed(USUAL, key=private_key("forger"))
    yield "no key id", _sealed({"alg": "RS256"})
    for key_id in (
        *("key-2", "", "../../dev/null", "key-1\x00", "KEY-1", " key-1", "key-1' OR '1'='1"),
        *("http://evil.example/k", "k" * 10_000, [KEY_ID], 1, None, {"kid": KEY_ID}),
    ):
        yield f"key id {str(key_id)[:40]!r}", _sealed({"alg": "RS256", "kid": key_id})


def _algorithms() -> Iterator[tuple[str, str]]:
    somebodys = token().rsplit(".", 1)[1]
    for name in ("none", "None", "NONE", "nOnE", "", None, "RS256 ", "rs256", "RS1", "ROT13", 256, ["RS256"]):
        unsigned = f"{_part({**USUAL, 'alg': name})}.{_part(claims())}."
        yield f"alg {name!r} without a signature", unsigned
        yield f"alg {name!r} with somebody's signature", unsigned + somebodys
    for name in ("HS256", "HS384", "HS512"):
        for kind, secret in SECRETS.items():
            body = f"{_part({**USUAL, 'alg': name})}.{_part(claims())}"
            yield (
                f"{name} over {kind}",
                f"{body}.{_part(hmac.digest(secret, body.encode(), f'sha{name[2:]}'))}",
            )
    for name in ("RS384", "RS512", "PS256", "PS384", "PS512"):
        yield f"{name} by the pool's own key", _sealed({**USUAL, "alg": name}, algorithm=name)
    curve = ec.generate_private_key(ec.SECP256R1())
    yield "ES256 by a key of one's own", _sealed({**USUAL, "alg": "ES256"}, key=curve, algorithm="ES256")


def _headers() -> Iterator[tuple[str, str]]:
    brought: dict[str, Any] = {
        "jwk": jwks("forger")["keys"][0],
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/x5",
        "x5c": ["MII"],
    }
    for name, value in brought.items():
        yield f"header brings {name}", _sealed({**USUAL, name: value}, key=private_key("forger"))
    yield "header names a critical extension", _sealed({**USUAL, "crit": ["x"], "x": 1})
    odd: tuple[Any, ...] = ([], "x", 7, None, b"{", b"\xff\xfe", b"", {"kid": KEY_ID}, b"[" * 5_000)
    for header in odd:
        yield f"header is {str(header)[:20]}", _sealed(header)


def _parts() -> Iterator[tuple[str, str]]:
    header, payload, signature = token().split(".")
    other = token(sub="b0b", exp=datetime.now(UTC) + timedelta(days=9)).split(".")
    yield "payload of another token", f"{header}.{other[1]}.{signature}"
    yield "signature of another token", f"{header}.{payload}.{other[2]}"
    yield "user changed", f"{header}.{_part(claims(sub='b0b'))}.{signature}"
    yield "parts swapped", f"{payload}.{header}.{signature}"
    for value in (b"[]", b"x", b"null", b"", b"7", b"[" * 5_000, b'{"sub":'):
        yield f"payload is {value[:9]!r}", _sealed(USUAL, value)
    for place in (5, 60, 170, 300):
        flipped = "A" if signature[place] != "A" else "B"
        changed = f"{signature[:place]}{flipped}{signature[place + 1 :]}"
        yield f"signature flipped at {place}", f"{header}.{payload}.{changed}"
    for length in (0, 1, 100, 340):
        yield f"signature cut to {length}", f"{header}.{payload}.{signature[:length]}"
    yield "signature twice", f"{header}.{payload}.{signature}{signature}"
    yield "no signature", f"{header}.{payload}"
    yield "header alone", header
    yield "four parts", f"{header}.{payload}.{signature}.{signature}"
    yield "five parts", f"{header}.{payload}.{signature}.{payload}.{signature}"
    yield "padded header", f"{header}==.{payload}.{signature}"
    yield "space in the payload", f"{header}.{payload[:9]} {payload[9:]}.{signature}"
    yield "newline in the header", f"{header[:9]}\n{header[9:]}.{payload}.{signature}"


def _texts() -> Iterator[tuple[str, str]]:
    good = token()
    for number, text in enumerate(
        (
            *("", "..", "   ", "null", "[]", "😀", "x", "a.b.c", "e30.e30.", "x" * 20_000, "." * 5_000),
            *(f'"{good}"', f"Bearer {good}", f"{good},{good}", f" {good}", f"\x1b[2J{good}", good[::-1]),
            *(good.upper(), _part(good.encode()), f"\u202e{good}", good.replace(".", "\u2024")),
        )
    ):
        yield f"text {number}", text
