"""`chatctl dashboard`: a page with live charts of a deployment."""

import time
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

import typer

from chatctl.access import (
    LOCAL,
    DeploymentAccess,
    DeploymentOptions,
)
from chatctl.dashboard_server import HOST, Source, dashboard_server
from chatctl.figures import Figures, read_figures
from chatctl.terminal import write
from infra.errors import CommandError
from infra.topology.file import load_topology
from infra.topology.model import Topology

DEFAULT_PORT = 3003
LOCAL_INTERVAL_SECONDS = 5.0  # as often as the local stack copies its metrics
AWS_INTERVAL_SECONDS = 60.0  # figures there are by the minute, and each look costs


def dashboard(
    *,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Of the page; 0 takes a free one.")
    ] = DEFAULT_PORT,
    options: DeploymentOptions,
) -> None:
    """Serve a page with live charts and alarms on this machine until Ctrl-C."""
    topology = load_topology()

    def find() -> DeploymentAccess:
        return options.open(topology)

    find()  # a wrong option is refused here, not on the page
    interval = LOCAL_INTERVAL_SECONDS if options.env == LOCAL else AWS_INTERVAL_SECONDS
    source = Source(reader(find, topology), interval, time.monotonic)
    try:
        server = dashboard_server(port, source)
    except OSError as error:
        raise CommandError(f"port {port}: {error.strerror}; choose another one with --port") from error
    with server:
        url = f"http://{HOST}:{server.server_port}"
        write(f"{url}  (Ctrl-C ends it)")
        if open_browser:
            webbrowser.open(url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def reader(find: Callable[[], DeploymentAccess], topology: Topology) -> Callable[[], Figures]:
    """Read figures of a deployment, which is looked for anew after each failure: it may have moved."""
    access: DeploymentAccess | None = None

    def read() -> Figures:
        nonlocal access
        known, access = access or find(), None
        figures = read_figures(known, topology, datetime.now(UTC))
        access = known
        return figures

    return read
