"""The commands of `python -m tests.load`. Exit codes: 0 passed, 1 failed, 2 wrong input."""

import os
import platform
import secrets
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import boto3
import typer
from rich.console import Console

from chatctl.swarm_users import read_swarm_users
from chatctl.usage import read_prices
from infra.errors import CommandError
from infra.local.stack_file import StackFile, read_stack_file
from tests.load.compare import comparison, regressions
from tests.load.course import Course, follow
from tests.load.history import HistoryUnreadable
from tests.load.master import WorkersMissing
from tests.load.measures import Sample
from tests.load.preflight import NotAgreed, refuse_unaffordable
from tests.load.probe import PlaceUnusable
from tests.load.quotas import Quotas, read_quotas
from tests.load.reach import prove_reach
from tests.load.report import print_verdict, progress_line, write_report
from tests.load.results import Results, UnreadableResults, read_results
from tests.load.scenario import InvalidScenario, load_scenario, names
from tests.load.spending import Budget, BudgetSpent, estimated
from tests.load.suite import run_suite
from tests.load.swarm import OnSample
from tests.load.targets import (
    ForeignTarget,
    InvalidAddress,
    SignIn,
    Target,
    address_of,
    is_billed,
    refuse_foreign,
)
from tests.load.trend import as_csv, as_markdown, trend
from tests.load.verdicts import verdicts_table
from tests.load.verdicts_page import SeveralStacks, verdicts_page
from tests.load.worker import work
from tests.support.running_stack import running_stack

STACK_FILE = Path(".local/stack.json")
DEFAULT_BUDGET_USD = 5.0
AUTO = "auto"
PAGE_HELP = "Write a page of docs/benchmarks as well; the runs must be of one stack."
OWN_TARGETS = Path(".local/own-targets.txt")
EXPECTED = (
    InvalidScenario,
    InvalidAddress,
    ForeignTarget,
    UnreadableResults,
    HistoryUnreadable,
    PlaceUnusable,
    NotAgreed,
    BudgetSpent,
    WorkersMissing,
    SeveralStacks,
    CommandError,
)

app = typer.Typer(add_completion=False, help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False)


def main() -> None:
    # A killed run must still stop the stack that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        app()
    except EXPECTED as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)


@app.command()
def run(
    *,
    scenario: Annotated[str, typer.Argument(help="A name, or the path of a YAML file.")],
    stack: Annotated[Path, typer.Option(help="stack.json of a running stack.")] = STACK_FILE,
    target: Annotated[str | None, typer.Option(help="WebSocket address instead, in mock mode.")] = None,
    users: Annotated[
        Path | None, typer.Option(envvar="SWARM_USERS", help="What `chatctl users create` has written.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", envvar="SWARM_YES", help="Agree to a large swarm on AWS.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of the reports.")] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            help="Factor for connections, rooms and durations; auto: sizes by what the place was "
            "measured to carry. Default: auto on this machine, 1 elsewhere."
        ),
    ] = None,
    minutes: Annotated[float | None, typer.Option(help="Length in place of the scenario's own.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Wait for that many workers; 0: all in here.")] = 0,
    bind: Annotated[str, typer.Option(help="Address that workers connect to.")] = "127.0.0.1:5557",
    web: Annotated[int | None, typer.Option(help="Port of Locust's page while it runs.")] = None,
    budget: Annotated[
        float, typer.Option(min=0, help="USD that a run on AWS may cost; it ends when they are spent.")
    ] = DEFAULT_BUDGET_USD,
    against: Annotated[
        Path | None, typer.Option(help="results.json of an earlier run to compare with.")
    ] = None,
) -> None:
    """Run a scenario. Without a running stack it starts one in mock mode for itself."""
    wanted = load_scenario(scenario)
    before = read_results(against) if against else None
    factor = None if scale in {None, AUTO} else factor_of(str(scale))
    if factor is not None:
        wanted = wanted.scaled(factor)
    if minutes is not None:
        wanted = wanted.lasting(minutes * 60).model_copy(update={"local_seconds": minutes * 60})
    course = Course(
        name=Path(scenario).stem,
        scenario=wanted,
        run_id=secrets.token_hex(3),
        automatic=False,
        workers=workers,
        bind=address_of(bind),
        web_port=web,
        on_sample=_show,
        say=console.print,
    )
    with _place(target, stack) as (found, file):
        place = replace(found, sign_in=sign_in_of(users)) if users else found
        refuse_foreign(place, wanted.most_connections, OWN_TARGETS, lambda question: yes or _asked(question))
        if is_billed(place):
            price = estimated(read_prices())
            refuse_unaffordable(
                wanted, quotas_of_the_account(), price, budget, lambda question: yes or _asked(question)
            )
            course = replace(course, on_sample=_within(Budget(price, budget)))
        automatic = scale == AUTO or (scale is None and place.is_loopback)
        results = follow(replace(course, automatic=automatic), place, read_stack_file(file) if file else None)
    print_verdict(results, console)
    page = write_report(results, out or Path("build/load") / course.name, before)
    if before:
        console.print(comparison(before, results))
    console.print(f"report: {page}")
    raise typer.Exit(0 if results.passed and not (before and regressions(before, results)) else 1)


@app.command()
def worker(
    master: Annotated[str, typer.Argument(help="Address of a `run --workers`.")] = "127.0.0.1:5557",
) -> None:
    """Hold a share of a distributed run's members."""
    work(*address_of(master))


