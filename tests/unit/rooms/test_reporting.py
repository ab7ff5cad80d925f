"""Reports reach operators from whoever may read, about what was said."""

from typing import TYPE_CHECKING

import pytest

from shared.stores.dynamodb import unmarshal
from shared.stores.rooms import REPORT_SECONDS
from shared.stores.sends import Sends
from tests.unit.examples import ALICE, message
from tests.unit.rooms.conftest import ALEX, MARA, NOW, SAM, Ask

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def reports(dynamodb: "DynamoDBClient") -> list[dict[str, object]]:
    items = map(unmarshal, dynamodb.scan(TableName="rooms")["Items"])
    return [item for item in items if str(item["item"]).startswith("report|")]


def test_a_report_says_of_whom_by_whom_and_why_and_ends_by_itself(
    ask: Ask, sends: Sends, dynamodb: "DynamoDBClient"
) -> None:
    said = message(1)
    sends.put_once(said)

    told = ask(SAM, "reportMessage", roomId="global", sortKey=said.sort_key, reason="  rude \u202e ")

    assert told == "ack"
    (kept,) = reports(dynamodb)
    assert kept == {
        "roomId": "global",
        "item": f"report|{said.sort_key}|{SAM.user_id}",
        "sortKey": said.sort_key,
        "author": ALICE.user_id,
        "createdBy": SAM.user_id,
        "reason": "rude \u202e",
        "createdAt": NOW,
        "directory": "reported",
        "ttl": NOW // 1000 + REPORT_SECONDS,
    }


def test_a_message_is_reported_once_a_user(ask: Ask, sends: Sends, dynamodb: "DynamoDBClient") -> None:
    said = message(1)
    sends.put_once(said)
    for user, reason in ((SAM, "rude"), (SAM, "very rude"), (MARA, "")):
        ask(user, "reportMessage", roomId="global", sortKey=said.sort_key, reason=reason)

    assert sorted((str(each["createdBy"]), each["reason"]) for each in reports(dynamodb)) == [
        (MARA.user_id, ""),
        (SAM.user_id, "very rude"),
    ]


def test_what_was_never_said_cannot_be_reported(ask: Ask, dynamodb: "DynamoDBClient") -> None:
    assert ask(SAM, "reportMessage", roomId="global", sortKey=message(1).sort_key) == "INVALID_FRAME"
    assert reports(dynamodb) == []


@pytest.mark.parametrize("reason", [7, "x" * 301, None])
def test_a_reason_that_is_none_is_refused(reason: object, ask: Ask) -> None:
    asked = {"roomId": "global", "sortKey": message(1).sort_key, "reason": reason}

    assert ask(SAM, "reportMessage", **asked) == "INVALID_FRAME"


def test_a_stranger_reports_nothing_of_a_private_room(
    ask: Ask, private: str, sends: Sends, dynamodb: "DynamoDBClient"
) -> None:
    said = message(1, room=private).model_copy(update={"user_id": ALEX.user_id})
    sends.put_once(said)

    assert ask(SAM, "reportMessage", roomId=private, sortKey=said.sort_key) == "FORBIDDEN"
    assert ask(MARA, "reportMessage", roomId=private, sortKey=said.sort_key) == "ack"
    assert [each["createdBy"] for each in reports(dynamodb)] == [MARA.user_id]
