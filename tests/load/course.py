"""One run from what was asked for to its results: measure the place, size the scenario, run it, watch."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from infra.local.stack_file import StackFile
from tests.load.fitting import Fit, fit, fitted
from tests.load.master import run_distributed
from tests.load.probe import calibrate
from tests.load.results import Results
from tests.load.saboteur import saboteur
from tests.load.scenario import InvalidScenario, Scenario
from tests.load.stack_usage import StackUsage
from tests.load.swarm import OnSample, Watching, run_swarm
from tests.load.targets import Target


@dataclass(frozen=True)
class Course:
    """What was asked for.

    Attributes:
        automatic: whether sizes follow from what the place is measured to carry.
        workers: how many processes hold the members, 0 being this one; they connect to `bind` (host, port).
        say: is told what is going on, a line each.
    """

    name: str
    scenario: Scenario
    run_id: str
    automatic: bool
    workers: int
    bind: tuple[str, int]
    web_port: int | None
    on_sample: OnSample
    say: Callable[[str], None]


def follow(course: Course, target: Target, stack: StackFile | None) -> Results:
    """Lead the run to its end.

    Args:
        stack: the target's, where it is a local one.

    Raises:
        InvalidScenario: it has faults, and the target is no local stack.
        PlaceUnusable, WorkersMissing, HistoryUnreadable: see there.
    """
    with _watching(course, stack) as watching:
        course.say("measuring what this place does")
        # A machine of two cores starts for seconds what AWS starts beside each other.
        is_local = stack is not None
        calibration = calibrate(target, course.run_id, warm=is_local, with_capacity=course.automatic)
        course.say(str(calibration))
        scenario = course.scenario
        if calibration.capacity:
            found = fit(scenario, calibration.capacity)
            scenario = fitted(scenario, found.scale)
            course.say(_told(found, scenario))
        if not course.workers:
            return run_swarm(
                course.name, scenario, target, course.run_id, calibration=calibration, watching=watching
            )
        course.say(f"waiting for {course.workers} workers on {course.bind[0]}:{course.bind[1]}")
        return run_distributed(
            course.name,
            scenario,
            target,
            course.run_id,
            calibration=calibration,
            watching=watching,
            workers=course.workers,
            bind=course.bind,
        )


@contextmanager
def _watching(course: Course, stack: StackFile | None) -> Iterator[Watching]:
    watching = Watching(course.on_sample, web_port=course.web_port)
    if stack is None:
        if course.scenario.has_faults:
            raise InvalidScenario(
                f"{course.name} breaks what it runs on; it needs a local stack, not an address"
            )
        yield watching
        return
    watching = replace(watching, cores=StackUsage(stack.pids).read)
    if not course.scenario.has_faults:
        yield watching
        return
    with saboteur(stack, course.scenario) as faults:
        yield replace(watching, on_stage=faults.begin)


def _told(found: Fit, scenario: Scenario) -> str:
    return (
        f"at full size its {found.bound_by} asks for {found.utilisation:.0%} of that: scale {found.scale:g}, "
        f"{scenario.most_connections} connections in {scenario.rooms.count} rooms, {scenario.seconds:.0f} s"
    )
