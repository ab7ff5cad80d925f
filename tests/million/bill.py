"""What binds first, and what a day costs. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.million.day import Outcome

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Bound:
    """How near a stretch came to a limit, AWS's or the topology's: `used` and `limit` in its unit."""

    quota: str
    used: float
    limit: float

    @property
    def share(self) -> float:
        """Return the share of the quota, 1 being all of it."""
        return self.used / self.limit


def bounds(outcome: Outcome) -> list[Bound]:
    """Return the limits that a stretch came near, the nearest first."""
    limits = outcome.limits
    found = [Bound(name, used, limits[name]) for name, used in outcome.meters.peaks.items() if name in limits]
    return sorted(found, key=lambda bound: -bound.share)


def usd_of(usage: Mapping[str, float], prices: Mapping[str, float]) -> float:
    """Return what usage costs."""
    return sum(prices[name] * amount for name, amount in usage.items())


def day_of(hours: Iterable[Outcome]) -> dict[str, float]:
    """Return a whole day's usage: each stretch stands for its hour."""
    whole: defaultdict[str, float] = defaultdict(float)
    for outcome in hours:
        for name, amount in outcome.meters.usage.items():
            whole[name] += amount * HOUR_SECONDS / outcome.seconds
    return whole
