"""`docs/cost.md`, made by `chatctl estimate --page docs/cost.md`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from string import Template

from chatctl.alternatives import pushing_usd
from chatctl.estimate import canary, standing, talking, total_usd, usd_a_month
from chatctl.setups import BEFORE, SETUPS, Crowd, Setup
from chatctl.usage import Prices
from infra.topology.model import Topology

TEMPLATE = Path(__file__).with_name("cost_page.template")
SIZES = (100, 1_000, 10_000, 100_000)
TALKING = Crowd(1, hours_a_day=4, messages_a_day=20, room=20)
CONNECTED = Crowd(1, hours_a_day=24, messages_a_day=0, room=20)
BUSY = Crowd(1_000, hours_a_day=1, messages_a_day=20, room=1_000)


def page(topology: Topology, prices: Prices) -> str:
    """Return the whole page."""
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        date=prices.date,
        region=prices.region,
        hours=TALKING.hours_a_day,
        messages=TALKING.messages_a_day,
        room=TALKING.room,
        canary=f"{canary_usd(topology, prices):.2f}",
        idle=_table(("USD a month", "before", "now"), _idle(topology, prices)),
        months=_table(("users", "before", "now", "now, each user"), _months(topology, prices)),
        connected=_table(("", "before", "now"), _connected(prices)),
        busy=_table(("USD", "before", "now"), _busy(prices)),
        ways=_table(("users", *pushing_usd(TALKING, SETUPS["prod"], prices)), _side_by_side(prices)),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _idle(topology: Topology, prices: Prices) -> Iterable[tuple[str, ...]]:
    for name, setup in SETUPS.items():
        yield name, *(_usd(_standing(topology, each, prices)) for each in (BEFORE[name], setup))


def _standing(topology: Topology, setup: Setup, prices: Prices) -> float:
    return sum(usd_a_month(standing(topology, setup), prices).values())


def canary_usd(topology: Topology, prices: Prices) -> float:
    """Return what the canary costs a month with its alarms, without what is free."""
    watched = [alarm for alarm in topology.alarms.values() if alarm.scheduled]
    used = {**canary(topology), "alarm_metric": len(watched)}
    return sum(amount * prices.prices[name].usd_per_million / 1e6 for name, amount in used.items())


def _months(topology: Topology, prices: Prices) -> Iterable[tuple[str, ...]]:
    for users in SIZES:
        crowd = _of(TALKING, users)
        before, now = (
            total_usd(crowd, setup, topology, prices) for setup in (BEFORE["prod"], SETUPS["prod"])
        )
        yield f"{users:,}", _usd(before), _usd(now), f"{now / users:.3f}"


def connected_usd(setup: Setup, prices: Prices) -> dict[str, float]:
    """Return USD a month for one user connected all month, by purpose, without base cost and free tier."""
    used = talking(CONNECTED, setup)
    parts = {
        "connection minutes": ("websocket_connection_minute",),
        "frames": ("websocket_message",),
        "functions": ("lambda_request", "lambda_gb_second"),
        "topic and queues": ("sns_publish", "sqs_request"),
        "DynamoDB": ("dynamodb_read_unit", "dynamodb_write_unit"),
        "logs and traces": ("logs_gb", "xray_trace"),
        "Cognito": (f"cognito_{setup.cognito}_user",),
        "transfer and page": ("transfer_gb", "cloudfront_gb", "cloudfront_request"),
    }
    return {
        part: sum(used[name] * prices.prices[name].usd_per_million / 1e6 for name in names)
        for part, names in parts.items()
    }


def _connected(prices: Prices) -> Iterable[tuple[str, ...]]:
    columns = [connected_usd(setup, prices) for setup in (BEFORE["prod"], SETUPS["prod"])]
    parts = list(columns[0])
    for part in parts:
        yield part, *(f"{costs[part]:.4f}" for costs in columns)
    for name, counted in (("beyond connection minutes", parts[1:]), ("all of it", parts)):
        yield f"**{name}**", *(f"**{sum(costs[part] for part in counted):.4f}**" for costs in columns)


def busy_usd(setup: Setup, prices: Prices) -> tuple[float, float]:
    """Return USD of a million deliveries to rooms of a thousand: API Gateway's posts, and all the rest."""
    quiet = talking(Crowd(BUSY.users, BUSY.hours_a_day, 0, BUSY.room), setup)
    busy = talking(BUSY, setup)
    used = {name: amount - quiet[name] for name, amount in busy.items()}
    million = used["websocket_message"] / 1e6
    usd = {
        name: amount * prices.prices[name].usd_per_million / 1e6 / million for name, amount in used.items()
    }
    posts = usd.pop("websocket_message")
    return posts, sum(usd.values())


def _busy(prices: Prices) -> Iterable[tuple[str, ...]]:
    before, now = (busy_usd(setup, prices) for setup in (BEFORE["prod"], SETUPS["prod"]))
    yield "API Gateway's messages", f"{before[0]:.2f}", f"{now[0]:.2f}"
    yield "**everything else**", f"**{before[1]:.2f}**", f"**{now[1]:.2f}**"


def _side_by_side(prices: Prices) -> Iterable[tuple[str, ...]]:
    for users in SIZES:
        ways = pushing_usd(_of(TALKING, users), SETUPS["prod"], prices)
        yield f"{users:,}", *(_usd(usd) for usd in ways.values())


def _of(crowd: Crowd, users: int) -> Crowd:
    return Crowd(users, crowd.hours_a_day, crowd.messages_a_day, crowd.room)


def _usd(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:,.2f}"  # noqa: PLR2004 # cents matter below
