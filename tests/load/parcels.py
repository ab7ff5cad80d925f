"""Ledgers and measures as plain data, as they travel from a worker to the master, and put together there."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tests.load.accounting import Ledger, Member, Room, Sent, lengthen
from tests.load.measures import Measures

Parcel = dict[str, Any]


def pack_ledger(ledger: Ledger) -> Parcel:
    return {
        "rooms": {
            name: {
                "ids": list(room.index),
                "sort_keys": room.sort_keys,
                "sent": [[each.sender, each.sequence, each.due_at] for each in room.sent],
                "acknowledged": sorted(room.acknowledged),
            }
            for name, room in ledger.rooms.items()
        },
        "members": {
            name: asdict(member) | {"copies": bytes(member.copies)} for name, member in ledger.members.items()
        },
    }


def merged_ledger(parcels: Iterable[Parcel]) -> Ledger:
    """One ledger of all workers': each knows its own members, and the messages that they sent or saw."""
    whole = Ledger()
    for parcel in parcels:
        numbers = {name: _take_room(whole, name, room) for name, room in parcel["rooms"].items()}
        for name, member in parcel["members"].items():
            copies = _renumbered(member["copies"], numbers[member["room"]])
            whole.add(name, Member(**{**member, "copies": copies}))
    return whole


def _take_room(whole: Ledger, name: str, room: Parcel) -> list[int]:
    """The worker's messages by the numbers that they have in the whole."""
    merged = whole.rooms.setdefault(name, Room())
    rows = zip(room["ids"], room["sort_keys"], room["sent"], strict=True)
    numbers = [merged.seen(message_id, sort_key, Sent(*sent)) for message_id, sort_key, sent in rows]
    merged.acknowledged.update(numbers[number] for number in room["acknowledged"])
    return numbers


def _renumbered(copies: bytes, numbers: list[int]) -> bytearray:
    renumbered = bytearray()
    for number, held in enumerate(copies):
        if held:
            lengthen(renumbered, numbers[number])
            renumbered[numbers[number]] = held
    return renumbered


def pack_measures(measures: Measures) -> Parcel:
    return {
        "counts": dict(measures.counts),
        "connect": measures.connect.encoded(),
        "acknowledgement": measures.acknowledgement.encoded(),
        "delivery": measures.delivery.encoded(),
    }


def merged_measures(parcels: Iterable[Parcel]) -> Measures:
    """Counts added up, latencies in common histograms; samples are the master's own."""
    whole = Measures()
    for parcel in parcels:
        whole.counts.update(parcel["counts"])
        whole.connect.add(parcel["connect"])
        whole.acknowledgement.add(parcel["acknowledgement"])
        whole.delivery.add(parcel["delivery"])
    return whole
