"""The outcome of a run as one frozen model: what the reports show and `compare` reads."""

from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.validation import first_fault
from tests.load.accounting import Accounts
from tests.load.calibration import Calibration, IdleTimes
from tests.load.measures import Latency, Measures
from tests.load.scenario import Scenario

NAMED_LOSSES = 1_000  # a report of a run that lost everything must still open


class UnreadableResults(Exception):
    """The file is no result of a swarm; the message is one line."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Percentiles(_Frozen):
    """Times in ms."""

    count: int
    p50: float
    p90: float
    p99: float
    p999: float
    longest: float


class Check(_Frozen):
    """One line of the verdict: it holds if `value` is at most `limit`."""

    name: str
    value: float
    limit: float

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


class SampleRow(_Frozen):
    """`measures.Sample`."""

    second: float
    connections: int
    sent: int
    acknowledged: int
    delivered: int
    errors: int
    closed: int
    delivery_p50_ms: float
    delivery_p99_ms: float
    cores: dict[str, float] = {}


class DueRow(_Frozen):
    """`accounting.Due` of a second after the start."""

    second: int
    expected: int
    received: int
    live: int


class Results(_Frozen):
    """A run. `missing` names member, room and message, `lost` messages, the first 1,000 of each."""

    scenario_name: str
    scenario: Scenario
    calibration: Calibration
    target: str
    started_at: float
    acknowledged: int
    expected: int
    received: int
    received_live: int
    delivery_ratio: float
    duplicates: int
    out_of_order: int
    counts: dict[str, int]
    connect: Percentiles
    acknowledgement: Percentiles
    delivery: Percentiles
    checks: tuple[Check, ...]
    missing: tuple[tuple[str, str, str], ...]
    lost: tuple[str, ...]
    samples: tuple[SampleRow, ...]
    due: tuple[DueRow, ...] = ()

    @property
    def passed(self) -> bool:
        return all(check.holds for check in self.checks)


def results_of(
    *,
    name: str,
    scenario: Scenario,
    calibration: Calibration,
    target: str,
    measures: Measures,
    accounts: Accounts,
    started_at: float,
) -> Results:
    """Judge a run by its scenario's thresholds and by what the design promises."""
    return Results(
        scenario_name=name,
        scenario=scenario,
        calibration=calibration,
        target=target,
        started_at=started_at,
        acknowledged=accounts.acknowledged,
        expected=accounts.expected,
        received=accounts.received,
        received_live=accounts.received_live,
        delivery_ratio=accounts.delivery_ratio,
        duplicates=accounts.duplicates,
        out_of_order=accounts.out_of_order,
        counts=dict(sorted(measures.counts.items())),
        connect=_percentiles(measures.connect),
        acknowledgement=_percentiles(measures.acknowledgement),
        delivery=_percentiles(measures.delivery),
        checks=_checks(scenario, calibration.idle, measures, accounts),
        missing=tuple((each.member, each.room, each.message_id) for each in accounts.missing[:NAMED_LOSSES]),
        lost=accounts.lost[:NAMED_LOSSES],
        samples=tuple(SampleRow(**asdict(sample)) for sample in measures.samples),
        due=tuple(
            DueRow(second=second - int(started_at), **due._asdict())
            for second, due in sorted(accounts.by_second.items())
        ),
    )


def _checks(scenario: Scenario, idle: IdleTimes, measures: Measures, accounts: Accounts) -> tuple[Check, ...]:
    limits, counts = scenario.thresholds, measures.counts
    attempts = counts["sent"] + counts["handshakes"]
    # A bad frame that names no request is answered with an empty message, as the protocol says.
    answered = counts["bad_frames_answered"] + counts["bad_frames_failed"] + counts["silences"]
    unanswered = counts["bad_frames"] - answered
    # A send whose answer was lost is repeated, which brings its message to everybody once more.
    unexplained = sum(accounts.duplicated[counts["repeated"] :])
    # A dropped connection takes its answers with it.
    excused = sum(number for name, number in counts.items() if name.startswith("closed."))
    return (
        Check(name="nothing acknowledged (1: yes)", value=not accounts.acknowledged, limit=0),
        Check(name="lost from history", value=len(accounts.lost), limit=0),
        Check(name="missing in a member's view", value=len(accounts.missing), limit=0),
        Check(name="stored twice", value=accounts.stored_twice, limit=0),
        Check(name="out of order after merge", value=accounts.out_of_order_after_merge, limit=0),
        Check(name="delivered to another room", value=accounts.foreign, limit=0),
        Check(name="bad frames answered INTERNAL", value=counts["bad_frames_failed"], limit=0),
        Check(name="bad frames unanswered", value=unanswered, limit=excused),
        Check(
            name="duplicates without a repeated send, share",
            value=round(unexplained / max(1, counts["delivered"]), 6),
            limit=limits.duplicates,
        ),
        Check(name="errors, share", value=round(counts["errors"] / max(1, attempts), 6), limit=limits.errors),
        _slower(
            "delivery p50, ms", measures.delivery.percentile_ms(50), limits.delivery_p50 * idle.delivery_ms
        ),
        _slower(
            "delivery p99, ms", measures.delivery.percentile_ms(99), limits.delivery_p99 * idle.delivery_ms
        ),
        _slower(
            "acknowledgement p99, ms",
            measures.acknowledgement.percentile_ms(99),
            limits.acknowledgement_p99 * idle.acknowledgement_ms,
        ),
        _slower("connect p99, ms", measures.connect.percentile_ms(99), limits.connect_p99 * idle.connect_ms),
    )


def _slower(name: str, value: float, limit: float) -> Check:
    return Check(name=name, value=round(value, 1), limit=round(limit, 1))


def _percentiles(latency: Latency) -> Percentiles:
    return Percentiles(
        count=latency.count,
        p50=latency.percentile_ms(50),
        p90=latency.percentile_ms(90),
        p99=latency.percentile_ms(99),
        p999=latency.percentile_ms(99.9),
        longest=latency.percentile_ms(100),
    )


def read_results(path: Path) -> Results:
    """Read a `results.json`.

    Raises:
        UnreadableResults: it is none.
    """
    try:
        return Results.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableResults(f"{path} cannot be read: {error}") from error
    except ValidationError as error:
        raise UnreadableResults(f"{path} is no result of a swarm: {first_fault(error)}") from error
