"""`chatctl estimate`: what an environment will cost a month, before anything is deployed."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from chatctl.access import JsonOption
from chatctl.cost_page import page as cost_page
from chatctl.estimate import standing, talking, together, usd_a_month
from chatctl.setups import SETUPS, Crowd
from chatctl.terminal import write, write_json, write_table
from chatctl.usage import read_prices
from infra.topology.file import load_topology


def estimate(
    *,
    users: Annotated[int, typer.Option(min=1, max=8_000_000_000, help="Users a month.")] = 1_000,
    hours_a_day: Annotated[
        float, typer.Option(min=0, max=24, help="Hours a day that each is connected.")
    ] = 4,
    messages_a_day: Annotated[
        float, typer.Option(min=0, max=86_400, help="Messages a day that each sends.")
    ] = 20,
    room: Annotated[int, typer.Option(min=1, max=1_000_000, help="Connections of a room.")] = 20,
    setup: Annotated[Literal["dev", "prod"], typer.Option(help="Set up as which environment.")] = "prod",
    as_json: JsonOption = False,
    page: Annotated[Path | None, typer.Option(help="Write the page on cost instead.")] = None,
) -> None:
    """Estimate what AWS bills a month for a crowd, by infra/prices.yaml."""
    topology, prices = load_topology(), read_prices()
    if page:
        page.write_text(cost_page(topology, prices), encoding="utf-8")
        return
    crowd = Crowd(users, hours_a_day, messages_a_day, room)
    idle = standing(topology, SETUPS[setup])
    used = together(idle, talking(crowd, SETUPS[setup]))
    usd = usd_a_month(used, prices)
    total, total_idle = sum(usd.values()), sum(usd_a_month(idle, prices).values())
    if as_json:
        write_json({"usage": used, "usd": usd, "usdTotal": total, "usdIdle": total_idle})
        return
    write_table(
        ("billed", "amount", "USD a month"),
        [
            (name.replace("_", " "), f"{used[name]:,.1f}", f"{cost:,.2f}")
            for name, cost in sorted(usd.items(), key=lambda pair: -pair[1])
        ],
    )
    write(
        f"{total:,.2f} USD a month, {total / users:.4f} a user; {total_idle:,.2f} while nobody chats."
        f" {prices.region}, prices as noted on {prices.date}; a model, not a bill."
    )
