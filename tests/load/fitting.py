"""Sizes that a place carries: what share of its capacity a scenario asks for, and the scale that fits."""

from dataclasses import dataclass

from tests.load.calibration import CALIBRATION_ROOM, Capacity
from tests.load.scenario import Scenario, Stage

# A system that is busier than half of the time queues; what queues is measured as latency.
HEADROOM = 0.5
# What one more member of a room costs, as a share of a message in a room of two: `docs/load-testing.md`.
COST_OF_A_MEMBER = 1 / 40
# Those who were cut off are back within this share of the stage that begins with the cut.
RECONNECTING_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Demand:
    """What a stage asks for, per second.

    `deliveries` counts a message once for every member of its room, `cut` is the handshakes after a cut.
    """

    stage: str
    handshakes: float
    messages: float
    deliveries: float
    cut: float = 0.0

    def utilisation(self, capacity: Capacity) -> float:
        """Return the share of the capacity, 1 being all of it."""
        of_a_message = 1 + CALIBRATION_ROOM * COST_OF_A_MEMBER
        messages = (self.messages + self.deliveries * COST_OF_A_MEMBER) / of_a_message
        steady = self.handshakes / capacity.handshakes + messages / capacity.messages
        return max(steady, self.cut / capacity.handshakes)


@dataclass(frozen=True, slots=True)
class Fit:
    """A scale, what it was decided by, and the share of the capacity that the scenario asks for unscaled."""

    scale: float
    bound_by: str
    utilisation: float


def demands(scenario: Scenario) -> list[Demand]:
    """Return what each stage asks for."""
    before, found = 0, []
    for stage in scenario.stages:
        found.append(_demand(scenario, stage, before))
        before = stage.connections
    return found


def fit(scenario: Scenario, capacity: Capacity) -> Fit:
    """Return the largest scale up to 1 at which no stage asks for more than `HEADROOM` of the capacity."""
    utilisation, stage = max((demand.utilisation(capacity), demand.stage) for demand in demands(scenario))
    scale = min(1.0, HEADROOM / utilisation) if utilisation else 1.0
    return Fit(round(scale, 3) or 0.001, stage, round(utilisation, 3))


def fitted(scenario: Scenario, scale: float) -> Scenario:
    """Return the scenario at that scale, and no longer than a shared machine's user waits for it."""
    sized = scenario.sized(scale)
    return sized if sized.seconds <= sized.local_seconds else sized.lasting(sized.local_seconds)


def _demand(scenario: Scenario, stage: Stage, before: int) -> Demand:
    behaviour = scenario.behaviour
    there = max(before, stage.connections)
    opened = max(0, stage.connections - before) / stage.seconds
    reconnected = there * behaviour.reconnects_per_minute / 60
    silent = stage.name in {"gather", "drain"}
    rooms = min(scenario.rooms.count, there)
    senders = min(there, rooms * behaviour.senders)
    # A page of history or a bad frame is one invocation, as half of a handshake is.
    extra = senders * (behaviour.history_reads_per_minute + behaviour.bad_frames_per_minute) / 60 / 2
    return Demand(
        stage=stage.name,
        handshakes=opened + (0 if silent else reconnected + extra),
        messages=0 if silent else rooms * behaviour.messages_per_second,
        deliveries=0 if silent else there * behaviour.messages_per_second,
        cut=HEADROOM * before * stage.drop / (RECONNECTING_SHARE * stage.seconds),
    )
