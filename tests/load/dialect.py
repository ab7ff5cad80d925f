"""What a swarm needs to know of a system: how its members talk to it, and how its history is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.load.accounting import Stored
from tests.load.history import read_histories
from tests.load.member import Member, OnRequest
from tests.load.plan import Plan, tokens_for
from tests.load.roles import Role
from tests.load.swarm_world import World


class Participant(Protocol):
    """A member, whatever it speaks."""

    def live(self) -> None:
        """Stay connected until killed; then leave for good."""

    def drop(self, *, abruptly: bool) -> None:
        """End the present connection; the member connects again."""

    @property
    def unanswered(self) -> int:
        """Messages that are not acknowledged yet, one more while there are some to come."""


MakeParticipant = Callable[[Role, int, World, OnRequest], Participant]


@dataclass(frozen=True)
class Dialect:
    """How a swarm talks to a system.

    Attributes:
        member: makes the member of a role and number.
        histories: reads the swarm's messages in the history of each of those rooms, when all is said.
    """

    member: MakeParticipant
    histories: Callable[[Plan, list[str]], dict[str, list[Stored]]]


def _chat_histories(plan: Plan, rooms: list[str]) -> dict[str, list[Stored]]:
    v1 = plan.scenario.behaviour.v1 == 1
    return read_histories(plan.target, tokens_for(plan.target), rooms, plan.started_at, v1=v1)


CHAT = Dialect(Member, _chat_histories)
"""This project's own protocol."""
