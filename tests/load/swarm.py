"""Runs a scenario with Locust: one user a member, the stages as Locust's load shape."""

import time
from collections.abc import Callable
from itertools import count

import gevent
from locust import LoadTestShape, User, constant, task
from locust.env import Environment
from locust.runners import LocalRunner

from tests.load.accounting import Ledger
from tests.load.history import read_histories
from tests.load.measures import Measures, Sample
from tests.load.member import Member
from tests.load.results import Results, results_of
from tests.load.roles import Casting
from tests.load.scenario import CONNECTIONS_PER_SECOND, Scenario
from tests.load.targets import Target
from tests.load.tokens import Tokens
from tests.load.world import World

SAMPLE_SECONDS = 1.0

OnSample = Callable[[Sample], None]


def run_swarm(name: str, scenario: Scenario, target: Target, run_id: str, on_sample: OnSample) -> Results:
    """Run the scenario to its end and close the books.

    Args:
        name: of the scenario, for the report.
        run_id: makes the rooms of this run its own.
        on_sample: is told each sample as it is taken.

    Raises:
        HistoryUnreadable: the final check could not be made.
    """
    started_at = time.time()
    draining = sum(stage.seconds for stage in scenario.stages if stage.name == "drain")
    world = World(
        scenario=scenario,
        target=target,
        tokens=Tokens(target.sign_in) if target.sign_in else None,
        ledger=Ledger(),
        measures=Measures(),
        started_at=started_at,
        sending_ends_at=started_at + scenario.seconds - draining,
    )
    members: list[Member] = []
    environment = Environment(
        user_classes=[_user_class(world, Casting(scenario, run_id), members)],
        shape_class=_shape(scenario, started_at),
    )
    runner = environment.create_local_runner()
    runner.start_shape()
    helpers = [gevent.spawn(_drop_at_stages, world, members), gevent.spawn(_sample, world, on_sample)]
    try:
        gevent.sleep(max(0.0, started_at + scenario.seconds - time.time()))
        _settle(world, members)
        histories = read_histories(target, world.tokens, list(world.ledger.rooms), started_at)
        accounts = world.ledger.close(histories)
    finally:
        gevent.killall(helpers)
        _quit(runner)
    return results_of(
        name=name,
        scenario=scenario,
        target=target.url,
        measures=world.measures,
        accounts=accounts,
        started_at=started_at,
    )


def _user_class(world: World, casting: Casting, members: list[Member]) -> type[User]:
    numbers = count()

    class ChatUser(User):
        wait_time = constant(0)

        def __init__(self, environment: Environment) -> None:
            super().__init__(environment)
            number = next(numbers)
            self.member = Member(casting.role(number), number, world, self._report)
            members.append(self.member)

        @task
        def live(self) -> None:
            self.member.live()

        def _report(self, name: str, seconds: float, error: Exception | None) -> None:
            self.environment.events.request.fire(
                request_type="WebSocket",
                name=name,
                response_time=seconds * 1000,
                response_length=0,
                exception=error,
                context={},
            )

    return ChatUser


def _shape(scenario: Scenario, started_at: float) -> LoadTestShape:
    class Stages(LoadTestShape):
        def tick(self) -> tuple[int, float]:
            # A second ahead: Locust asks once a second and takes that long to open what it is told.
            ahead = time.time() - started_at + 1
            return max(1, scenario.connections_at(ahead)), CONNECTIONS_PER_SECOND

    return Stages()  # type: ignore[no-untyped-call]  # Locust types no constructor


def _drop_at_stages(world: World, members: list[Member]) -> None:
    begins = world.started_at
    for stage in world.scenario.stages:
        gevent.sleep(max(0.0, begins - time.time()))
        for member in members[: round(len(members) * stage.drop)]:
            member.drop(abruptly=True)
        begins += stage.seconds


def _sample(world: World, on_sample: OnSample) -> None:
    while True:
        gevent.sleep(SAMPLE_SECONDS)
        on_sample(world.measures.sample(time.time() - world.started_at, world.open))


def _settle(world: World, members: list[Member]) -> None:
    deadline = time.time() + world.scenario.settle_seconds
    while time.time() < deadline:
        if not any(member.unanswered for member in members) and not world.ledger.holes():
            return
        gevent.sleep(SAMPLE_SECONDS)


def _quit(runner: LocalRunner) -> None:
    if runner.shape_greenlet:
        runner.shape_greenlet.kill()
    runner.quit()
