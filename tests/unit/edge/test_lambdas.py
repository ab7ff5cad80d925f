import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from botocore.credentials import Credentials

from infra.edge.integration import IntegrationFailed, Invoke
from infra.edge.lambdas import INVOCATIONS_AT_ONCE, INVOCATIONS_OF_A_FUNCTION, lambda_invoker

Respond = Callable[[web.BaseRequest], web.Response]
Answer = Callable[[web.BaseRequest], Awaitable[web.Response]]


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
        assert await invoke("chat-connect", {"a": 1}) == {"statusCode": 200}

    assert seen == [("POST", "/2015-03-31/functions/chat-connect/invocations", "RequestResponse")]


async def test_a_request_is_signed_for_lambda_if_there_are_credentials() -> None:
    signatures: list[str] = []

    def respond(request: web.BaseRequest) -> web.Response:
        signatures.append(request.headers["Authorization"])
        return web.json_response(None)

    async with lambda_service(respond, Credentials("AKID", "secret")) as invoke:
        await invoke("f", {})

    assert signatures[0].startswith("AWS4-HMAC-SHA256 Credential=AKID/")
    assert "/eu-central-1/lambda/aws4_request" in signatures[0]


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
            await invoke("f", {})


async def test_an_unreachable_lambda_is_a_failed_integration(unused_tcp_port: int) -> None:
    async with lambda_invoker(f"http://127.0.0.1:{unused_tcp_port}", "us-east-1", None) as invoke:
        with pytest.raises(IntegrationFailed):
            await invoke("f", json.loads("{}"))


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
        answers = await asyncio.gather(*(invoke(function, {}) for function in burst))

    assert len(answers) == len(burst)
    assert most == min(at_once, INVOCATIONS_AT_ONCE)
