"""Who uses an environment, and how it is set up: what an estimate is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

# Names and dimensions that the functions write while all is well; AWS bills each hour in which they do.
# tests/unit/chatctl/test_signals_doc.py counts them. Those of a code or reason come and go.
OWN_METRICS = 54


@dataclass(frozen=True)
class Crowd:
    """Who uses it, how many hours a day each is connected and messages each sends, into rooms of how many."""

    users: int
    hours_a_day: float
    messages_a_day: float
    room: int


@dataclass(frozen=True)
class Setup:
    """How an environment is set up, as its tfvars and the topology say.

    Attributes:
        cognito: feature plan, `lite`, `essentials` or `plus`.
        log_one_in: frames that went well for each that is logged.
        platform_lines: whether Lambda itself logs every invocation.
        dashboard_lines: drawn by CloudWatch; None for those of the topology.
        watched_metrics: by alarms; None for those of the topology.
        polled_queues: by functions; None for those of the topology.
        canary: whether a conversation is held every few minutes.
        checks: whether an idle client reads pages of history and members to find out what it missed.
        tells_replacements: whether a room is told of every connection that replaces another.
        ping_minutes: PING_INTERVAL_MS of frontend/src.
        sweeps: whether what was stored is compared with what was published.
        indexes: whether what was stored is found by its words.
        changes: whether messages are edited, deleted and reacted to.
        limits: whether frames that are no sends spend from a bucket of their user, what expired is closed,
            and a connection's end asks whether its user wants it noted.
    """

    name: str
    nat_gateways: int
    endpoint_addresses: int
    cognito: str
    log_one_in: int
    platform_lines: bool
    posts_through_nat: bool
    all_traced: bool
    checks: bool
    dashboard_lines: int | None
    canary: bool
    tells_replacements: bool = False
    sweeps: bool = True
    indexes: bool = True
    changes: bool = True
    limits: bool = True
    ping_minutes: float = 5
    own_metrics: int = OWN_METRICS
    watched_metrics: int | None = None
    polled_queues: int | None = None


DEV = Setup("dev", 0, 0, "lite", 20, True, False, False, False, None, canary=False)
PROD = Setup("prod", 2, 4, "lite", 20, False, False, False, False, None, canary=True)
SETUPS = {"dev": DEV, "prod": PROD}


def _until_november_2026(setup: Setup) -> Setup:
    return replace(
        setup,
        log_one_in=1,
        posts_through_nat=True,
        all_traced=True,
        checks=True,
        canary=False,
        tells_replacements=True,
        sweeps=False,
        indexes=False,
        changes=False,
        own_metrics=46,
        limits=False,
        ping_minutes=4,
        dashboard_lines=74,
        watched_metrics=46,
        polled_queues=4,
    )


BEFORE = {
    "dev": replace(_until_november_2026(DEV), nat_gateways=1, cognito="essentials"),
    "prod": replace(_until_november_2026(PROD), cognito="plus", platform_lines=True),
}
