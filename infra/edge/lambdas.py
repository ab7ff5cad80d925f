"""Lambda's Invoke API over HTTP.

Source: AWS Lambda API reference, `Invoke`.
"""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.edge.events import Event
from infra.edge.integration import IntegrationFailed, Invoke

# More than this many invocations at once wait their turn. The emulator starts a process of half a CPU-second
# for each that finds no idle one, without a bound: a burst of 100 connections would cost a laptop minutes.
INVOCATIONS_AT_ONCE = 16
# Of one function no more than keep the cores busy while some wait for an answer of the emulator: with 16 the
# end of a run of 50 connections started 16 processes for `$disconnect`, 4.7 CPU-seconds; now it starts four.
INVOCATIONS_OF_A_FUNCTION = max(4, 2 * (os.cpu_count() or 1))


@asynccontextmanager
async def lambda_invoker(
    endpoint: str, region: str, credentials: Credentials | None
) -> AsyncIterator[Invoke]:
    """Return an `Invoke` for functions behind `endpoint`; requests are signed if there are `credentials`."""
    connector = aiohttp.TCPConnector(limit=INVOCATIONS_AT_ONCE)
    # The integration's own time-out ends a call, so the session has none.
    async with aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=None)
    ) as session:
        turns: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(INVOCATIONS_OF_A_FUNCTION)
        )

        async def invoke(function: str, event: Event) -> object:
            async with turns[function]:
                return await call(function, event)

        async def call(function: str, event: Event) -> object:
            url = f"{endpoint}/2015-03-31/functions/{quote(function, safe='')}/invocations"
            body = json.dumps(event).encode()
            headers = {"X-Amz-Invocation-Type": "RequestResponse", "Content-Type": "application/json"}
            if credentials is not None:
                headers = _signed(url, body, headers, credentials, region)
            try:
                async with session.post(url, data=body, headers=headers) as response:
                    return _result(function, response, await response.read())
            except aiohttp.ClientError as error:
                raise IntegrationFailed(f"{function}: {error}") from error

        yield invoke


def _result(function: str, response: aiohttp.ClientResponse, payload: bytes) -> object:
    if response.status != HTTPStatus.OK:
        raise IntegrationFailed(f"{function}: Invoke answered {response.status}")
    if "X-Amz-Function-Error" in response.headers:
        raise IntegrationFailed(f"{function}: {response.headers['X-Amz-Function-Error']}")
    try:
        return json.loads(payload)
    except ValueError as error:
        raise IntegrationFailed(f"{function}: result is not JSON") from error


def _signed(
    url: str, body: bytes, headers: dict[str, str], credentials: Credentials, region: str
) -> dict[str, str]:
    request = AWSRequest(method="POST", url=url, data=body, headers=headers)
    SigV4Auth(credentials, "lambda", region).add_auth(request)
    return dict(request.headers.items())
