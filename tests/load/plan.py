"""A run that is to be made, as every process that takes part in it is told."""

from dataclasses import dataclass

from tests.load.accounting import DeliveryLog
from tests.load.calibration import Calibration
from tests.load.measures import Measures
from tests.load.scenario import Scenario
from tests.load.swarm_world import World
from tests.load.targets import Target
from tests.load.tokens import Tokens, cognito_client


def tokens_for(target: Target) -> Tokens | None:
    """Return where the target's tokens come from; None in mock mode."""
    return Tokens(target.sign_in, cognito_client(target.sign_in)) if target.sign_in else None


@dataclass(frozen=True)
class Plan:
    """A run to be made.

    Attributes:
        name: of the scenario, for the report.
        calibration: what the place was measured to do; latencies are judged by it.
        run_id: makes the rooms of this run its own.
        started_at: epoch seconds.
    """

    name: str
    scenario: Scenario
    calibration: Calibration
    target: Target
    run_id: str
    started_at: float

    def world(self, clock_offset_seconds: float = 0.0) -> World:
        """The world of a process that takes part."""
        scenario = self.scenario
        return World(
            scenario=scenario,
            target=self.target,
            tokens=tokens_for(self.target),
            delivery_log=DeliveryLog(),
            measures=Measures(),
            started_at=self.started_at,
            sending_begins_at=self.started_at + scenario.seconds_of("gather"),
            sending_ends_at=self.started_at + scenario.seconds - scenario.seconds_of("drain"),
            clock_offset_seconds=clock_offset_seconds,
        )
