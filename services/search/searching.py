"""Who may search where, and how much of it fits into a frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.search.asking import Question, question_of
from services.search.finding import Found, Index, find
from services.search.postings import NEWEST, Reads
from shared.auth.identity import Identity
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from shared.protocol.frames import SearchMessages
from shared.protocol.message import Message
from shared.protocol.replies import encode, new_message
from shared.rights import RoomAction
from shared.stores.memberships import Memberships

RESULTS_LIMIT = 20  # of a frame about one room
RESULTS_OF_A_ROOM_LIMIT = 5  # of a frame about several rooms, so that a busy one does not hide the others
READS_LIMIT = 80  # queries to the index of a frame: some 5 ms each, one after the other
READS_OF_A_ROOM_LIMIT = 20  # of these, where it is about several


@dataclass(slots=True)
class Results:
    """What a frame tells: messages by room, of each the newest first, where there is more, how to go on."""

    messages: list[Message] = field(default_factory=list)
    more_in: list[str] = field(default_factory=list)
    next_cursor: str | None = None


def search(
    wanted: SearchMessages, reader: Identity, *, index: Index, memberships: Memberships, now: int
) -> Results:
    """Find messages in rooms that the reader may read: all of one, page by page, or the newest of several.

    Args:
        wanted: what is looked for, and where.
        reader: who asks.
        index: the words, and the messages.
        memberships: who may read what.
        now: epoch ms.

    Raises:
        Banned, Forbidden: the reader may not read that room. Of several, those they may are searched.
        RateLimited, Unavailable: a store failed.
    """
    question = question_of(wanted.query)
    if wanted.room_id is not None:
        memberships.check(RoomAction.READ, reader.user_id, wanted.room_id, now)
        return Results() if question.is_empty else _in_room(question, wanted.room_id, wanted.cursor, index)
    rooms = _readable(list(dict.fromkeys(wanted.room_ids or ())), reader.user_id, memberships, now)
    left = rooms[rooms.index(wanted.cursor) :] if wanted.cursor in rooms else rooms
    return Results() if question.is_empty else _in_rooms(question, left, index)


def _readable(rooms: Sequence[str], user_id: str, memberships: Memberships, now: int) -> list[str]:
    readable = memberships.permitted(RoomAction.READ, [(user_id, room) for room in rooms], now)
    return [room for room in rooms if (user_id, room) in readable]


def _in_room(question: Question, room_id: str, cursor: str | None, index: Index) -> Results:
    at_most, reads = cursor or NEWEST, Reads(READS_LIMIT)
    found = find(question, room_id, index, at_most=at_most, limit=RESULTS_LIMIT, reads=reads)
    kept = _fitting(found.messages, FRAME_LIMIT_BYTES)
    if len(kept) < len(found.messages):
        return Results(kept, next_cursor=found.messages[len(kept)].sort_key)
    return Results(kept, next_cursor=found.at_most)


def _in_rooms(question: Question, rooms: Sequence[str], index: Index) -> Results:
    results = Results()
    reads_left, bytes_left = READS_LIMIT, FRAME_LIMIT_BYTES
    for room_id in rooms:
        if reads_left <= 0 or bytes_left <= 0:
            results.next_cursor = room_id
            break
        reads = Reads(min(reads_left, READS_OF_A_ROOM_LIMIT))
        reads_left -= reads.left
        found = find(question, room_id, index, limit=RESULTS_OF_A_ROOM_LIMIT, reads=reads)
        reads_left += max(0, reads.left)
        bytes_left = _add(found, room_id, results, bytes_left)
    return results


def _add(found: Found, room_id: str, results: Results, bytes_left: int) -> int:
    """Add what was found in a room as far as it fits; return the bytes that are left."""
    kept = _fitting(found.messages, bytes_left)
    results.messages += kept
    if found.at_most is not None or len(kept) < len(found.messages):
        results.more_in.append(room_id)
        if len(kept) < len(found.messages):
            return 0
    return bytes_left - sum(map(_size_of, kept))


def _fitting(messages: list[Message], limit_bytes: int) -> list[Message]:
    """Return as many of the first messages as fit; one fits into any frame."""
    size = 0
    for count, message in enumerate(messages):
        size += _size_of(message)
        if size > limit_bytes:
            return messages[:count]
    return messages


def _size_of(message: Message) -> int:
    return len(encode(new_message(message)))
