"""Before a swarm goes to AWS: what it will ask for against the account's quotas, and what it costs."""

from collections.abc import Callable, Iterator

from chatctl.estimate import FANOUT_SECONDS, POST_SECONDS, POSTS_IN_FLIGHT
from tests.load.fitting import Demand, demands
from tests.load.quotas import Quotas
from tests.load.scenario import Scenario
from tests.load.spending import Price, traffic_of

# `$connect`, history and members; then `sendMessage`. In seconds of an environment.
HANDSHAKE_SECONDS, SEND_SECONDS = 3 * 0.020, 0.025


class NotAgreed(Exception):
    """A quota is too small, the cost is over the budget, or nobody agreed to it."""


def refuse_unaffordable(
    scenario: Scenario,
    quotas: Quotas,
    price: Price,
    budget_usd: float,
    agree: Callable[[str], bool],
) -> None:
    """Return if the run may be made.

    Args:
        agree: asks the question given; whether the answer is yes.

    Raises:
        NotAgreed: see there.
    """
    for demand in demands(scenario):
        for what, wanted, quota in _against(quotas, demand):
            if wanted > quota:
                raise NotAgreed(f"{demand.stage} {what.format(wanted)}, the quota is {quota:.0f}")
    usd = price(traffic_of(scenario))
    if usd > budget_usd:
        raise NotAgreed(f"the run costs about {usd:.2f} USD, the budget is {budget_usd:.2f}")
    if not agree(f"The run costs about {usd:.2f} USD. Make it?"):
        raise NotAgreed("nobody agreed to the cost")


def _against(quotas: Quotas, demand: Demand) -> Iterator[tuple[str, float, float]]:
    """Yield what a stage does, how much of it, and the quota of that."""
    opened = demand.handshakes
    yield "opens {:.0f} connections a second", opened, quotas.new_connections
    yield "makes {:.0f} requests a second", demand.messages + demand.deliveries + opened, quotas.requests
    at_once = (
        opened * HANDSHAKE_SECONDS
        + demand.messages * (SEND_SECONDS + FANOUT_SECONDS)
        + demand.deliveries / POSTS_IN_FLIGHT * POST_SECONDS
    )
    yield "needs {:.0f} invocations at once", at_once, quotas.concurrency
