"""Calls the functions that run by a schedule: the emulator has no rules that do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from types_boto3_lambda import LambdaClient

    from infra.topology.deployment import Deployment
    from infra.topology.model import Topology

    Sleep = Callable[[float], Awaitable[None]]


async def call_on_schedule(
    functions: LambdaClient, topology: Topology, deployment: Deployment, sleep: Sleep = asyncio.sleep
) -> None:
    """Call each function that always has a schedule, until cancelled; `sleep` takes seconds."""
    await asyncio.gather(
        *(
            _call_every(60.0 * function.schedule_minutes, functions, deployment.name(name), sleep)
            for name, function in topology.functions.items()
            if function.is_always_scheduled and function.schedule_minutes
        )
    )


async def _call_every(seconds: float, functions: LambdaClient, name: str, sleep: Sleep) -> None:
    while True:
        await sleep(seconds)
        with suppress(BotoCoreError, ClientError):  # the emulator is busy, or ends: the next call comes
            await asyncio.to_thread(functions.invoke, FunctionName=name, InvocationType="Event")
