import pytest

from services.ingest.admission import Admission, admit
from shared.auth.identity import SigningKeys, TokenVerifier
from shared.protocol.refusals import Forbidden, InvalidFrame, Unauthenticated
from shared.rooms import direct_room_id, private_room_id
from shared.stores.connections import LIFETIME_SECONDS
from shared.websocket import Handshake
from tests.unit.examples import NOW, NOW_SECONDS
from tests.unit.tokens import CLIENT_ID, ISSUER, KEY_ID, jwks, token

ORIGIN = "https://chat.example"
VERIFIER = TokenVerifier(SigningKeys(lambda: jwks(KEY_ID), lambda: 0.0), ISSUER, CLIENT_ID)


def handshake(*, headers: dict[str, str] | None = None, query: dict[str, str] | None = None) -> Handshake:
    return Handshake("c1=", headers or {}, query or {}, NOW)


def admitted(shake: Handshake, verifier: TokenVerifier | None = VERIFIER) -> Admission:
    return admit(shake, origins={ORIGIN}, verifier=verifier, now_seconds=NOW_SECONDS)


def offering(*names: str) -> Handshake:
    return handshake(headers={"sec-websocket-protocol": ", ".join(names)})


def test_a_v2_client_is_known_by_its_token_and_told_the_sub_protocol_alone() -> None:
    admission = admitted(offering("chat.v2", f"bearer.{token()}"))

    assert admission.subprotocol == "chat.v2"
    assert (admission.connection.user_id, admission.connection.username) == ("a11ce", "Alice")
    assert (admission.connection.protocol, admission.connection.room_id) == ("v2", "global")
    assert admission.connection.ttl == NOW_SECONDS + LIFETIME_SECONDS


def test_a_simple_client_may_bring_its_token_in_the_query_and_speaks_v1() -> None:
    admission = admitted(handshake(query={"token": token(), "roomId": "kitchen"}))

    assert (admission.connection.protocol, admission.connection.room_id) == ("v1", "kitchen")
    assert admission.subprotocol is None


def test_the_query_cannot_claim_another_identity() -> None:
    admission = admitted(handshake(query={"token": token(), "userId": "bob", "username": "Bob"}))

    assert (admission.connection.user_id, admission.connection.username) == ("a11ce", "Alice")


@pytest.mark.parametrize(
    "shake", [handshake(), offering("chat.v2"), offering("chat.v2", "bearer."), offering("bearer.x")]
)
def test_without_a_good_token_nobody_gets_in(shake: Handshake) -> None:
    with pytest.raises(Unauthenticated):
        admitted(shake)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", ORIGIN + ".evil.example"])
def test_a_page_of_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(Forbidden):
        admitted(handshake(headers={"origin": origin}, query={"token": token()}))


def test_our_own_page_gets_in() -> None:
    assert admitted(handshake(headers={"origin": ORIGIN}, query={"token": token()}))


def test_in_mock_mode_the_query_says_who_it_is() -> None:
    named = admitted(handshake(query={"userId": "bob", "username": "Bob"}), verifier=None).connection
    nameless = admitted(handshake(), verifier=None).connection

    assert (named.user_id, named.username) == ("bob", "Bob")
    assert (nameless.user_id, nameless.username) == ("anonymous", "Anonymous")


@pytest.mark.parametrize(
    "query",
    [
        {"roomId": "no spaces"},
        {"userId": "x" * 129},
        {"username": "x" * 129},
        {"username": " \u200b\u202e "},
        {"userId": "nul \x00"},
        {"userId": "\ufffe"},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(InvalidFrame):
        admitted(handshake(query=query), verifier=None)


@pytest.mark.parametrize("room_id", [private_room_id(bytes(16)), direct_room_id("user-1", "user-2")])
def test_nobody_enters_a_room_of_members_by_a_handshake(room_id: str) -> None:
    with pytest.raises(Forbidden):
        admitted(handshake(query={"token": token(), "roomId": room_id}))
