import json
from dataclasses import replace

from services.fanout.delivery import Delivery
from services.fanout.records import Record
from services.fanout.routing import Assignment, Router
from shared.jobs import DeliveryJob, Target
from shared.stores.connections import Member
from tests.unit.examples import change_of, message, record

A, B, C = (Member(name, "v2") for name in ("a=", "b=", "c="))


def shown(delivery: Delivery[Assignment]) -> tuple[str, list[str]]:
    """The connection, and the ids of the messages it gets, in order."""
    messages = []
    for frame in delivery.frames:
        data = json.loads(frame.body)["data"]
        messages += data if isinstance(data, list) else [data]
    return delivery.connection_id, [each["messageId"] for each in messages]


def routed(records: list[Record], members: list[Member]) -> dict[str, list[str]]:
    router = Router(records)
    deliveries = [each for room in router.rooms for each in router.to_members(room, members)]
    return dict(map(shown, [*deliveries, *router.to_others()]))


def id_of(number: int) -> str:
    return message(number).message_id


def test_every_member_but_the_sender_gets_a_message_of_the_room() -> None:
    assert routed([record(1, exclude="b=")], [A, B, C]) == {"a=": [id_of(1)], "c=": [id_of(1)]}


def test_each_sender_is_left_out_of_its_own_message_alone() -> None:
    records = [record(1, exclude="a="), record(2, exclude="b=")]

    assert routed(records, [A, B, C]) == {
        "a=": [id_of(2)],
        "b=": [id_of(1)],
        "c=": [id_of(1), id_of(2)],
    }


def test_named_targets_get_theirs_whoever_is_in_the_room() -> None:
    assert routed([record(1, targets=["x=", "y="])], [A]) == {"x=": [id_of(1)], "y=": [id_of(1)]}


def test_what_a_member_missed_before_comes_first_and_in_the_same_go() -> None:
    missed, now = record(1, targets=["a="], attempt=1), record(2)

    assert routed([now, missed], [A, B]) == {"a=": [id_of(1), id_of(2)], "b=": [id_of(2)]}


def test_members_with_the_same_news_share_their_frames() -> None:
    router = Router([record(1), record(2)])

    first, second = router.to_members("global", [A, B])

    assert first.frames is second.frames


def test_v1_and_v2_members_get_what_they_understand() -> None:
    router = Router([record(1), record(2)])

    old, new = router.to_members("global", [Member("old=", "v1"), B])

    assert [json.loads(frame.body)["type"] for frame in old.frames] == ["newMessage", "newMessage"]
    assert [json.loads(frame.body)["type"] for frame in new.frames] == ["newMessages"]


def test_who_speaks_v1_is_not_bothered_with_changes() -> None:
    edit = change_of(message(1), "edit", content="Hi")
    old, new = Member("old=", "v1"), B
    whole_room = replace(record(2), job=DeliveryJob.of(edit))
    targets = (Target.of(old), Target.of(new))
    named = replace(record(2), job=DeliveryJob.of(edit, targets=targets))

    to_room = Router([whole_room]).to_members("global", [old, new])
    assert [each.connection_id for each in to_room] == ["b="]
    assert [each.connection_id for each in Router([named]).to_others()] == ["b="]


def test_rooms_do_not_mix() -> None:
    router = Router([record(1, room="kitchen"), record(2, room="garden")])

    assert [shown(each) for each in router.to_members("kitchen", [A])] == [("a=", [id_of(1)])]
    assert [shown(each) for each in router.to_members("garden", [A])] == [("a=", [id_of(2)])]
