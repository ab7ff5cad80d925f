"""A taken port is refused before anything starts."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from infra.errors import CommandError
from infra.local.ports import Ports, refuse_taken
from tests.support.ports import free_ports


@pytest.fixture
def free() -> Ports:
    return Ports(*free_ports(4))


@pytest.fixture(params=["127.0.0.1", "::1"])
def taken(request: pytest.FixtureRequest) -> Iterator[int]:
    family = socket.AF_INET6 if request.param == "::1" else socket.AF_INET
    with socket.create_server((request.param, 0), family=family) as server:
        yield server.getsockname()[1]


def test_free_ports_pass(free: Ports) -> None:
    refuse_taken(free)


@pytest.mark.parametrize("name", ["emulator", "websocket", "callback", "frontend"])
def test_the_message_names_the_port_and_its_option(free: Ports, taken: int, name: str) -> None:
    with pytest.raises(CommandError) as refusal:
        refuse_taken(replace(free, **{name: taken}))

    assert str(refusal.value) == f"port {taken} is taken; choose another one with --port-{name}"


def test_one_port_for_two_is_refused(free: Ports) -> None:
    with pytest.raises(CommandError, match="given twice: --port-emulator and --port-frontend"):
        refuse_taken(replace(free, frontend=free.emulator))
