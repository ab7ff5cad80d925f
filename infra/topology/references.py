"""Names in the topology that name nothing."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from infra.topology.parts.metrics import EACH

if TYPE_CHECKING:
    from infra.topology.model import Topology


def dangling_references(topology: Topology) -> Iterator[str]:
    """Yield a sentence for each name that is referred to and does not exist."""
    yield from _unknown_names(topology)
    yield from _unknown_schedules(topology)
    yield from _unknown_in_metrics(topology)


def _unknown_names(topology: Topology) -> Iterator[str]:
    for name, queue in topology.queues.items():
        yield from _unknown(f"queue {name}", "queue", queue.dead_letter_queue, topology.queues)
    for name, function in topology.functions.items():
        user = f"function {name}"
        for variable in function.environment:
            yield from _unknown(user, "environment variable", variable, topology.environment)
        for grant in function.grants:
            yield from _unknown(user, "table", grant.table, topology.tables)
            yield from _unknown(user, "queue", grant.queue, topology.queues)
            yield from _unknown(user, "topic", grant.topic, (topology.topic,))
            if grant.table in topology.tables:
                yield from _unknown(user, "index", grant.index, topology.tables[grant.table].indexes)
        for source in function.consumes:
            yield from _unknown(user, "queue", source.queue, topology.queues)
            streams = [table for table, definition in topology.tables.items() if definition.stream]
            yield from _unknown(user, "stream of table", source.stream, streams)
    for key, route in topology.routes.items():
        yield from _unknown(f"route {key}", "function", route.function, topology.functions)


def _unknown_schedules(topology: Topology) -> Iterator[str]:
    scheduled = [name for name, function in topology.functions.items() if function.schedule_minutes]
    for name, alarm in topology.alarms.items():
        yield from _unknown(f"alarm {name}", "scheduled function", alarm.scheduled, scheduled)


def _unknown_in_metrics(topology: Topology) -> Iterator[str]:
    watched = [
        *(
            (f"alarm {name}", metric)
            for name, alarm in topology.alarms.items()
            for metric in (*alarm.metrics.values(), *([alarm.metric] if alarm.metric else []))
        ),
        *(
            (f"chart {chart.title!r}", line)
            for stage in topology.dashboard
            for chart in stage.charts
            for line in chart.lines
        ),
    ]
    for user, metric in watched:
        for reference in metric.dimensions.values():
            yield from _unknown(user, "queue", reference.queue, topology.queues)
            yield from _unknown(user, "topic", reference.topic, (topology.topic,))
            yield from _unknown(user, "table", reference.table, (*topology.tables, EACH))
            yield from _unknown(user, "function", reference.function, (*topology.functions, EACH))
            yield from _unknown(user, "index", reference.index, (EACH,))


def _unknown(user: str, kind: str, name: str | None, known: Container[str]) -> Iterator[str]:
    if name is not None and name not in known:
        yield f"{user}: there is no {kind} {name}"
