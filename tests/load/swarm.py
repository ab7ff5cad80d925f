"""Runs a scenario with Locust: one user a member, the stages as Locust's load shape."""

import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import gevent
from gevent.event import AsyncResult
from locust import LoadTestShape
from locust.env import Environment
from locust.runners import Runner
from locust.stats import stats_history

from tests.load.accounting import DeliveryLog
from tests.load.calibration import Calibration
from tests.load.dialect import CHAT, Dialect
from tests.load.local_members import LocalMembers, user_class
from tests.load.measures import Measures, Sample
from tests.load.plan import Plan
from tests.load.results import Results, results_of
from tests.load.roles import Roles
from tests.load.scenario import CONNECTIONS_PER_SECOND, Scenario, Stage
from tests.load.targets import Target

SAMPLE_SECONDS = 1.0
# It warns of more than 100 new users a second, every second; the scenario's quota is what counts here.
logging.getLogger("locust.runners").setLevel(logging.ERROR)

OnSample = Callable[[Sample], None]


OnStage = Callable[[Stage], None]
Cores = Callable[[], dict[str, float]]
"""Returns how many cores each part of the system used since it was last asked, by name."""


@dataclass(frozen=True)
class Watching:
    """What goes on beside a run.

    Attributes:
        on_sample: is told each sample as it is taken.
        on_stage: is told each stage as it begins.
        cores: see `Cores`.
        web_port: of Locust's web page, on loopback; None for no page.
    """

    on_sample: OnSample
    on_stage: OnStage = lambda _stage: None
    cores: Cores = dict
    web_port: int | None = None


@dataclass(frozen=True)
class Books:
    """All that the swarm's processes have counted so far."""

    delivery_log: DeliveryLog
    measures: Measures
    unanswered: int

    @property
    def settled(self) -> bool:
        return not self.unanswered and not self.delivery_log.holes()


def run_swarm(
    name: str,
    scenario: Scenario,
    target: Target,
    run_id: str,
    *,
    calibration: Calibration,
    watching: Watching,
    dialect: Dialect = CHAT,
) -> Results:
    """Run the scenario in this process to its end and close the books.

    Raises:
        HistoryUnreadable: the final check could not be made.
        Exception: what `watching.on_sample` raised, which ends the run.
    """
    plan = Plan(name, scenario, calibration, target, run_id, time.time())
    world = plan.world()
    members = LocalMembers(world, Roles(scenario, run_id), count(), dialect.member)
    environment = Environment(user_classes=[user_class(lambda: members)], shape_class=shape(plan))
    return conduct(
        plan,
        environment.create_local_runner(),
        sample=lambda: world.measures.sample(time.time() - plan.started_at, world.open, watching.cores()),
        books=lambda: Books(world.delivery_log, world.measures, members.unanswered),
        watching=watching,
        helpers=[members.drop_at_stages],
        dialect=dialect,
    )


def conduct(
    plan: Plan,
    runner: Runner,
    *,
    sample: Callable[[], Sample],
    books: Callable[[], Books],
    watching: Watching,
    helpers: list[Callable[[], None]],
    dialect: Dialect = CHAT,
) -> Results:
    """Lead a run that is ready to start, here or on workers; see `run_swarm`."""

    ended: AsyncResult[None] = AsyncResult()

    def watch() -> None:
        try:
            while True:
                gevent.sleep(SAMPLE_SECONDS)
                watching.on_sample(sample())
        except Exception as failure:  # of whatever kind: it is raised where the run is led
            ended.set_exception(failure)

    def announce_stages() -> None:
        begins = plan.started_at
        for stage in plan.scenario.stages:
            gevent.sleep(max(0.0, begins - time.time()))
            watching.on_stage(stage)
            begins += stage.seconds

    helpers = [*helpers, watch, announce_stages]
    if watching.web_port is not None:
        del sys.argv[1:]  # Locust's page parses the command line as if it were its own
        runner.environment.create_web_ui("127.0.0.1", watching.web_port)
        helpers = [*helpers, lambda: stats_history(runner)]
    runner.start_shape()
    greenlets = [gevent.spawn(helper) for helper in helpers]
    try:
        with suppress(gevent.Timeout):
            ended.get(timeout=max(0.0, plan.started_at + plan.scenario.seconds - time.time()))
        final = _settled(plan, books)
        watching.on_sample(sample())
        final.delivery_log.seal()
        accounts = final.delivery_log.close(dialect.histories(plan, list(final.delivery_log.rooms)))
    finally:
        gevent.killall(greenlets)
        _quit(runner)
    return results_of(
        name=plan.name,
        scenario=plan.scenario,
        calibration=plan.calibration,
        target=plan.target.url,
        measures=final.measures,
        accounts=accounts,
        started_at=plan.started_at,
    )


def shape(plan: Plan) -> LoadTestShape:
    """The scenario's stages, as Locust asks for them."""

    class Stages(LoadTestShape):
        def tick(self) -> tuple[int, float]:
            # A second ahead: Locust asks once a second and takes that long to open what it is told.
            ahead = time.time() - plan.started_at + 1
            return max(1, plan.scenario.connections_at(ahead)), CONNECTIONS_PER_SECOND

    return Stages()  # type: ignore[no-untyped-call]  # Locust types no constructor


def _settled(plan: Plan, books: Callable[[], Books]) -> Books:
    deadline = time.time() + plan.scenario.settle_seconds
    while not (latest := books()).settled and time.time() < deadline:
        gevent.sleep(SAMPLE_SECONDS)
    return latest


def _quit(runner: Runner) -> None:
    if runner.shape_greenlet:
        runner.shape_greenlet.kill()
    if runner.environment.web_ui:
        runner.environment.web_ui.stop()  # type: ignore[no-untyped-call]  # Locust types it not
    runner.quit()