@app.command()
def suite(
    scenarios: Annotated[list[str] | None, typer.Argument(help="Default: all that are shipped.")] = None,
    stack: Annotated[Path, typer.Option(help="stack.json of a running stack.")] = STACK_FILE,
    out: Annotated[Path, typer.Option(help="Folder of the reports.")] = Path("build/load"),
    against: Annotated[Path | None, typer.Option(help="Such a folder of an earlier suite.")] = None,
    page: Annotated[Path | None, typer.Option(help=PAGE_HELP)] = None,
) -> None:
    """Run scenarios one after the other on one stack and print their verdicts as a table in Markdown."""
    with _place(None, stack) as (_, file):
        runs = run_suite(scenarios or names(), file, out, against)
    _tell_verdicts([read_results(run.results) for run in runs if run.results.exists()], page)
    for run in runs:
        sys.stdout.write(f"{run.scenario}: exit code {run.exit_code}, {run.seconds:.0f} s\n")
    raise typer.Exit(max(run.exit_code for run in runs))


@app.command()
def compare(before: Path, after: Path) -> None:
    """Show two runs' results.json side by side; exit code 1 if the later one is worse."""
    earlier, later = read_results(before), read_results(after)
    console.print(comparison(earlier, later))
    raise typer.Exit(1 if regressions(earlier, later) else 0)


@app.command()
def verdicts(runs: list[Path], *, page: Annotated[Path | None, typer.Option(help=PAGE_HELP)] = None) -> None:
    """Print the verdicts of several runs' results.json as a table in Markdown."""
    _tell_verdicts([read_results(run) for run in runs], page)


def _tell_verdicts(runs: list[Results], page: Path | None) -> None:
    sys.stdout.write(verdicts_table(runs))
    if page:
        page.write_text(verdicts_page(runs, names(), _machine()), encoding="utf-8")


def _machine() -> str:
    return f"Python {platform.python_version()}, {os.cpu_count()} cores"


@app.command("trend")
def keep_trend(
    runs: list[Path],
    *,
    kept: Annotated[Path, typer.Option(help="The file of earlier nights; it need not be there.")],
    out: Annotated[Path, typer.Option(help="The file with these runs added.")],
    version: Annotated[str, typer.Option(help="Of the code.")] = "",
) -> None:
    """Add runs' results.json to the history of nightly runs, and print its end as a table in Markdown."""
    lines = trend(kept, [read_results(run) for run in runs], version)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(as_csv(lines), encoding="utf-8")
    sys.stdout.write(as_markdown(lines))


@app.command()
def reach(
    connections: Annotated[int, typer.Option(min=2)] = 5000,
    messages_per_second: Annotated[float, typer.Option(min=0.1, help="Each goes to all members.")] = 1.0,
) -> None:
    """Show what one swarm process carries, against a server that does nothing else."""
    results, carried = prove_reach(connections, messages_per_second, _show)
    print_verdict(results, console)
    console.print(carried.model_dump_json(indent=1))
    raise typer.Exit(0 if results.passed else 1)


def _asked(question: str) -> bool:
    return sys.stdin.isatty() and typer.confirm(question)


def _within(budget: Budget) -> OnSample:
    def show(sample: Sample) -> None:
        _show(sample)
        budget.check(sample)

    return show


def _show(sample: Sample) -> None:
    sys.stdout.write(progress_line(sample))
    sys.stdout.flush()  # a pipe would show it when the run is over


@contextmanager
def _place(url: str | None, stack: Path) -> Iterator[tuple[Target, Path | None]]:
    """Yield where the swarm goes, and the stack's file where it is one of ours."""
    if url is not None:
        yield Target(url), None
    elif stack != STACK_FILE or stack.exists():
        yield target_of(read_stack_file(stack)), stack
    else:
        console.print("no stack is running: starting one for this run")
        with (
            tempfile.TemporaryDirectory() as folder,
            running_stack(Path(folder), "mock", "--frontend", "none") as started,
        ):
            yield target_of(started), Path(folder, "stack.json")


def factor_of(text: str) -> float:
    """Return a scale given as a number.

    Raises:
        InvalidScenario: it is none.
    """
    try:
        return float(text)
    except ValueError:
        raise InvalidScenario(f"--scale must be a number or {AUTO}, not {text}") from None


def quotas_of_the_account() -> Quotas:
    """Return the quotas of whoever's AWS credentials there are, as the swarm's own operator has them."""
    return read_quotas(boto3.client("service-quotas"))


def sign_in_of(path: Path) -> SignIn:
    """The pool of users of a file that `chatctl users create` has written."""
    users = read_swarm_users(path)
    return SignIn(
        endpoint=users.endpoint,
        region=users.region,
        user_pool_id=users.user_pool_id,
        client_id=users.client_id,
        usernames=users.usernames,
        password=users.password,
    )


def target_of(stack: StackFile) -> Target:
    """A stack's address, with its demo users where they sign in."""
    if stack.cognito is None:
        return Target(stack.websocket_url)
    return Target(
        stack.websocket_url,
        SignIn(
            endpoint=stack.cognito.endpoint,
            region=stack.region,
            user_pool_id=stack.cognito.user_pool_id,
            client_id=stack.cognito.client_id,
            usernames=tuple(user.username for user in stack.demo_users),
            password=stack.demo_users[0].password or "",
        ),
    )
