"""Who got what: every acknowledged message held against every member of its room."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

# A message sent this shortly before a member left may still have been under way.
LEAVING_SECONDS = 5.0
MOST_COPIES = 127  # half a byte's values for each message and member; the other half is for
RECOVERED = 128  # a message that was read from history


@dataclass(frozen=True, slots=True)
class Sent:
    """Names a message before the server does: who sent it, the how-manieth of that sender, and when.

    `due_at` is the time at which the schedule wanted it sent, epoch seconds, so that a sender that is held up
    counts as latency (coordinated omission).
    """

    sender: str
    sequence: int
    due_at: float

    def content(self, size: int) -> str:
        """The text of the message, padded to `size` characters."""
        return f"swarm {self.sender} {self.sequence} {self.due_at:.6f} ".ljust(size, "x")

    @classmethod
    def of_content(cls, content: str) -> "Sent | None":
        """What `content` made; None for anything else."""
        parts = content.split(" ", 4)
        if len(parts) < 4 or parts[0] != "swarm":
            return None
        try:
            return cls(parts[1], int(parts[2]), float(parts[3]))
        except ValueError:
            return None


@dataclass(slots=True)
class Room:
    """The messages of a room in the order in which the swarm first saw them, by `messageId`."""

    index: dict[str, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    sort_keys: list[str] = field(default_factory=list)
    acknowledged: set[int] = field(default_factory=set)

    def seen(self, message_id: str, sort_key: str, sent: Sent) -> int:
        """The number of the message."""
        number = self.index.setdefault(message_id, len(self.index))
        if number == len(self.sent):
            self.sent.append(sent)
            self.sort_keys.append(sort_key)
        return number


@dataclass(slots=True)
class Member:
    """One user in one room, over all its connections.

    `since` is when its present view began, `until` when it left, both epoch seconds. `copies` holds for each
    message of the room how often it was delivered live, plus `RECOVERED` if history brought it.
    """

    room: str
    since: float
    v1: bool = False
    until: float | None = None
    copies: bytearray = field(default_factory=bytearray)
    newest_sort_key: str = ""
    out_of_order: int = 0
    against_order: int = 0
    foreign: int = 0

    def expects(self, due_at: float) -> bool:
        """Whether a message of that time had to reach this member."""
        return due_at >= self.since and (self.until is None or due_at < self.until - LEAVING_SECONDS)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message of the swarm as history holds it."""

    message_id: str
    sort_key: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class Missing:
    """A message that a member should have and has not."""

    member: str
    room: str
    message_id: str


class Due(NamedTuple):
    """Pairs of member and message that had to come together, and those that did: in the end, and live."""

    expected: int = 0
    received: int = 0
    live: int = 0

    def and_one(self, copies: int) -> "Due":
        """With one more pair, of which there are so many copies."""
        return Due(self.expected + 1, self.received + (copies > 0), self.live + (copies % RECOVERED > 0))


@dataclass(frozen=True, slots=True)
class Accounts:
    """The books at the end of a run.

    Attributes:
        acknowledged: messages for which the server said that they are stored and published; of a v1 sender,
            whom it tells nothing, those that it stored.
        expected: pairs of member and message that had to come together.
        received: those of `expected` that did.
        received_live: those of `received` that did not need history.
        duplicates: copies beyond the first on a live connection; a v2 client merges them away.
        duplicated: those copies by message, the most first.
        out_of_order: messages that came after one of a later sort key; a v2 client sorts them.
        out_of_order_after_merge: messages that sort before one whose acknowledgement their sender had when it
            sent them. What one says without waiting for the answer, the server orders as it comes.
        stored_twice: messages that history holds under more than one id.
        foreign: messages that came to a member of another room.
        missing: holes in members' views.
        lost: ids of acknowledged messages that history does not hold.
        by_second: the expected pairs by the epoch second in which the message was due.
    """

    acknowledged: int
    expected: int
    received: int
    received_live: int
    duplicates: int
    duplicated: tuple[int, ...]
    out_of_order: int
    out_of_order_after_merge: int
    stored_twice: int
    foreign: int
    missing: tuple[Missing, ...]
    lost: tuple[str, ...]
    by_second: Mapping[int, "Due"] = field(default_factory=dict)

    @property
    def delivery_ratio(self) -> float:
        """Share of the expected pairs that came together; 1 where nothing was expected."""
        return self.received / self.expected if self.expected else 1.0


