"""`python -m infra.containers.schedules` calls the functions that run by a schedule, until it is stopped."""

import asyncio

from infra.local.clients import local_clients
from infra.local.deployment import LOCAL_REGION, local_deployment
from infra.local.emulator.schedules import call_on_schedule
from infra.local.local_stack import HOST
from infra.local.ports import Ports
from infra.topology.file import load_topology


async def run() -> None:
    """Call what the provisioned topology has schedules for."""
    topology = load_topology()
    clients = local_clients(f"http://{HOST}:{Ports.emulator}", LOCAL_REGION)
    await call_on_schedule(clients.functions, topology, local_deployment(topology))


if __name__ == "__main__":
    asyncio.run(run())
