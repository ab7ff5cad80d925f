"""What binds first, and what a day costs. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.million.day import Outcome

# Until infra/prices.yaml has it. API Gateway's pricing page: 0.25 USD a million connection minutes.
CONNECTION_MINUTE = {"websocket_connection_minute": 0.25e-6}
HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Bound:
    """How near a stretch came to a quota: `used` and `quota` in the quota's unit."""

    quota: str
    used: float
    limit: float

    @property
    def share(self) -> float:
        """Return the share of the quota, 1 being all of it."""
        return self.used / self.limit


def bounds(outcome: Outcome, environments: int) -> list[Bound]:
    """Return the quotas that a stretch came near, the nearest first.

    Args:
        environments: of the fan-out that the topology lets run at once.
    """
    limits = {**outcome.quotas, "fan-out environments": float(environments)}
    found = [Bound(name, used, limits[name]) for name, used in outcome.meters.peaks.items() if name in limits]
    return sorted(found, key=lambda bound: -bound.share)


def usd_of(usage: Mapping[str, float], prices: Mapping[str, float]) -> float:
    """Return what usage costs."""
    known = {**CONNECTION_MINUTE, **prices}
    return sum(known[name] * amount for name, amount in usage.items())


def day_of(hours: Iterable[Outcome]) -> Counter[str]:
    """Return a whole day's usage: each stretch stands for its hour."""
    whole: Counter[str] = Counter()
    for outcome in hours:
        for name, amount in outcome.meters.usage.items():
            whole[name] += amount * HOUR_SECONDS / outcome.seconds  # type: ignore[assignment]  # fractions
    return whole
