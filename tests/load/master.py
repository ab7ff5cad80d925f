"""A swarm over several processes or machines: leads the workers and puts their books together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import gevent
from locust.env import Environment
from locust.runners import MasterRunner

from tests.load.calibration import Calibration
from tests.load.local_members import LocalMembers, user_class
from tests.load.measures import Measures, Sample
from tests.load.parcels import Parcel, merged_delivery_log, merged_measures
from tests.load.plan import Plan
from tests.load.results import Results
from tests.load.scenario import Scenario
from tests.load.swarm import Books, Watching, conduct, shape
from tests.load.targets import Target

WORKERS_PATIENCE_SECONDS = 120.0
# Delivery logs of thousands of members travel within that.
ANSWER_PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.1
# From telling the plan to its start: workers import nothing more, they only read their clocks.
START_DELAY_SECONDS = 1.0


class WorkersMissing(Exception):
    """Fewer workers than wanted came, or one of them went; without its books a run proves nothing."""


@dataclass
class _Workers:
    """What the workers have answered last, by their id."""

    ready: set[str] = field(default_factory=set)
    progress: dict[str, Parcel] = field(default_factory=dict)
    books: dict[str, Parcel] = field(default_factory=dict)


def run_distributed(
    name: str,
    scenario: Scenario,
    target: Target,
    run_id: str,
    *,
    calibration: Calibration,
    watching: Watching,
    workers: int,
    bind: tuple[str, int],
) -> Results:
    """As `run_swarm`, with the members on that many workers, which connect to `bind` (host, port).

    Raises:
        WorkersMissing: see there.
        HistoryUnreadable: the final check could not be made.
    """
    with _master(bind) as (environment, runner):
        answers = _listen(runner)
        _wait(lambda: runner.worker_count >= workers, WORKERS_PATIENCE_SECONDS, f"not {workers} workers came")
        node_ids = [node.id for node in runner.clients.ready][:workers]
        plan = Plan(name, scenario, calibration, target, run_id, time.time() + START_DELAY_SECONDS)
        for index, worker in enumerate(node_ids):
            runner.send_message("plan", _told(plan, index, len(node_ids)), worker)
        _wait(
            lambda: len(answers.ready) == len(node_ids),
            ANSWER_PATIENCE_SECONDS,
            "a worker did not get ready",
        )
        environment.shape_class = shape(plan)
        environment.shape_class.runner = runner
        measures = Measures()
        return conduct(
            plan,
            runner,
            sample=lambda: _sample(answers, measures, time.time() - plan.started_at, watching.cores()),
            books=lambda: _books(runner, answers, node_ids, measures),
            watching=watching,
            helpers=[],
        )


@contextmanager
def _master(bind: tuple[str, int]) -> Iterator[tuple[Environment, MasterRunner]]:
    environment = Environment(user_classes=[user_class(_nobody)])
    runner = environment.create_master_runner(*bind)
    try:
        yield environment, runner
    finally:
        runner.quit()


def _nobody() -> LocalMembers:
    raise AssertionError("members live on workers")


def _told(plan: Plan, index: int, workers: int) -> dict[str, Any]:
    return {
        "name": plan.name,
        "scenario": plan.scenario.model_dump(mode="json"),
        "calibration": plan.calibration.model_dump(mode="json"),
        "target": asdict(plan.target),
        "run_id": plan.run_id,
        "started_at": plan.started_at,
        "index": index,
        "workers": workers,
    }


def _listen(runner: MasterRunner) -> _Workers:
    answers = _Workers()

    # Locust calls with these names.
    def clock(environment: Environment, msg: Any) -> None:
        runner.send_message("clock", {"now": time.time()}, msg.node_id)

    def ready(environment: Environment, msg: Any) -> None:
        answers.ready.add(msg.node_id)

    def progress(environment: Environment, msg: Any) -> None:
        latest = answers.progress.get(msg.node_id)
        recent = [*(latest["recent"] if latest else []), msg.data["recent"]]
        answers.progress[msg.node_id] = {**msg.data, "recent": recent}

    def books(environment: Environment, msg: Any) -> None:
        answers.books[msg.node_id] = msg.data

    for listener in (clock, ready, progress, books):
        runner.register_message(listener.__name__, listener)
    return answers


def _sample(answers: _Workers, measures: Measures, second: float, cores: dict[str, float]) -> Sample:
    """What the workers have reported since the last sample, as one."""
    measures.counts.clear()
    for progress in answers.progress.values():
        measures.counts.update(progress["counts"])
        for recent in progress["recent"]:
            measures.recent.add(recent)
        progress["recent"] = []
    connections = sum(progress["open"] for progress in answers.progress.values())
    return measures.sample(second, connections, cores)


def _books(runner: MasterRunner, answers: _Workers, node_ids: list[str], samples: Measures) -> Books:
    answers.books.clear()
    for worker in node_ids:
        runner.send_message("books", None, worker)

    def complete() -> bool:
        if runner.clients.missing:
            raise WorkersMissing("a worker went away, and its members with it")
        return len(answers.books) == len(node_ids)

    _wait(complete, ANSWER_PATIENCE_SECONDS, "a worker did not give its books")
    measures = merged_measures(parcel["measures"] for parcel in answers.books.values())
    measures.samples = samples.samples
    return Books(
        delivery_log=merged_delivery_log(parcel["delivery_log"] for parcel in answers.books.values()),
        measures=measures,
        unanswered=sum(parcel["unanswered"] for parcel in answers.books.values()),
    )


def _wait(done: Callable[[], bool], patience_seconds: float, complaint: str) -> None:
    deadline = time.monotonic() + patience_seconds
    while not done():
        if time.monotonic() > deadline:
            raise WorkersMissing(f"{complaint} within {patience_seconds:.0f} s")
        gevent.sleep(POLL_SECONDS)
