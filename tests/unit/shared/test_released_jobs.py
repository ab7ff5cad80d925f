"""Two releases read each other's jobs: while functions are switched, and as long as a job waits in a queue.

`released/` holds what each release wrote (`jobs.json`, by release) and what the last one can read
(`reader.schema.json`, JSON Schema; unknown fields are ignored). A release that changes the format writes both
anew: `python -m tests.unit.shared.test_released_jobs`.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.jobs import DeliveryJob, EphemeralEvent, EphemeralJob, Outgoing, Target, read_job
from tests.unit.examples import NOW, change_of, connection, message, notice

RELEASED = Path(__file__).with_name("released")
EDIT = change_of(message(4), "edit", content="Hi")
TARGETS = (Target(connection_id="a=", protocol="v1"), Target(connection_id="b=", protocol="v2"))


def _jobs() -> list[DeliveryJob | EphemeralJob]:
    """Every form of job that the code writes."""
    traced = Outgoing(message=message(2), exclude="a=", accepted_at=NOW, trace_header="Root=1")
    return [
        DeliveryJob.of(message(1), exclude="a="),
        DeliveryJob(outgoing=(traced, Outgoing(message=message(3))), targets=TARGETS, attempt=2, hops=3),
        DeliveryJob.of(EDIT, exclude="a="),
        DeliveryJob.of(change_of(message(4), "reaction", emoji="👍", on=True), targets=TARGETS),
        DeliveryJob.of(notice(5)),
        EphemeralJob(event=EphemeralEvent.of("typing", connection("a="), NOW), exclude="a="),
    ]


def _released() -> list[tuple[str, str]]:
    jobs: dict[str, list[Any]] = json.loads((RELEASED / "jobs.json").read_text(encoding="utf-8"))
    return [(release, json.dumps(body)) for release, bodies in jobs.items() for body in bodies]


@pytest.mark.parametrize(("release", "body"), _released())
def test_this_worker_reads_what_released_senders_wrote(release: str, body: str) -> None:
    job = read_job(body)

    assert isinstance(job, EphemeralJob) or job.outgoing[0].message.content


@given(st.sampled_from(_jobs()), st.dictionaries(st.text(min_size=1), st.integers(), max_size=2))
def test_this_worker_ignores_what_a_later_sender_adds(
    job: DeliveryJob | EphemeralJob, added: dict[str, int]
) -> None:
    body = json.loads(job.encode())
    later = {f"later_{name}": value for name, value in added.items()} | body

    assert read_job(json.dumps(later)) == job


@pytest.mark.parametrize("job", _jobs())
def test_a_released_worker_reads_what_this_sender_writes(job: DeliveryJob | EphemeralJob) -> None:
    schema = json.loads((RELEASED / "reader.schema.json").read_text(encoding="utf-8"))

    jsonschema.validate(json.loads(job.encode()), schema)


@pytest.mark.parametrize("targets", [None, TARGETS])
def test_a_released_worker_which_knows_no_changes_brings_none_to_anybody(
    targets: tuple[Target, ...] | None,
) -> None:
    job = DeliveryJob.of(EDIT, targets=targets)
    body = json.loads(job.encode())

    assert body["targets"] == []
    assert read_job(job.encode()) == job


if __name__ == "__main__":
    reader = TypeAdapter(DeliveryJob | EphemeralJob).json_schema(mode="validation")
    (RELEASED / "reader.schema.json").write_text(json.dumps(reader, indent=1) + "\n", encoding="utf-8")
    jobs = RELEASED / "jobs.json"
    known = json.loads(jobs.read_text(encoding="utf-8")) if jobs.exists() else {}
    known[str(len(known) + 1)] = [json.loads(job.encode()) for job in _jobs()]
    jobs.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
