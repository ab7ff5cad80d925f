"""Calls the functions that run by a schedule: the emulator has no rules that do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

    from infra.topology.deployment import Deployment
    from infra.topology.model import Topology


async def call_on_schedule(functions: LambdaClient, topology: Topology, deployment: Deployment) -> None:
    """Call each function that always has a schedule, until cancelled."""
    await asyncio.gather(
        *(
            _call_every(60.0 * function.schedule_minutes, functions, deployment.name(name))
            for name, function in topology.functions.items()
            if function.schedule_minutes and not function.optional
        )
    )


async def _call_every(seconds: float, functions: LambdaClient, name: str) -> None:
    while True:
        await asyncio.sleep(seconds)
        with suppress(BotoCoreError, ClientError):  # the emulator is busy, or ends: the next call comes
            await asyncio.to_thread(functions.invoke, FunctionName=name, InvocationType="Event")
