"""Delivery logs and measures as plain data, as workers send them to the master, which merges them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tests.load.accounting import DeliveryLog, Member, Room, Sent, lengthen
from tests.load.measures import Measures

Parcel = dict[str, Any]


def pack_delivery_log(delivery_log: DeliveryLog) -> Parcel:
    return {
        "rooms": {
            name: {
                "ids": list(room.index),
                "sort_keys": room.sort_keys,
                "sent": [[each.sender, each.sequence, each.due_at] for each in room.sent],
                "acknowledged": sorted(room.acknowledged),
            }
            for name, room in delivery_log.rooms.items()
        },
        "members": {
            name: asdict(member) | {"copies": bytes(member.copies)}
            for name, member in delivery_log.members.items()
        },
    }


def merged_delivery_log(parcels: Iterable[Parcel]) -> DeliveryLog:
    """One delivery log of all workers: each knows its own members, and the messages that they sent or saw."""
    whole = DeliveryLog()
    for parcel in parcels:
        numbers = {name: _take_room(whole, name, room) for name, room in parcel["rooms"].items()}
        for name, member in parcel["members"].items():
            copies = _renumbered(member["copies"], numbers[member["room"]])
            whole.add(name, Member(**{**member, "copies": copies}))
    return whole


def _take_room(whole: DeliveryLog, name: str, room: Parcel) -> list[int]:
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
