"""AWS calls for one message, by the size of its room, in a stack of 10,000 connections.

Counted by botocore's events while the project's own code sends and fans out against moto; posts are counted
where they leave the worker. SQS is counted as Lambda's poller calls it: a receive and a delete a batch. The
reference's algorithm really runs too. It posts to every connection whatever the room, but reads only the
first page of its scans: `reference_first_page` is what it does, `reference` what it takes to reach everybody.
`aws_calls_per_change` is the same for a change of a message in a room of ten, by its kind.
"""

import time
from collections import Counter
from functools import cache
from typing import Any, NamedTuple

from shared.auth.identity import Identity
from shared.jobs import EphemeralEvent
from tests.bench.moto_stack import ALICE, ROOM_LIMIT, MotoStack, moto_stack
from tests.bench.reference_send import Pages, poster, reference_table, send_as_the_reference

MARA = Identity("mara", "Mara")
SIZES = (10, 100, 1_000, 10_000)
CONNECTIONS = 10_000


EVENT_SIZES = (2, 10, ROOM_LIMIT, ROOM_LIMIT + 1)  # of the last nobody is told


class Counts(NamedTuple):
    """Calls by operation; ours by size of the room, with posts as `Post` and invocations as `Invoke`."""

    ours: dict[int, Counter[str]]
    reference: Counter[str]
    reference_first_page: Counter[str]


def run() -> dict[str, float]:
    counts = counted()
    figures: dict[str, float] = {}
    for size, calls in counts.ours.items():
        name = f"aws_calls_per_message.{size}"
        figures[f"{name}.ours"] = calls.total() - calls["Invoke"]
        figures[f"{name}.reference"] = counts.reference.total()
        figures[f"{name}.reference_first_page"] = counts.reference_first_page.total()
    for kind, (calls, _rows) in counted_changes().items():
        figures[f"aws_calls_per_change.10.{kind}"] = calls.total() - calls["Invoke"]
    reached = counts.reference_first_page["PostToConnection"]
    return figures | {"connections_reached.reference_first_page": reached}


@cache
def counted() -> Counts:
    """Sends one message to a room of each size, and two as the reference does."""
    with moto_stack() as stack:
        ours = {size: _ours(stack, size) for size in SIZES}
        reference_table(stack, CONNECTIONS)
        return Counts(ours, _reference(stack, "all pages"), _reference(stack, "first page"))


@cache
def counted_events() -> dict[int, Counter[str]]:
    """What it takes to tell a room that somebody types, or came or went, by the size of the room."""
    with moto_stack() as stack:
        return {size: _event(stack, size) for size in EVENT_SIZES}


@cache
def counted_changes() -> dict[str, tuple[Counter[str], int]]:
    """What it takes to change a message of a room of ten: calls by operation, rows of the transaction."""
    with moto_stack() as stack:
        return {
            "edit": _change(stack, "editMessage", content="y" * 100),
            "reaction": _change(stack, "react", emoji="\U0001f44d", on=True),
            "pin": _change(stack, "pinMessage", on=True),
            "deletion": _change(stack, "deleteMessage"),
            "deletion_by_a_moderator": _change(stack, "deleteMessage", MARA, author=ALICE.user_id),
        }


def _change(stack: MotoStack, action: str, by: Identity = ALICE, **data: Any) -> tuple[Counter[str], int]:
    room = f"room-{action}-{by.username}"
    stack.fill(room, 10)
    said = stack.send(room)
    stack.fan_out()
    stack.change(said, action, by, **data)
    (rows,) = stack.rows
    done = stack.fan_out()
    assert done["Post"] == 9, "everybody but who changed it"
    return Counter(stack.made) + done, rows


def _event(stack: MotoStack, size: int) -> Counter[str]:
    room = f"room-{size}"
    stack.fill(room, size)
    stack.made.clear()
    now = int(time.time() * 1000)
    stack.tell(EphemeralEvent(kind="typing", room_id=room, user_id="alice", username="Alice", at=now))
    done = stack.fan_out()
    assert done["Post"] == (size - 1 if size <= ROOM_LIMIT else 0), "everybody but the one who types"
    return Counter(stack.made) + done


def _ours(stack: MotoStack, size: int) -> Counter[str]:
    room = f"room-{size}"
    stack.fill(room, size)
    stack.made.clear()
    stack.send(room)
    done = stack.fan_out()
    assert done["Post"] == size - 1, "everybody but the sender, who has the echo"
    return Counter(stack.made) + done


def _reference(stack: MotoStack, pages: Pages) -> Counter[str]:
    posts = poster(stack)
    stack.made.clear()
    reached = send_as_the_reference(stack, posts, pages)
    assert reached == CONNECTIONS or pages == "first page"
    return Counter(stack.made)
