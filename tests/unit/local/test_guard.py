"""A web page that is not this stack's own cannot ask the emulator for anything."""

from typing import Any

import pytest

from infra.local.emulator.guard import Message, Receive, Send, guarded

PAGE = "http://localhost:3000"


async def emulator(_scope: Message, _receive: Receive, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"Access-Control-Allow-Origin", b"*"),
                (b"Access-Control-Allow-Headers", b"*"),
                (b"content-type", b"text/plain"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"done"})


async def ask(**headers: str) -> tuple[int, dict[bytes, bytes]]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await guarded(emulator, [PAGE])(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"])


async def test_a_program_on_this_machine_is_answered_without_cors() -> None:
    status, headers = await ask(host="127.0.0.1:4566")

    assert status == 200
    assert headers == {b"content-type": b"text/plain"}


async def test_the_page_is_answered_and_nobody_else_may_read_it() -> None:
    status, headers = await ask(host="127.0.0.1:4566", origin=PAGE, sec_fetch_site="same-site")

    assert status == 200
    assert headers[b"access-control-allow-origin"] == PAGE.encode()
    assert headers[b"vary"] == b"Origin"
    assert headers[b"Access-Control-Allow-Headers"] == b"*"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example:4566"},
        {"host": "localhost:4566", "origin": "http://localhost:8080"},
        {"host": "localhost:4566", "origin": "null"},
        {"host": "localhost:4566", "origin": f"{PAGE}.evil.example"},
        {"host": "localhost:4566", "sec_fetch_site": "cross-site"},
        {"host": "localhost:4566", "sec_fetch_site": "same-site"},
    ],
)
async def test_any_other_page_and_any_foreign_name_are_refused(headers: dict[str, str]) -> None:
    status, answered = await ask(**headers)

    assert status == 403
    assert b"access-control-allow-origin" not in answered
