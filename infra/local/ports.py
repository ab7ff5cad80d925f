"""The ports of a local stack."""

import errno
import socket
from dataclasses import dataclass, fields

from infra.errors import CommandError


@dataclass(frozen=True)
class Ports:
    """`chatctl up --port-emulator …` and so on choose them."""

    emulator: int = 4566
    websocket: int = 3001
    callback: int = 3002
    frontend: int = 3000


def refuse_taken(ports: Ports) -> None:
    """Check that all ports are free and different.

    Raises:
        CommandError: names the port and the option that chooses another.
    """
    seen: dict[int, str] = {}
    for field in fields(ports):
        port, option = getattr(ports, field.name), f"--port-{field.name}"
        if port in seen:
            raise CommandError(f"port {port} is given twice: {seen[port]} and {option}")
        if _is_taken(port):
            raise CommandError(f"port {port} is taken; choose another one with {option}")
        seen[port] = option


def _is_taken(port: int) -> bool:
    # `localhost` may mean either family to a browser, so both must be free.
    return any(
        _cannot_bind(family, host, port)
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
    )


def _cannot_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a closed stack's port may linger
            probe.bind((host, port))
    except OSError as error:
        return error.errno in {errno.EADDRINUSE, errno.EACCES}
    return False
