"""`chatctl cost`: what the traffic of the last hours costs on AWS."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from chatctl.access import (
    DeploymentOptions,
    JsonOption,
)
from chatctl.terminal import write, write_json, write_table
from chatctl.usage import read_prices, read_work, usage_of, usd_of
from infra.topology.file import load_topology


def cost(
    *,
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="How many hours back.")] = 1,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """Estimate what the traffic of the last hours costs on AWS, by infra/prices.yaml."""
    topology, prices, now = load_topology(), read_prices(), datetime.now(UTC)
    access = options.open(topology)
    work = read_work(access, topology, now - timedelta(hours=hours), now)
    usage = usage_of(work)
    usd = usd_of(usage, prices)
    total = sum(usd.values())
    if as_json:
        write_json({"hours": hours, "pricesOf": prices.date, "usage": usage, "usd": usd, "usdTotal": total})
        return
    write_table(
        ("used", "amount", "USD"),
        [(name.replace("_", " "), f"{amount:,.1f}", f"{usd[name]:.6f}") for name, amount in usage.items()],
    )
    write(
        f"{total:.6f} USD in {hours} h: {prices.region}, prices of {prices.date}, without connection minutes,"
        " reads of history, what rooms, read positions and profiles write, logs, metrics and transfer"
    )
