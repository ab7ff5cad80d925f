"""The members of a swarm that live in this process, as Locust users."""

from collections.abc import Callable, Iterator
from typing import Any

import gevent
from locust import User, constant, task
from locust.env import Environment

from tests.load.dialect import MakeParticipant, Participant
from tests.load.member import Member
from tests.load.roles import Roles
from tests.load.swarm_world import World


class LocalMembers:
    """Members by the numbers it is given, one after the other."""

    def __init__(
        self, world: World, roles: Roles, numbers: Iterator[int], make: MakeParticipant = Member
    ) -> None:
        self.world = world
        self._roles = roles
        self._numbers = numbers
        self._make = make
        self._members: list[Participant] = []

    @property
    def unanswered(self) -> int:
        """Messages that are not acknowledged yet."""
        return sum(member.unanswered for member in self._members)

    def enlist(self, on_request: Callable[[str, float, Exception | None], None]) -> Participant:
        """The next member."""
        number = next(self._numbers)
        self._members.append(self._make(self._roles.role(number), number, self.world, on_request))
        return self._members[-1]

    def drop_at_stages(self) -> None:
        """Cuts connections when a stage begins that says so; ends with the last stage."""
        begins = self.world.started_at
        for stage in self.world.scenario.stages:
            gevent.sleep(max(0.0, begins - self.world.now()))
            for member in self._members[: round(len(self._members) * stage.drop)]:
                member.drop(abruptly=True)
            begins += stage.seconds


def user_class(members: Callable[[], LocalMembers]) -> type[User]:
    """Locust's user: one of the members that there are when Locust makes the user."""

    class ChatUser(User):
        wait_time = constant(0)

        def __init__(self, environment: Environment) -> None:
            super().__init__(environment)
            self.member = members().enlist(self._report)

        @task
        def live(self) -> None:
            self.member.live()

        def _report(self, name: str, seconds: float, error: Exception | None) -> None:
            request: dict[str, Any] = {"request_type": "WebSocket", "name": name, "context": {}}
            self.environment.events.request.fire(
                **request, response_time=seconds * 1000, response_length=0, exception=error
            )

    return ChatUser
