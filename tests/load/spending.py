"""What a swarm costs on AWS, by the model of `chatctl estimate`; a run ends when its budget is spent."""

from collections.abc import Callable

from chatctl.estimate import FRAME_GB_SECONDS, Traffic, carrying
from chatctl.setups import PROD, Setup
from chatctl.usage import Prices, usd_of
from tests.load.fitting import demands
from tests.load.measures import Sample
from tests.load.scenario import Scenario

Price = Callable[[Traffic], float]
"""Prices traffic in USD."""


class BudgetSpent(Exception):
    """What the run has cost by now is more than it may."""


def estimated(prices: Prices, setup: Setup = PROD) -> Price:
    """Return the price of carrying traffic, without what is free each month.

    Each delivery is charged as a frame of its own, as if nothing were coalesced: the most that it can be.
    What an environment costs while nobody chats, and what it keeps afterwards, are not in it.
    """
    return lambda traffic: sum(usd_of(carrying(traffic, setup), prices).values())


def traffic_of(scenario: Scenario) -> Traffic:
    """Return what a scenario makes from its beginning to its end."""
    minutes = handshakes = messages = deliveries = 0.0
    before = 0
    for stage, demand in zip(scenario.stages, demands(scenario), strict=True):
        minutes += stage.seconds * (before + stage.connections) / 2 / 60
        handshakes += stage.seconds * demand.handshakes + before * stage.drop
        messages += stage.seconds * demand.messages
        deliveries += stage.seconds * demand.deliveries
        before = stage.connections
    return _traffic(minutes, handshakes, messages, deliveries)


def traffic_so_far(samples: list[Sample]) -> Traffic:
    """Return what a run has made by its last sample."""
    minutes = opened = 0.0
    second, connections = 0.0, 0
    for sample in samples:
        minutes += sample.connections * (sample.second - second) / 60
        opened += max(0, sample.connections - connections)
        second, connections = sample.second, sample.connections
    return _traffic(minutes, opened, samples[-1].sent, samples[-1].delivered)


def _traffic(minutes: float, handshakes: float, messages: float, deliveries: float) -> Traffic:
    """A member reads history twice when it has connected; it never idles so long that it pings."""
    return Traffic(
        minutes=minutes,
        connects=handshakes,
        frames=dict.fromkeys(FRAME_GB_SECONDS, 0.0) | {"check": 2 * handshakes, "send": messages},
        deliveries=deliveries,
        room=deliveries / messages if messages else 1,
    )


class Budget:
    """Ends a run that costs more than it may."""

    def __init__(self, price: Price, usd: float) -> None:
        self._price = price
        self._usd = usd
        self._samples: list[Sample] = []

    def check(self, sample: Sample) -> None:
        """Take in a sample.

        Raises:
            BudgetSpent: see there.
        """
        self._samples.append(sample)
        spent = self._price(traffic_so_far(self._samples))
        if spent > self._usd:
            raise BudgetSpent(
                f"after {sample.second:.0f} s the run has cost {spent:.2f} USD, the budget is {self._usd:.2f}"
            )
