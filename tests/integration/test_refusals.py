"""Bad frames, bad tokens, bad handshakes: each gets its answer, and the socket stays open."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from infra.local.stack_file import StackFile
from tests.support.chat_client import ChatClient, id_token

BAD_FRAMES: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"data": {"content": ""}}, "INVALID_CONTENT"),
    ("sendMessage", {"data": {"content": " \n "}}, "INVALID_CONTENT"),
    ("sendMessage", {"data": {"content": "x" * 4001}}, "CONTENT_TOO_LONG"),
    ("sendMessage", {"data": {"content": "x" * 30_000}}, "CONTENT_TOO_LONG"),
    ("sendMessage", {"data": {"content": 5}}, "INVALID_FRAME"),
    ("sendMessage", {"data": {"content": "x", "roomId": "no spaces"}}, "INVALID_FRAME"),
    ("sendMessage", {"data": {"content": "x", "clientMessageId": "1"}}, "INVALID_FRAME"),
    ("sendMessage", {"data": {"content": "half \ud800 a pair"}}, "INVALID_CONTENT"),
    ("sendMessage", {"data": {"content": "no \ufffe character"}}, "INVALID_CONTENT"),
    ("sendMessage", {"data": []}, "INVALID_FRAME"),
    ("sendMessage", {}, "INVALID_FRAME"),
    ("getMessages", {"data": {"after": "yesterday"}}, "INVALID_FRAME"),
    ("getMessages", {"data": {"limit": 0}}, "INVALID_FRAME"),
    ("joinRoom", {"data": {}}, "INVALID_FRAME"),
    ("leaveRoom", {"data": {"roomId": ""}}, "INVALID_FRAME"),
    ("dance", {}, "UNKNOWN_ACTION"),
]


async def test_each_bad_frame_gets_its_code_and_the_socket_stays_open(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice:
        for action, fields, code in BAD_FRAMES:
            reply = await alice.request(action, **fields)
            assert (reply["type"], reply["data"]["code"]) == ("error", code), (action, fields)

        assert (await alice.request("ping"))["type"] == "ack"


async def test_a_frame_of_no_kind_is_answered_in_silence_and_with_an_id_by_name(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice:
        for number, body in enumerate(["not json", "[1]", "{}", '{"action": 5}', "[" * 20_000], start=1):
            await alice.send_raw(body)
            await alice.until_silences(number)
        await alice.send_raw('{"action": 5, "requestId": "r1"}')
        await alice.until(lambda: bool(alice.frames))

        assert alice.frames[0]["requestId"] == "r1"
        assert alice.frames[0]["data"]["code"] == "INVALID_FRAME"


async def test_each_bad_token_is_refused_and_the_socket_stays_open(stack: StackFile) -> None:
    good = id_token(stack, "alice")
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def forged(**changed: Any) -> str:
        return jwt.encode({**claims, **changed}, forger, algorithm="RS256", headers={"kid": kid})

    header, _, signature = good.split(".")
    altered = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "bob"}).encode()).decode().rstrip("=")
    tokens = {
        "forged": forged(),
        "other audience": forged(aud="x"),
        "other issuer": forged(iss="x"),
        "expired and forged": forged(exp=1),
        "altered": f"{header}.{altered}.{signature}",
        "unsigned": jwt.encode(claims, key="", algorithm="none", headers={"kid": kid}),
        "HS256": jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": kid}),
        "unknown key": jwt.encode(claims, forger, algorithm="RS256", headers={"kid": "?"}),
        "nonsense": "nonsense",
        "no token at all": None,
    }
    for kind, token in tokens.items():
        async with await ChatClient.v2(stack, "alice", token=good) as alice:
            for action in ("sendMessage", "getMessages", "joinRoom", "leaveRoom"):
                data = {"content": "x", "roomId": "global"}
                reply = await alice.request(action, data, token=token)
                assert reply["data"]["code"] == "UNAUTHENTICATED", (kind, action)

            assert (await alice.request("sendMessage", {"content": "x"}, token=good))["type"] == "newMessage"


async def test_a_frame_over_32_kb_closes_the_socket_with_1009(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice:
        await alice.send_frame("sendMessage", {"content": "x" * 40_000})

        assert await alice.until_closed() == 1009


@pytest.mark.parametrize(
    ("offered", "query"),
    [
        (["chat.v2"], ""),
        (["chat.v2", "bearer.nonsense"], ""),
        ([], ""),
        ([], "&token=nonsense"),
        ([], "&userId=alice&username=Alice"),
    ],
)
async def test_a_handshake_without_a_good_token_is_refused(
    stack: StackFile, offered: list[str], query: str
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(
            f"{stack.websocket_url}?roomId=global{query}",
            subprotocols=[Subprotocol(each) for each in offered] or None,
        )
    assert refusal.value.response.status_code == 401


async def test_a_page_of_another_origin_is_refused(stack: StackFile) -> None:
    url = f"{stack.websocket_url}?token={id_token(stack, 'alice')}"

    with pytest.raises(InvalidStatus) as refusal:
        await connect(url, origin=Origin("https://evil.example"))
    assert refusal.value.response.status_code == 403

    allowed = stack.allowed_origins.split(",")[0]
    async with connect(url, origin=Origin(allowed)) as socket:
        assert socket.subprotocol is None


async def test_the_token_of_another_cannot_move_a_connection(stack: StackFile) -> None:
    async with await ChatClient.v2(stack, "alice") as alice:
        reply = await alice.request("joinRoom", {"roomId": "kitchen"}, token=id_token(stack, "bob"))

        assert reply["data"]["code"] == "FORBIDDEN"
