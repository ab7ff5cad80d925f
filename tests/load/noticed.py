"""What users noticed of each fault of a run. Pure."""

from dataclasses import dataclass
from itertools import pairwise

from tests.load.results import Results


@dataclass(frozen=True, slots=True)
class Noticed:
    """What happened from the beginning of a fault to the beginning of the next.

    Attributes:
        errors: good frames and handshakes that were refused or got no answer.
        closed: connections that ended without their member's doing.
        slowest_ms: the worst second's 99th percentile of a delivery.
        live: share of the deliveries that came over an open connection, of what was said meanwhile.
        missing: pairs of member and message that never came together, of what was said meanwhile.
    """

    fault: str
    seconds: float
    messages: int
    errors: int
    closed: int
    slowest_ms: float
    live: float
    missing: int

    @property
    def words(self) -> str:
        """Return it as a user would say it."""
        said = []
        if self.missing:
            said.append("messages are missing")
        if self.errors:
            said.append("sending or connecting failed and was repeated")
        if self.closed:
            said.append("connections were lost and came back")
        if self.slowest_ms > NOTICEABLE_MS:
            said.append(f"messages came {self.slowest_ms / 1000:.0f} s late")
        return ", ".join(said) or "nothing"


# A delay that one notices in a conversation.
NOTICEABLE_MS = 1_000.0


def noticed(results: Results) -> list[Noticed]:
    """Return a row for each stage with a fault, in their order."""
    begins = [0.0]
    for stage in results.scenario.stages:
        begins.append(begins[-1] + stage.seconds)
    faulty = [
        (begin, stage.fault)
        for begin, stage in zip(begins, results.scenario.stages, strict=False)
        if stage.fault
    ]
    last = max(begins[-1], results.samples[-1].second if results.samples else 0.0) + 1
    return [
        _noticed(results, fault, begin, end) for (begin, fault), (end, _) in pairwise([*faulty, (last, "")])
    ]


def _noticed(results: Results, fault: str, begin: float, end: float) -> Noticed:
    before = next((row for row in reversed(results.samples) if row.second <= begin), None)
    within = [row for row in results.samples if begin < row.second <= end]
    due = [row for row in results.due if begin <= row.second < end]
    expected = sum(row.expected for row in due)

    def gained(count: str) -> int:
        return int(getattr(within[-1], count) - (getattr(before, count) if before else 0)) if within else 0

    return Noticed(
        fault=fault,
        seconds=end - begin,
        messages=gained("sent"),
        errors=gained("errors"),
        closed=gained("closed"),
        slowest_ms=max((row.delivery_p99_ms for row in within), default=0.0),
        live=sum(row.live for row in due) / expected if expected else 1.0,
        missing=expected - sum(row.received for row in due),
    )
