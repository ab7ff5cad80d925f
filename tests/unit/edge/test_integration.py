import asyncio

import pytest

from infra.edge.events import Event
from infra.edge.integration import IntegrationFailed, IntegrationTimedOut, ProxyResponse, integrate


async def result_of(result: object) -> ProxyResponse:
    async def invoke(_function: str, _event: Event) -> object:
        return result

    return await integrate(invoke, "f", {}, timeout_seconds=10)


async def test_a_proxy_response_is_taken_as_it_is() -> None:
    response = await result_of({"statusCode": 200, "headers": {"a": "b"}, "body": "text"})

    assert (response.status_code, response.body) == (200, "text")


async def test_a_header_is_found_whatever_its_case() -> None:
    response = await result_of({"statusCode": 200, "headers": {"sec-websocket-protocol": "chat.v2"}})

    assert response.header("Sec-WebSocket-Protocol") == "chat.v2"
    assert response.header("Other") is None


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        "text",
        [],
        {},
        {"body": "text"},
        {"statusCode": "ok"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "Data": "one key too many"},
        {"statusCode": 99},
    ],
)
async def test_a_malformed_result_is_a_failure(malformed: object) -> None:
    with pytest.raises(IntegrationFailed):
        await result_of(malformed)


async def test_a_function_that_does_not_answer_in_time_is_given_up() -> None:
    given_up = asyncio.Event()

    async def invoke(_function: str, _event: Event) -> object:
        try:
            return await asyncio.Event().wait()
        finally:
            given_up.set()

    with pytest.raises(IntegrationTimedOut):
        await integrate(invoke, "f", {}, timeout_seconds=0.01)
    assert given_up.is_set()
