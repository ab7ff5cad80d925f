"""Serves MiniStack by uvicorn and httptools, which parses in C; its own Hypercorn and h11 are pure Python.

What that costs a message: docs/load-testing.md.
"""

import os

import uvicorn

from infra.local.emulator.guard import App

KEEP_ALIVE_SECONDS = 75  # as MiniStack's own server has it
STOP_SECONDS = 1  # what a request under way gets to end after SIGTERM


def serve(app: App) -> None:
    """Serve until SIGTERM or SIGINT, where MiniStack's own variables say: `BIND_HOST` and `GATEWAY_PORT`."""
    uvicorn.run(
        app,
        host=os.environ.get("BIND_HOST", "0.0.0.0"),  # noqa: S104 - MiniStack's default, in containers
        port=int(os.environ.get("GATEWAY_PORT", "4566")),
        loop="uvloop",
        http="httptools",
        ws="none",  # WebSockets are the edge's
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        # The emulator says what AWS says in both.
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
