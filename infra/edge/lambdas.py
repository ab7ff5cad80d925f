"""Lambda's Invoke API over HTTP.

Source: AWS Lambda API reference, `Invoke`.
"""

import hashlib
import json
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import cast
from urllib.parse import quote, urlsplit

import aiohttp
from botocore.credentials import Credentials

from infra.edge.events import Event
from infra.edge.integration import IntegrationFailed, IntegrationThrottled, Invoke
from infra.edge.turns import NoTurn, Turns
from shared.aws.sigv4 import Credentials as SigningCredentials
from shared.aws.sigv4 import Signer

# More than this many invocations at once wait their turn. The emulator starts a process of half a CPU-second
# for each that finds no idle one, without a bound: a burst of 100 connections would cost a laptop minutes.
INVOCATIONS_AT_ONCE = 16
# Of one function no more than keep the cores busy while some wait for an answer of the emulator: with 16 the
# end of a run of 50 connections started 16 processes for `$disconnect`, 4.7 CPU-seconds; now it starts four.
INVOCATIONS_OF_A_FUNCTION = max(4, 2 * (os.cpu_count() or 1))
# Who has waited for so long is refused; Lambda refuses at once where all of its environments are busy. It is
# less than clients wait before they ask again: what is served later is served twice, and a stack that is
# asked for more than it carries would carry nothing. Handshakes and farewells wait as long as they have to.
PATIENCE_SECONDS = 4.0


class LambdaInvoker:
    """Invokes functions, each with as many environments as this machine bears."""

    def __init__(self, call: Invoke) -> None:
        self._call = call
        self._turns: defaultdict[str, Turns] = defaultdict(lambda: Turns(INVOCATIONS_OF_A_FUNCTION))

    async def __call__(self, function: str, event: Event) -> object:
        """Return the decoded JSON result.

        Raises:
            IntegrationFailed: there is none.
            IntegrationThrottled: no environment was free in time, or the connection is being closed.
        """
        context = event["requestContext"]
        patience = PATIENCE_SECONDS if context.get("eventType") == "MESSAGE" else None
        try:
            async with self._turns[function].take(context["connectionId"], patience):
                return await self._call(function, event)
        except NoTurn as error:
            raise IntegrationThrottled(f"{function}: {error}") from error

    def forget(self, connection_id: str) -> None:
        """Let what waits of a connection that is being closed go by."""
        for turns in self._turns.values():
            turns.forget(connection_id)


@asynccontextmanager
async def lambda_invoker(
    endpoint: str, region: str, credentials: Credentials | None
) -> AsyncIterator[LambdaInvoker]:
    """Return what invokes functions behind `endpoint`; requests are signed if there are `credentials`."""
    connector = aiohttp.TCPConnector(limit=INVOCATIONS_AT_ONCE)
    signer = _signer(endpoint, region, credentials) if credentials else None
    # The integration's own time-out ends a call, so the session has none.
    async with aiohttp.ClientSession(
        connector=connector, timeout=aiohttp.ClientTimeout(total=None)
    ) as session:

        async def call(function: str, event: Event) -> object:
            path = f"/2015-03-31/functions/{quote(function, safe='')}/invocations"
            body = json.dumps(event).encode()
            headers = {"X-Amz-Invocation-Type": "RequestResponse", "Content-Type": "application/json"}
            if signer is not None:
                lines = signer.sign("POST", quote(path), hashlib.sha256(body).hexdigest())
                headers |= dict(line.split(": ", 1) for line in lines)
            try:
                async with session.post(endpoint + path, data=body, headers=headers) as response:
                    return _result(function, response, await response.read())
            except aiohttp.ClientError as error:
                raise IntegrationFailed(f"{function}: {error}") from error

        yield LambdaInvoker(call)


def _result(function: str, response: aiohttp.ClientResponse, payload: bytes) -> object:
    if response.status != HTTPStatus.OK:
        raise IntegrationFailed(f"{function}: Invoke answered {response.status}")
    if "X-Amz-Function-Error" in response.headers:
        raise IntegrationFailed(f"{function}: {response.headers['X-Amz-Function-Error']}")
    try:
        return json.loads(payload)
    except ValueError as error:
        raise IntegrationFailed(f"{function}: result is not JSON") from error


def _signer(endpoint: str, region: str, credentials: Credentials) -> Signer:
    return Signer(
        host=urlsplit(endpoint).netloc,
        region=region,
        service="lambda",
        credentials=lambda: cast("SigningCredentials", credentials.get_frozen_credentials()),
        clock=time.time,
    )
