"""What has a schedule is called by it, on `chatctl up` and in containers, whatever the emulator answers."""

import asyncio
from collections import Counter
from typing import Any, cast

import pytest
from botocore.exceptions import EndpointConnectionError

import infra.containers.schedules as containers
from infra.local.deployment import local_deployment
from infra.local.emulator.schedules import call_on_schedule
from infra.topology.file import load_topology

HOUR_SECONDS = 3_600.0


class FailingEveryOtherTime:
    """Functions that are called, of which every other call finds no emulator."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def invoke(self, **call: Any) -> None:
        assert call["InvocationType"] == "Event"
        self.calls[call["FunctionName"]] += 1
        if self.calls[call["FunctionName"]] % 2:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:4566")


async def test_each_function_that_always_has_a_schedule_is_called_by_it() -> None:
    topology = load_topology()
    deployment = local_deployment(topology)
    functions = FailingEveryOtherTime()
    slept: Counter[asyncio.Task[Any] | None] = Counter()
    over = asyncio.Event()

    async def pass_an_hour(seconds: float) -> None:
        task = asyncio.current_task()
        if slept[task] + seconds > HOUR_SECONDS:
            await over.wait()
        slept[task] += int(seconds)

    running = asyncio.ensure_future(
        call_on_schedule(cast("Any", functions), topology, deployment, pass_an_hour)
    )
    expected = {
        deployment.name(name): 60 // each.schedule_minutes
        for name, each in topology.functions.items()
        if each.schedule_minutes and not each.optional
    }
    async with asyncio.timeout(60):
        while functions.calls != expected:
            await asyncio.sleep(0.001)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert min(expected.values()) >= 1


async def test_the_containers_call_them_at_the_emulator_they_share(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    async def call(functions: Any, topology: Any, deployment: Any) -> None:
        called.append((functions.meta.endpoint_url, topology, deployment))

    monkeypatch.setattr(containers, "call_on_schedule", call)
    await containers.run()

    topology = load_topology()
    assert called == [("http://127.0.0.1:4566", topology, local_deployment(topology))]
