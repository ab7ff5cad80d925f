import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.fanout.frames import Packed, pack, unpack
from services.fanout.records import Item
from shared.jobs import Outgoing
from shared.protocol.frame_limit import FRAME_LIMIT_BYTES
from tests.unit.examples import change_of, message, notice, record


def item(number: int, content: str = "Hello") -> Item:
    return record(number, content=content).items[0]


def contents(packed: Packed) -> list[dict[str, Any]]:
    return [json.loads(frame.body) for frame in packed.frames]


def ids(frame: dict[str, Any]) -> list[str]:
    data = frame["data"]
    return [said["messageId"] for said in (data if isinstance(data, list) else [data])]


def test_v1_gets_a_frame_a_message_in_order() -> None:
    items = [item(number) for number in (2, 0, 1)]

    packed = pack(items, "v1")

    assert [frame["type"] for frame in contents(packed)] == ["newMessage"] * 3
    assert [ids(frame)[0] for frame in contents(packed)] == [message(n).message_id for n in (0, 1, 2)]
    assert packed.items == ((items[1],), (items[2],), (items[0],))


def test_v2_gets_them_all_in_one_frame_in_order() -> None:
    items = [item(number) for number in (2, 0, 1)]

    packed = pack(items, "v2")

    assert [frame["type"] for frame in contents(packed)] == ["newMessages"]
    assert ids(contents(packed)[0]) == [message(n).message_id for n in (0, 1, 2)]
    assert packed.items == ((items[1], items[2], items[0]),)


def test_one_message_is_the_same_frame_for_both() -> None:
    assert pack([item(1)], "v1").frames == pack([item(1)], "v2").frames
    assert contents(pack([item(1)], "v2")) == [
        {"type": "newMessage", "data": message(1).model_dump(by_alias=True)}
    ]


def test_a_message_that_was_queued_twice_comes_once_for_both_records() -> None:
    twice = [item(1), item(1)]

    for protocol in ("v1", "v2"):
        packed = pack(twice, protocol)
        assert len(packed.frames) == 1
        assert packed.items == (tuple(twice),)


def test_nothing_is_no_frame() -> None:
    assert pack([], "v1") == pack([], "v2") == Packed((), ())


def changed(number: int) -> Item:
    """A change of the first message, as the entry of that number."""
    edit = change_of(message(0), "edit", number=number, content="Hi")
    return replace(item(number), outgoing=Outgoing(message=edit))


def test_changes_come_in_frames_of_their_own_in_the_order_of_the_log() -> None:
    packed = pack([changed(3), item(1), changed(2), item(4), item(5)], "v2")

    assert [frame["type"] for frame in contents(packed)] == [
        "newMessage",
        "changes",
        "newMessages",
    ]
    assert [told["sortKey"] for told in contents(packed)[1]["data"]] == [
        each.message.sort_key for each in (changed(2), changed(3))
    ]


def test_one_change_is_told_with_its_new_text_and_no_id_of_a_message() -> None:
    (frame,) = contents(pack([changed(3)], "v2"))

    assert (frame["type"], frame["data"]["kind"], frame["data"]["content"]) == ("change", "edit", "Hi")
    assert "messageId" not in frame["data"]


def test_v1_is_told_of_no_change_and_sees_no_field_of_v2() -> None:
    answer = message(1).model_copy(update={"reply_to": message(0).sort_key, "edited_at": 1})
    reply = replace(item(1), outgoing=Outgoing(message=answer))

    assert pack([changed(2)], "v1") == Packed((), ())
    packed = pack([changed(2), reply], "v1")
    assert contents(packed) == [{"type": "newMessage", "data": message(1).model_dump(by_alias=True)}]
    assert packed.items == ((reply,),)


def test_notices_come_one_by_one_in_the_order_of_the_log_and_not_to_v1() -> None:
    noted = [replace(item(number), outgoing=Outgoing(message=notice(number))) for number in (3, 2)]
    packed = pack([*noted, changed(4), item(1)], "v2")

    assert [frame["type"] for frame in contents(packed)] == ["newMessage", "notice", "notice", "change"]
    assert contents(packed)[1]["data"] == {
        "roomId": "global",
        "sortKey": notice(2).sort_key,
        "userId": "a11ce",
        "createdAt": notice(2).created_at,
        "event": "removed",
        "about": "b0b",
    }
    assert [frame["type"] for frame in contents(pack([*noted, item(1)], "v1"))] == ["newMessage"]


LENGTHS = st.lists(st.integers(min_value=1, max_value=4000), min_size=1, max_size=12)


@given(LENGTHS, st.sampled_from(["a", "ü", "😀"]))
def test_coalesced_frames_stay_within_their_limit_and_bring_all_in_order(
    lengths: list[int], character: str
) -> None:
    items: list[Item] = [item(number, content=character * length) for number, length in enumerate(lengths)]

    packed = pack(items, "v2")

    assert all(len(frame.body) <= FRAME_LIMIT_BYTES + 100 for frame in packed.frames)
    assert [key for frame in contents(packed) for key in ids(frame)] == [
        each.message.message_id for each in items
    ]


def test_a_frame_that_is_too_large_comes_apart_into_its_messages() -> None:
    items = [item(number) for number in range(3)]
    packed = pack(items, "v2")

    single = unpack(packed, [0])

    assert packed.is_coalesced(0)
    assert [ids(frame) for frame in contents(single)] == [[each.message.message_id] for each in items]
    assert not any(single.is_coalesced(index) for index in range(3))
