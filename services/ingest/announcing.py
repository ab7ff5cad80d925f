"""Tells rooms what people do there. Nothing fails with it: what cannot be published is dropped."""

from collections.abc import Sequence

from shared.jobs import EphemeralEvent
from shared.observability import Observability
from shared.publishing import EventLost, Topic


def announce(events: Sequence[EphemeralEvent], *, origin: str, topic: Topic, observe: Observability) -> None:
    """Publish events of one kind, which come from the connection `origin`."""
    if not events:
        return
    published = 0
    try:
        for event in events:
            topic.publish_event(event, exclude=origin)
            published += 1
    except EventLost as loss:  # where one is lost the next would be too, and wait for as long
        observe.count_by("EphemeralDropped", "reason", "failed", len(events) - published)
        observe.logger.warning("events dropped", reason=str(loss))
    if published:
        observe.count_by("EphemeralEvents", "kind", events[0].kind, published)
