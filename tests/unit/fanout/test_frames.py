import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.fanout.frames import COALESCED_LIMIT_BYTES, Parcel, pack
from services.fanout.records import Record
from tests.unit.examples import message, record


def contents(parcel: Parcel) -> list[dict[str, Any]]:
    return [json.loads(frame.body) for frame in parcel.frames]


def ids(frame: dict[str, Any]) -> list[str]:
    data = frame["data"]
    return [said["messageId"] for said in (data if isinstance(data, list) else [data])]


def test_v1_gets_a_frame_a_message_in_order() -> None:
    records = [record(number) for number in (2, 0, 1)]

    parcel = pack(records, "v1")

    assert [frame["type"] for frame in contents(parcel)] == ["newMessage"] * 3
    assert [ids(frame)[0] for frame in contents(parcel)] == [message(n).message_id for n in (0, 1, 2)]
    assert parcel.records == ((records[1],), (records[2],), (records[0],))


def test_v2_gets_them_all_in_one_frame_in_order() -> None:
    records = [record(number) for number in (2, 0, 1)]

    parcel = pack(records, "v2")

    assert [frame["type"] for frame in contents(parcel)] == ["newMessages"]
    assert ids(contents(parcel)[0]) == [message(n).message_id for n in (0, 1, 2)]
    assert parcel.records == ((records[1], records[2], records[0]),)


def test_one_message_is_the_same_frame_for_both() -> None:
    assert pack([record(1)], "v1").frames == pack([record(1)], "v2").frames
    assert contents(pack([record(1)], "v2")) == [
        {"type": "newMessage", "data": message(1).model_dump(by_alias=True)}
    ]


def test_a_message_that_was_queued_twice_comes_once_for_both_records() -> None:
    twice = [record(1), record(1)]

    for protocol in ("v1", "v2"):
        parcel = pack(twice, protocol)
        assert len(parcel.frames) == 1
        assert parcel.records == (tuple(twice),)


def test_nothing_is_no_frame() -> None:
    assert pack([], "v1") == pack([], "v2") == Parcel((), ())


LENGTHS = st.lists(st.integers(min_value=1, max_value=4000), min_size=1, max_size=12)


@given(LENGTHS, st.sampled_from(["a", "ü", "😀"]))
def test_coalesced_frames_stay_within_their_limit_and_bring_all_in_order(
    lengths: list[int], character: str
) -> None:
    records: list[Record] = [
        record(number, content=character * length) for number, length in enumerate(lengths)
    ]

    parcel = pack(records, "v2")

    assert all(len(frame.body) <= COALESCED_LIMIT_BYTES + 100 for frame in parcel.frames)
    assert [key for frame in contents(parcel) for key in ids(frame)] == [
        each.job.message.message_id for each in records
    ]
