"""What all members of a run share."""

import time
from dataclasses import dataclass

from tests.load.accounting import DeliveryLog
from tests.load.measures import Measures
from tests.load.scenario import Scenario
from tests.load.targets import Target
from tests.load.tokens import Tokens


@dataclass(slots=True)
class World:
    """The times are epoch seconds by the clock of `now`; `open` counts the connections.

    `clock_offset_seconds` corrects this machine's clock to that of the swarm's master.
    """

    scenario: Scenario
    target: Target
    tokens: Tokens | None
    delivery_log: DeliveryLog
    measures: Measures
    started_at: float
    sending_begins_at: float
    sending_ends_at: float
    clock_offset_seconds: float = 0.0
    open: int = 0

    def now(self) -> float:
        """Epoch seconds, the same on all machines of the swarm."""
        return time.time() + self.clock_offset_seconds

    def token(self, number: int) -> str | None:
        """The ID token of the member of that number; None in mock mode."""
        return self.tokens.of(number) if self.tokens else None
