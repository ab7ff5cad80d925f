"""A process of a distributed swarm: holds a share of the members as the master plans, and gives its books."""

import time
from itertools import count
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.queue import Queue
from locust.env import Environment
from locust.runners import WorkerRunner

from tests.load.calibration import Calibration
from tests.load.clock import clock_offset_seconds
from tests.load.local_members import LocalMembers, user_class
from tests.load.parcels import pack_delivery_log, pack_measures
from tests.load.plan import Plan
from tests.load.roles import Roles
from tests.load.scenario import Scenario
from tests.load.swarm import SAMPLE_SECONDS
from tests.load.targets import SignIn, Target

CLOCK_PATIENCE_SECONDS = 10.0


def work(host: str, port: int) -> None:
    """Take part in the run of the master there, until it ends."""
    members: AsyncResult[LocalMembers] = AsyncResult()
    environment = Environment(user_classes=[user_class(members.get)])
    runner = environment.create_worker_runner(host, port)
    answers: Queue[float] = Queue()

    def ask_clock() -> float:
        runner.send_message("clock")
        told: float = answers.get(timeout=CLOCK_PATIENCE_SECONDS)
        return told

    # Locust calls with these names.
    def plan(environment: Environment, msg: Any) -> None:
        members.set(_local_members(msg.data, clock_offset_seconds(ask_clock, time.time)))
        runner.send_message("ready")
        gevent.spawn(members.get().drop_at_stages)
        gevent.spawn(_tell_progress, runner, members.get())

    def clock(environment: Environment, msg: Any) -> None:
        answers.put(msg.data["now"])

    def books(environment: Environment, msg: Any) -> None:
        world = members.get().world
        runner.send_message(
            "books",
            {
                "delivery_log": pack_delivery_log(world.delivery_log),
                "measures": pack_measures(world.measures),
                "unanswered": members.get().unanswered,
            },
        )

    runner.register_message("plan", plan, concurrent=True)
    runner.register_message("clock", clock)
    runner.register_message("books", books, concurrent=True)
    runner.greenlet.join()


def _local_members(told: dict[str, Any], clock_offset_seconds: float) -> LocalMembers:
    sign_in = told["target"]["sign_in"]
    scenario = Scenario.model_validate(told["scenario"])
    plan = Plan(
        name=told["name"],
        scenario=scenario,
        calibration=Calibration.model_validate(told["calibration"]),
        target=Target(told["target"]["url"], SignIn(**sign_in) if sign_in else None),
        run_id=told["run_id"],
        started_at=told["started_at"],
    )
    # Locust spreads members evenly, so every n-th number is this worker's.
    numbers = count(told["index"], told["workers"])
    return LocalMembers(plan.world(clock_offset_seconds), Roles(scenario, told["run_id"]), numbers)


def _tell_progress(runner: WorkerRunner, members: LocalMembers) -> None:
    world = members.world
    while True:
        gevent.sleep(SAMPLE_SECONDS)
        recent = world.measures.recent.encoded()
        world.measures.recent.reset()
        runner.send_message(
            "progress", {"counts": dict(world.measures.counts), "open": world.open, "recent": recent}
        )
