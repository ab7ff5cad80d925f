"""What is counted while the model runs: usage by price, lags, and how near each quota came."""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial

BINS_A_DECADE = 100
SHORTEST_SECONDS = 1e-4


@dataclass
class Lags:
    """Times in bins of 2.3 %, from 0.1 ms on."""

    bins: Counter[int] = field(default_factory=Counter)

    def add(self, seconds: float, count: int = 1) -> None:
        """Count a time."""
        self.bins[round(BINS_A_DECADE * math.log10(max(seconds, SHORTEST_SECONDS) / SHORTEST_SECONDS))] += (
            count
        )

    def percentile(self, percent: float) -> float:
        """Return it in seconds; 0 where nothing was counted."""
        left = self.bins.total() * percent / 100
        for each in sorted(self.bins):
            left -= self.bins[each]
            if left <= 0:
                return SHORTEST_SECONDS * 10 ** (each / BINS_A_DECADE)
        return 0.0

    def merge(self, other: "Lags") -> None:
        """Take in another's."""
        self.bins.update(other.bins)


@dataclass
class Meters:
    """Counts of a stretch of virtual time.

    Attributes:
        usage: units by the names of infra/prices.yaml.
        counts: what happened, by name.
        lags: from the send to the arrival at each member.
        lags_elsewhere: those of all rooms but the largest.
        lags_by_second, seconds: the same by the second of arrival; demands on quotas by second.
        peaks: the most that each quota was asked for, by its name.
    """

    usage: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: Counter[str] = field(default_factory=Counter)
    lags: Lags = field(default_factory=Lags)
    lags_elsewhere: Lags = field(default_factory=Lags)
    lags_by_second: defaultdict[int, Lags] = field(default_factory=lambda: defaultdict(Lags))
    asked: defaultdict[str, defaultdict[int, float]] = field(
        default_factory=lambda: defaultdict(partial(defaultdict, float))
    )
    peaks: dict[str, float] = field(default_factory=dict)

    def arrived(self, now: float, lag: float, in_largest: bool) -> None:
        """Count a message at a member, of the largest room or of another."""
        self.counts["deliveries"] += 1
        self.lags.add(lag)
        if not in_largest:
            self.lags_elsewhere.add(lag)
        self.lags_by_second[int(now)].add(lag)

    def ask(self, quota: str, now: float, amount: float = 1) -> None:
        """Count a demand on a quota that is a rate."""
        self.asked[quota][int(now)] += amount

    def reached(self, quota: str, amount: float) -> None:
        """Note a level of a quota that is one."""
        self.peaks[quota] = max(self.peaks.get(quota, 0.0), amount)

    def close(self) -> "Meters":
        """Note the highest demand on each rate."""
        for quota, by_second in self.asked.items():
            self.reached(quota, max(by_second.values(), default=0))
        return self
