"""Which member of which room gets what of a batch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.fanout.delivery import Delivery
from services.fanout.frames import Parcel, pack
from services.fanout.records import Record
from shared.stores.connections import Member, ProtocolVersion


@dataclass(frozen=True, slots=True)
class Assignment:
    """A member and what it is to get: the context of a delivery."""

    member: Member
    parcel: Parcel


class Router:
    """Turns the records of a batch into deliveries: a connection gets its frames in one go and in order.

    Records for a whole room wait for its members; records with targets of their own are kept by connection
    and travel with the room's when the connection turns up there, else alone at the end.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self.rooms: dict[str, list[Record]] = defaultdict(list)
        self._by_connection: dict[str, tuple[Member, list[Record]]] = {}
        for record in records:
            if record.job.targets is None:
                self.rooms[record.job.message.room_id].append(record)
                continue
            for target in record.job.targets:
                member_records = self._by_connection.setdefault(target.connection_id, (target.member, []))
                member_records[1].append(record)

    def to_members(self, room_id: str, members: Iterable[Member]) -> Iterator[Delivery]:
        """The deliveries to members of a room."""
        records = self.rooms[room_id]
        usual = _Parcels(records)
        excluded = {record.job.exclude for record in records}
        for member in members:
            identifier = member.connection_id
            if identifier not in excluded and identifier not in self._by_connection:
                parcel = usual.of(member.protocol)
            else:
                wanted = [record for record in records if record.job.exclude != identifier]
                _, own = self._by_connection.pop(identifier, (member, []))
                parcel = pack([*wanted, *own], member.protocol)
            if parcel.frames:
                yield Delivery(identifier, parcel.frames, Assignment(member, parcel))

    def to_others(self) -> Iterator[Delivery]:
        """The deliveries to targets that have not turned up in a room."""
        parcels: dict[tuple[Record, ...], _Parcels] = {}
        for identifier, (member, records) in self._by_connection.items():
            key = tuple(records)
            parcel = parcels.setdefault(key, _Parcels(records)).of(member.protocol)
            yield Delivery(identifier, parcel.frames, Assignment(member, parcel))


class _Parcels:
    """The parcel of the same records, made once for each protocol version."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records
        self._parcels: dict[ProtocolVersion, Parcel] = {}

    def of(self, protocol: ProtocolVersion) -> Parcel:
        if protocol not in self._parcels:
            self._parcels[protocol] = pack(self._records, protocol)
        return self._parcels[protocol]