class DeliveryLog:
    """Books every acknowledgement and arrival while the swarm runs."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.members: dict[str, Member] = {}
        self._is_sealed = False

    def seal(self) -> None:
        """What is acknowledged from now on is not judged: it may be stored after history was read."""
        self._is_sealed = True

    def join(self, member: str, room: str, now: float, *, v1: bool = False) -> None:
        """A member's first connection to its room is open."""
        self.add(member, Member(room, now, v1))

    def add(self, name: str, member: Member) -> None:
        """Take in a member with what it has."""
        self.rooms.setdefault(member.room, Room())
        self.members[name] = member

    def forget_view(self, member: str, now: float) -> None:
        """A v1 client that reconnects replaces its list: nothing earlier is owed to it any more."""
        self.members[member].since = now

    def leave(self, member: str, now: float) -> None:
        self.members[member].until = now

    def acknowledge(self, member: str, message_id: str, sort_key: str, sent: Sent, follows: str = "") -> None:
        """The server answered the sender with its message; that is the sender's own copy as well.

        `follows` is the newest sort key that the sender had been answered before it sent this.
        """
        holder = self.members[member]
        holder.against_order += sort_key < follows
        room = self.rooms[holder.room]
        number = room.seen(message_id, sort_key, sent)
        if not self._is_sealed:
            room.acknowledged.add(number)
        self._book(holder, number)

    def arrive(self, member: str, room: str, message_id: str, sort_key: str, sent: Sent) -> bool:
        """A message was delivered on a live connection; whether for the first time there."""
        holder = self.members[member]
        if room != holder.room:
            holder.foreign += 1
            return False
        first = self._book(holder, self.rooms[room].seen(message_id, sort_key, sent))
        if first and sort_key < holder.newest_sort_key:
            holder.out_of_order += 1
        holder.newest_sort_key = max(holder.newest_sort_key, sort_key)
        return first

    def recover(self, member: str, message_id: str, sort_key: str, sent: Sent) -> None:
        """A message was read from history, where reading twice is no duplicate."""
        holder = self.members[member]
        number = self.rooms[holder.room].seen(message_id, sort_key, sent)
        lengthen(holder.copies, number)
        holder.copies[number] |= RECOVERED

    def holes(self) -> int:
        """Pairs of member and acknowledged message that still have to come together."""
        return sum(1 for _ in self._missing())

    def close(self, history: Mapping[str, Iterable[Stored]]) -> Accounts:
        """The accounts; `history` holds what each room's history has at the end."""
        stored: dict[str, set[str]] = {}
        for room, messages in history.items():
            stored[room] = {self._accept(self.rooms[room], each) for each in messages}
        missing = tuple(self._missing())
        by_second: defaultdict[int, Due] = defaultdict(Due)
        duplicated = self._duplicated()
        for member in self.members.values():
            held = self.rooms[member.room]
            for number in held.acknowledged:
                if member.expects(due_at := held.sent[number].due_at):
                    by_second[int(due_at)] = by_second[int(due_at)].and_one(_copies(member, number))
        return Accounts(
            acknowledged=sum(len(room.acknowledged) for room in self.rooms.values()),
            expected=sum(due.expected for due in by_second.values()),
            received=sum(due.received for due in by_second.values()),
            received_live=sum(due.live for due in by_second.values()),
            duplicates=duplicated.total(),
            duplicated=tuple(number for _, number in duplicated.most_common()),
            out_of_order=sum(member.out_of_order for member in self.members.values()),
            out_of_order_after_merge=sum(member.against_order for member in self.members.values()),
            stored_twice=sum(
                _stored_twice(room, stored.get(name, set())) for name, room in self.rooms.items()
            ),
            foreign=sum(member.foreign for member in self.members.values()),
            missing=missing,
            lost=tuple(
                message_id
                for name, room in self.rooms.items()
                for message_id, number in room.index.items()
                if number in room.acknowledged and message_id not in stored.get(name, set())
            ),
            by_second=by_second,
        )

    def _accept(self, room: Room, stored: Stored) -> str:
        sender = self.members.get(stored.sent.sender)
        if sender and sender.v1:
            room.acknowledged.add(room.seen(stored.message_id, stored.sort_key, stored.sent))
        return stored.message_id

    def _duplicated(self) -> Counter[tuple[str, int]]:
        found: Counter[tuple[str, int]] = Counter()
        for member in self.members.values():
            for number, copies in enumerate(member.copies):
                if copies % RECOVERED > 1:
                    found[member.room, number] += copies % RECOVERED - 1
        return found

    def _missing(self) -> Iterable[Missing]:
        for name, member in self.members.items():
            room = self.rooms[member.room]
            ids = list(room.index)
            for number in room.acknowledged:
                if not _copies(member, number) and member.expects(room.sent[number].due_at):
                    yield Missing(name, member.room, ids[number])

    def _book(self, member: Member, number: int) -> bool:
        lengthen(member.copies, number)
        live = member.copies[number] % RECOVERED
        if live < MOST_COPIES:
            member.copies[number] += 1
        return live == 0


def lengthen(copies: bytearray, number: int) -> None:
    """Make `number` an index of `copies`."""
    if number >= len(copies):
        copies.extend(bytes(number + 1 - len(copies)))


def _copies(member: Member, number: int) -> int:
    return member.copies[number] if number < len(member.copies) else 0


def _stored_twice(room: Room, stored: set[str]) -> int:
    numbers = [number for message_id, number in room.index.items() if message_id in stored]
    return len(numbers) - len({(room.sent[number].sender, room.sent[number].sequence) for number in numbers})
