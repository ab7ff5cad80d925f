"""`chatctl dlq`: list, show, redrive and drop what lies in the dead-letter queues."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

import typer

from chatctl.access import (
    DeadLetterQueue,
    DeploymentAccess,
    DeploymentOptions,
    JsonOption,
)
from chatctl.audit import audit
from chatctl.confirm import WhyOption, YesOption, confirm
from chatctl.dead_letters import DeadLetter, Filter, Result, drop, redrive, survey
from chatctl.duration import in_words, parse_duration
from chatctl.option_groups import flatten_options
from chatctl.pace import progress_at
from chatctl.still_said import empty, gone_in
from chatctl.terminal import FIRST_ROWS, write, write_first, write_json
from infra.errors import CommandError
from infra.topology.file import load_topology
from services.fanout.queues import Queues

app = typer.Typer(no_args_is_help=True, help="List, show, redrive and drop dead letters.")

SHOWN_POISON_CHARACTERS = 2_000
DEFAULT_RATE = 50

Duration = Annotated[
    int | None, typer.Option(parser=parse_duration, metavar="DURATION", help="Such as 90s, 15m, 2h, 3d.")
]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The options that choose letters."""

    queue: Annotated[DeadLetterQueue, typer.Option(help="Which dead-letter queue.")] = "dead-letters"
    room: Annotated[str | None, typer.Option(help="Only letters of this room.")] = None
    older_than: Duration = None
    newer_than: Duration = None
    reason: Annotated[str | None, typer.Option(help="Only letters whose reason holds this.")] = None
    attempt: Annotated[int | None, typer.Option(help="Only jobs at this attempt.")] = None

    def letters(self, access: DeploymentAccess, now: int) -> list[DeadLetter]:
        """Those letters, oldest first. `now` is epoch ms."""
        wanted = Filter(now, self.room, self.older_than, self.newer_than, self.reason, self.attempt)
        return survey(access.clients.sqs, access.dead_letter_url(self.queue), wanted)


@dataclass(frozen=True)
class Chosen:
    """The letters that the options choose, and where they lie. `now` is epoch ms."""

    access: DeploymentAccess
    queue: DeadLetterQueue
    letters: Sequence[DeadLetter]
    now: int

    @classmethod
    def of(cls, choice: Choice, options: DeploymentOptions) -> Self:
        """Look them up."""
        access, now = options.open(load_topology()), _now()
        return cls(access, choice.queue, choice.letters(access, now), now)

    @property
    def queue_url(self) -> str:
        """URL of their queue."""
        return self.access.dead_letter_url(self.queue)


@dataclass(frozen=True, kw_only=True)
class Change:
    """The options of what changes letters."""

    why: WhyOption
    rate: Annotated[int, typer.Option(min=1, help="Maximum letters a second.")] = DEFAULT_RATE
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False
    yes: YesOption = False
    as_json: JsonOption = False


@app.command("list")
@flatten_options
def list_letters(
    *,
    choice: Choice,
    limit: Annotated[int, typer.Option(min=1, help="Maximum rows; --json lists all.")] = FIRST_ROWS,
    options: DeploymentOptions,
    as_json: JsonOption = False,
) -> None:
    """List dead letters, oldest first."""
    access = options.open(load_topology())
    now = _now()
    letters = choice.letters(access, now)
    if as_json:
        write_json([summary(letter, now) for letter in letters])
    else:
        _write_letters(letters, now, limit)


@app.command("show")
@flatten_options
def show_letter(
    letter_id: Annotated[str, typer.Argument(help="As `list` gives it.")],
    *,
    queue: Annotated[DeadLetterQueue, typer.Option(help="Which dead-letter queue.")] = "dead-letters",
    options: DeploymentOptions,
) -> None:
    """Show a dead letter as JSON: who did not get what. The text of the message is left out."""
    access = options.open(load_topology())
    now = _now()
    letters = survey(access.clients.sqs, access.dead_letter_url(queue), Filter(now))
    found = next((letter for letter in letters if letter.letter_id == letter_id), None)
    if found is None:
        raise CommandError(f"there is no letter {letter_id} in {queue}")
    write_json(summary(found, now) | _details(found))


