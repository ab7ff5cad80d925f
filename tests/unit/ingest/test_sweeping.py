from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from services.ingest.sweeping import (
    BACKLOG_JOBS,
    GRACE_SECONDS,
    LOOK_AGAIN_SECONDS,
    Backlogged,
    Sweeper,
    sweep,
)
from shared.protocol.message import Message
from shared.stores.published import Key, Published, key_of
from tests.unit.examples import NOW_SECONDS, message

LATER = float(NOW_SECONDS + 60)


@dataclass
class Scene(Published):
    """A store of marks, a topic and a clock; `appear` are marks that are written at a time."""

    now: float = float(NOW_SECONDS)
    keys: set[Key] = field(default_factory=set)
    appear: dict[float, Message] = field(default_factory=dict)
    jobs: int = 0
    published: list[Message] = field(default_factory=list)

    def marked(self, keys: Collection[Key]) -> set[Key]:
        written = {key_of(each) for at, each in self.appear.items() if at <= self.now}
        return (self.keys | written) & set(keys)

    def sweeper(self) -> Sweeper:
        return Sweeper(self, self.published.append, lambda _room: self.jobs, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_what_is_marked_is_left_alone_and_what_is_not_is_published() -> None:
    scene = Scene(keys={key_of(message(1))})

    swept = sweep([message(1), message(2)], scene.sweeper(), LATER)

    assert swept == scene.published == [message(2)]


def test_a_message_gets_its_time_to_be_published_by_others() -> None:
    scene = Scene(appear={NOW_SECONDS + GRACE_SECONDS - 1: message(0)})

    assert sweep([message(0)], scene.sweeper(), LATER) == []
    assert scene.now >= NOW_SECONDS + GRACE_SECONDS


def test_old_messages_are_not_waited_for() -> None:
    scene = Scene(now=NOW_SECONDS + 3_600.0)

    assert sweep([message(0)], scene.sweeper(), LATER + 3_600) == [message(0)]
    assert scene.now == NOW_SECONDS + 3_600.0


def test_a_clock_that_is_wrong_costs_no_more_than_the_grace() -> None:
    scene = Scene(now=NOW_SECONDS - 3_600.0)

    sweep([message(0)], scene.sweeper(), LATER)

    assert scene.now == NOW_SECONDS - 3_600.0 + GRACE_SECONDS


def test_in_a_backlog_a_message_may_just_not_have_had_its_turn() -> None:
    scene = Scene(
        appear={NOW_SECONDS + GRACE_SECONDS + LOOK_AGAIN_SECONDS: message(0)}, jobs=BACKLOG_JOBS + 1
    )

    assert sweep([message(0)], scene.sweeper(), LATER) == []
    assert scene.published == []


def test_a_backlog_that_goes_on_leaves_the_batch_to_be_looked_at_again() -> None:
    scene = Scene(jobs=BACKLOG_JOBS + 1)

    with pytest.raises(Backlogged):
        sweep([message(0)], scene.sweeper(), LATER)
    assert scene.published == []
    assert scene.now <= LATER


def test_nothing_stored_is_nothing_asked() -> None:
    assert sweep([], Scene().sweeper(), LATER) == []
