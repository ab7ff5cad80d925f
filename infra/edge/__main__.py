"""`python -m infra.edge --config FILE [--port P] [--callback-port Q]`."""

import argparse
import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

import uvloop
from botocore.credentials import EnvProvider
from botocore.exceptions import PartialCredentialsError

from infra.edge.lambdas import lambda_invoker
from infra.edge.server import serve_edge
from infra.edge.settings import EdgeSettings, InvalidSettings, load_settings


async def run(settings: EdgeSettings, port: int, callback_port: int) -> None:
    """Serve until SIGTERM or SIGINT; one line of JSON on standard output says when and where it listens."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    credentials = EnvProvider().load()
    async with (
        lambda_invoker(settings.lambda_endpoint, settings.region, credentials) as invoke,
        serve_edge(
            settings, invoke, port=port, callback_port=callback_port, on_closing=invoke.forget
        ) as edge,
    ):
        urls = {
            "websocketUrl": edge.websocket_url,
            "callbackUrl": edge.callback_url,
            "adminUrl": edge.admin_url,
        }
        print(json.dumps({"ready": True, **urls}), flush=True)
        await stop.wait()


def main() -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.edge", description=__doc__)
    parser.add_argument(
        "--config", type=Path, required=True, help="settings file (JSON, see infra/edge/settings.py)"
    )
    parser.add_argument("--port", type=int, default=0, help="WebSocket port; 0 takes a free one")
    parser.add_argument(
        "--callback-port", type=int, default=0, help="port of @connections and of the fault switches"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        uvloop.run(run(load_settings(arguments.config), arguments.port, arguments.callback_port))
    except (InvalidSettings, PartialCredentialsError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"cannot listen: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