@app.command("redrive")
@flatten_options
def redrive_letters(
    *,
    choice: Choice,
    change: Change,
    options: DeploymentOptions,
) -> None:
    """Send dead letters back to the queues of their rooms, but no text that was deleted since.

    Can be stopped and run again at any time.
    """
    chosen = Chosen.of(choice, options)
    jobs = [letter for letter in chosen.letters if letter.job]
    if poison := len(chosen.letters) - len(jobs):
        write(f"no jobs, so they stay until `chatctl dlq drop`: {poison}", to_stderr=True)
    access, url = chosen.access, chosen.queue_url
    queues = Queues(
        access.clients.sqs,
        shard_urls=list(access.queue_urls["shard"]),
        slice_urls=list(access.queue_urls["slice"]),
        dead_letter_url=url,
        warn=_warn,
    )

    gone = gone_in(access.clients.dynamodb, access.deployment.name("messages"), chosen.now)
    if unsent := empty([letter.job for letter in jobs if letter.job], gone):
        write(f"what they bring was deleted since, so they go unsent: {unsent}", to_stderr=True)

    def act(ids: Sequence[str], pace: Callable[[int], None]) -> Result:
        return redrive(access.clients.sqs, url, ids, queues, gone=gone, pace=pace)

    _carry_out("dlq redrive", replace(chosen, letters=jobs), act, change)


@app.command("drop")
@flatten_options
def drop_letters(
    *,
    choice: Choice,
    change: Change,
    options: DeploymentOptions,
) -> None:
    """Delete dead letters for good. Members then have those messages only from history."""
    chosen = Chosen.of(choice, options)

    def act(ids: Sequence[str], pace: Callable[[int], None]) -> Result:
        return drop(chosen.access.clients.sqs, chosen.queue_url, ids, pace)

    _carry_out("dlq drop", chosen, act, change)


def summary(letter: DeadLetter, now: int) -> dict[str, Any]:
    """Return what `list --json` tells of a letter. `now` is epoch ms."""
    job = letter.job
    return {
        "letterId": letter.letter_id,
        "ageSeconds": max(0, now - letter.sent_at) // 1000,
        "reason": letter.reason,
        "poison": job is None,
        "roomId": job.room_id if job else None,
        "messageId": " ".join(each.message.message_id for each in job.outgoing) if job else None,
        "attempt": job.attempt if job else None,
        "targets": len(job.targets) if job and job.targets is not None else None,
    }


def _details(letter: DeadLetter) -> dict[str, Any]:
    if letter.job is None:
        return {"body": letter.body[:SHOWN_POISON_CHARACTERS]}
    return {
        "job": letter.job.model_dump(
            mode="json", by_alias=True, exclude={"outgoing": {"__all__": {"message": {"content"}}}}
        )
    }


def _carry_out(
    what: str,
    chosen: Chosen,
    act: Callable[[Sequence[str], Callable[[int], None]], Result],
    change: Change,
) -> None:
    """Show, ask, do, tell; the audit knows of it before it begins and after it is over."""
    access, queue, letters = chosen.access, chosen.queue, chosen.letters
    if not change.as_json:
        _write_letters(letters, chosen.now, to_stderr=True)
    result = Result(0, 0)
    if letters and not change.dry_run:
        confirm(f"{what}: {len(letters)} letters of {queue} in {access.prefix}?", change.yes)
        audit(access, f"{what} begins", {"queue": queue, "letters": len(letters)}, change.why)
        with progress_at(change.rate, len(letters)) as pace:
            result = act([letter.letter_id for letter in letters], pace)
        audit(
            access,
            f"{what} ended",
            {"queue": queue, "done": result.done, "failed": result.failed},
            change.why,
        )
    outcome = {"found": len(letters), "done": result.done, "failed": result.failed, "dryRun": change.dry_run}
    if change.as_json:
        write_json(outcome, indent=None)
    else:
        write(", ".join(f"{key} {value}" for key, value in outcome.items()))
    if result.failed:
        raise typer.Exit(1)


def _write_letters(
    letters: Sequence[DeadLetter], now: int, limit: int = FIRST_ROWS, *, to_stderr: bool = False
) -> None:
    if not letters:
        write("no dead letters", to_stderr=to_stderr)
        return
    write_first(
        limit,
        ("letter", "age", "room", "message", "attempt", "targets", "reason"),
        [_row(letter, now) for letter in letters],
        whole=("letter", "message", "reason"),
        to_stderr=to_stderr,
    )


def _row(letter: DeadLetter, now: int) -> tuple[object, ...]:
    told = summary(letter, now)
    cells = [told[key] for key in ("roomId", "messageId", "attempt", "targets")]
    if letter.job and letter.job.targets is None:
        cells[-1] = "all"
    known = ("-" if cell is None else cell for cell in cells)
    return (letter.letter_id, in_words(now - letter.sent_at), *known, letter.reason)


def _warn(reason: str) -> None:
    write(f"chatctl: SQS: {reason}", to_stderr=True)


def _now() -> int:
    return int(time.time() * 1000)
