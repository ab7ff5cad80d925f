"""What the swarm counts and times while it runs."""

from collections import Counter
from dataclasses import dataclass, field

from hdrh.histogram import HdrHistogram

LONGEST_MICROSECONDS = 300_000_000
SIGNIFICANT_DIGITS = 3


class Latency:
    """Times since the schedule wanted something done, so that what waits behind a delay counts with its wait.

    That is the correction for coordinated omission: senders keep their schedule whether answers come or not.
    """

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, LONGEST_MICROSECONDS, SIGNIFICANT_DIGITS)

    def record(self, seconds: float) -> None:
        self._histogram.record_value(min(LONGEST_MICROSECONDS, max(1, int(seconds * 1_000_000))))

    def percentile_ms(self, percentile: float) -> float:
        """In ms; 0 if nothing was recorded."""
        return float(self._histogram.get_value_at_percentile(percentile)) / 1000

    def encoded(self) -> bytes:
        return bytes(self._histogram.encode())

    def add(self, encoded: bytes) -> None:
        """Take in what another's `encoded` holds."""
        self._histogram.decode_and_add(encoded)

    @property
    def count(self) -> int:
        return int(self._histogram.get_total_count())

    def reset(self) -> None:
        self._histogram.reset()


@dataclass(frozen=True, slots=True)
class Sample:
    """The swarm at one moment: counts so far, latencies since the sample before.

    `cores` is how many cores each part of the local stack used since the sample before, by name.
    """

    second: float
    connections: int
    sent: int
    acknowledged: int
    delivered: int
    errors: int
    closed: int
    delivery_p50_ms: float
    delivery_p99_ms: float
    cores: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Measures:
    """Counts by name, and latencies of connecting, acknowledging and delivering."""

    counts: Counter[str] = field(default_factory=Counter)
    connect: Latency = field(default_factory=Latency)
    acknowledgement: Latency = field(default_factory=Latency)
    delivery: Latency = field(default_factory=Latency)
    recent: Latency = field(default_factory=Latency)
    samples: list[Sample] = field(default_factory=list)

    def delivered(self, seconds: float) -> None:
        self.counts["delivered"] += 1
        self.delivery.record(seconds)
        self.recent.record(seconds)

    def error(self, what: str) -> None:
        """A good frame or handshake was refused, or had no answer."""
        self.counts["errors"] += 1
        self.counts[f"error.{what}"] += 1

    def sample(self, second: float, connections: int, cores: dict[str, float] | None = None) -> Sample:
        """Take a sample and begin the next one's latencies."""
        taken = Sample(
            second=round(second, 1),
            connections=connections,
            sent=self.counts["sent"],
            acknowledged=self.counts["acknowledged"],
            delivered=self.counts["delivered"],
            errors=self.counts["errors"],
            closed=sum(number for name, number in self.counts.items() if name.startswith("closed.")),
            delivery_p50_ms=self.recent.percentile_ms(50),
            delivery_p99_ms=self.recent.percentile_ms(99),
            cores=cores or {},
        )
        self.recent.reset()
        self.samples.append(taken)
        return taken
