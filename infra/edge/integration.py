"""The Lambda proxy integration: one invocation and what API Gateway accepts as its result."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.edge.events import Event

Invoke = Callable[[str, Event], Awaitable[object]]
"""Calls a function by name and gives its decoded JSON result; raises `IntegrationFailed` if there is none."""


class IntegrationFailed(Exception):
    """The function could not be called, raised an error, or gave a result that is no proxy response."""


class IntegrationThrottled(IntegrationFailed):
    """The function was not called: all of its environments are busy, or nobody waits for it any more."""


class IntegrationTimedOut(Exception):
    """The function did not answer within the integration time-out."""


class ProxyResponse(BaseModel):
    """What a function may return. Any further key makes it malformed on AWS too (middyjs/middy#1219)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status_code: Annotated[int, Field(alias="statusCode", ge=200, le=599)]
    headers: dict[str, str] | None = None
    multi_value_headers: Annotated[dict[str, list[str]] | None, Field(alias="multiValueHeaders")] = None
    body: str | None = None
    is_base64_encoded: Annotated[bool, Field(alias="isBase64Encoded")] = False

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return self.status_code < HTTPStatus.MULTIPLE_CHOICES

    def header(self, name: str) -> str | None:
        """Return the value of a header, whatever its case."""
        return next(
            (value for key, value in (self.headers or {}).items() if key.lower() == name.lower()), None
        )


async def integrate(invoke: Invoke, function: str, event: Event, timeout_seconds: float) -> ProxyResponse:
    """Invoke a function and check its result.

    Raises:
        IntegrationTimedOut: no answer within `timeout_seconds`.
        IntegrationFailed: see there.
    """
    try:
        async with asyncio.timeout(timeout_seconds):
            result = await invoke(function, event)
        return ProxyResponse.model_validate(result)
    except TimeoutError as error:
        raise IntegrationTimedOut(function) from error
    except ValidationError as error:
        raise IntegrationFailed(
            f"{function}: malformed proxy response: {error.errors()[0]['loc']}"
        ) from error
