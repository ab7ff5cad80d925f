import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.edge.integration import IntegrationFailed, IntegrationThrottled, Invoke
from infra.edge.lambdas import INVOCATIONS_AT_ONCE, INVOCATIONS_OF_A_FUNCTION, LambdaInvoker, lambda_invoker

Respond = Callable[[web.BaseRequest], web.Response]
Answer = Callable[[web.BaseRequest], Awaitable[web.Response]]
CREDENTIALS = Credentials("AKID", "secret", "token")
EVENT = {"requestContext": {"connectionId": "c="}}


@asynccontextmanager
async def lambda_service(respond: Respond, credentials: Credentials | None = None) -> AsyncIterator[Invoke]:
    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        return respond(request)

    async with a_lambda_service(answer, credentials) as invoke:
        yield invoke


@asynccontextmanager
async def a_lambda_service(answer: Answer, credentials: Credentials | None = None) -> AsyncIterator[Invoke]:
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with lambda_invoker(endpoint, "eu-central-1", credentials) as invoke:
            yield invoke
    finally:
        await runner.cleanup()


async def test_a_function_is_invoked_by_name_and_its_result_decoded() -> None:
    seen: list[tuple[str, str, str]] = []

    def respond(request: web.BaseRequest) -> web.Response:
        seen.append((request.method, request.raw_path, request.headers["X-Amz-Invocation-Type"]))
        return web.json_response({"statusCode": 200})

    async with lambda_service(respond) as invoke:
        assert await invoke("chat-connect", EVENT) == {"statusCode": 200}

    assert seen == [("POST", "/2015-03-31/functions/chat-connect/invocations", "RequestResponse")]


async def test_a_request_is_signed_for_lambda_if_there_are_credentials() -> None:
    seen: list[tuple[str, bytes, Mapping[str, str]]] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        seen.append((str(request.url), await request.read(), request.headers))
        return web.json_response(None)

    async with a_lambda_service(answer, CREDENTIALS) as invoke:
        await invoke("a function", EVENT)

    url, body, headers = seen[0]
    assert headers["Authorization"] == signed_by_botocore(url, body, headers["X-Amz-Date"])


def signed_by_botocore(url: str, body: bytes, timestamp: str) -> str:
    request = AWSRequest("POST", url, data=body)
    auth = SigV4Auth(CREDENTIALS, "lambda", "eu-central-1")
    with patch("botocore.auth.get_current_datetime") as now:
        now.return_value = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        auth.add_auth(request)
    return str(request.headers["Authorization"])


@pytest.mark.parametrize(
    "respond",
    [
        lambda _: web.json_response({"errorMessage": "x"}, headers={"X-Amz-Function-Error": "Unhandled"}),
        lambda _: web.json_response({"message": "no such function"}, status=404),
        lambda _: web.Response(text="not json"),
    ],
)
async def test_an_error_of_the_function_or_of_lambda_is_a_failed_integration(respond: Respond) -> None:
    async with lambda_service(respond) as invoke:
        with pytest.raises(IntegrationFailed):
            await invoke("f", EVENT)


async def test_an_unreachable_lambda_is_a_failed_integration(unused_tcp_port: int) -> None:
    async with lambda_invoker(f"http://127.0.0.1:{unused_tcp_port}", "us-east-1", None) as invoke:
        with pytest.raises(IntegrationFailed):
            await invoke("f", EVENT)


@pytest.mark.parametrize(
    ("functions", "at_once"),
    [(1, INVOCATIONS_OF_A_FUNCTION), (INVOCATIONS_AT_ONCE, INVOCATIONS_AT_ONCE)],
)
async def test_a_burst_of_invocations_waits_its_turn_and_is_answered(functions: int, at_once: int) -> None:
    running, most, full = 0, 0, asyncio.Event()

    async def answer(_request: web.BaseRequest) -> web.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == min(at_once, INVOCATIONS_AT_ONCE):
            full.set()
        await full.wait()
        running -= 1
        return web.json_response({"statusCode": 200})

    burst = [f"f{number % functions}" for number in range(3 * INVOCATIONS_AT_ONCE)]
    async with a_lambda_service(answer) as invoke:
        answers = await asyncio.gather(
            *(
                invoke(function, {"requestContext": {"connectionId": f"c{number}"}})
                for number, function in enumerate(burst)
            )
        )

    assert len(answers) == len(burst)
    assert most == min(at_once, INVOCATIONS_AT_ONCE)


def event_of(connection_id: str, event_type: str = "MESSAGE") -> dict[str, object]:
    return {"requestContext": {"connectionId": connection_id, "eventType": event_type}}


async def test_beyond_what_it_carries_messages_are_refused_and_handshakes_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infra.edge.lambdas.PATIENCE_SECONDS", 0.01)
    may_answer = asyncio.Event()

    async def answer(_function: str, _event: object) -> object:
        await may_answer.wait()
        return "served"

    invoker = LambdaInvoker(answer)
    served = [
        asyncio.create_task(invoker("f", event_of(f"c{number}")))
        for number in range(INVOCATIONS_OF_A_FUNCTION)
    ]
    await asyncio.sleep(0)
    handshake = asyncio.create_task(invoker("f", event_of("new", "CONNECT")))
    with pytest.raises(IntegrationThrottled):
        await invoker("f", event_of("one too many"))
    may_answer.set()

    assert set(await asyncio.gather(*served, handshake)) == {"served"}


async def test_what_waits_of_a_closing_connection_is_not_invoked() -> None:
    may_answer, invoked = asyncio.Event(), list[str]()

    async def answer(_function: str, event: Any) -> object:
        invoked.append(event["requestContext"]["connectionId"])
        await may_answer.wait()
        return None

    invoker = LambdaInvoker(answer)
    flood = [asyncio.create_task(invoker("f", event_of("flooder"))) for _ in range(10)]
    await asyncio.sleep(0)
    invoker.forget("flooder")
    may_answer.set()
    ended = await asyncio.gather(*flood, return_exceptions=True)

    assert len(invoked) < len(flood)
    assert sum(isinstance(each, IntegrationThrottled) for each in ended) == len(flood) - len(invoked)
