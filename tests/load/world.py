"""What all members of a run share."""

from dataclasses import dataclass

from tests.load.accounting import Ledger
from tests.load.measures import Measures
from tests.load.scenario import Scenario
from tests.load.targets import Target
from tests.load.tokens import Tokens


@dataclass(slots=True)
class World:
    """`started_at` and `sending_ends_at` are epoch seconds; `open` counts the connections."""

    scenario: Scenario
    target: Target
    tokens: Tokens | None
    ledger: Ledger
    measures: Measures
    started_at: float
    sending_ends_at: float
    open: int = 0

    def token(self, number: int) -> str | None:
        """The ID token of the member of that number; None in mock mode."""
        return self.tokens.of(number) if self.tokens else None
