"""Waiting for what must come; nothing is asserted about how soon."""

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 240.0  # the retry budget of every job may have to run out first
LOOK_EVERY_SECONDS = 0.1


async def eventually(condition: Callable[[], bool]) -> None:
    """Waits until the condition holds; it is asked in a thread, since it may call AWS."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(LOOK_EVERY_SECONDS)
