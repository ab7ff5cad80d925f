"""The function that applies retention, on the tables as the topology has them."""

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.retentions import listing
from tests.unit.examples import NOW, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="apply-retention")


def test_a_run_that_a_room_has_broken_fails_so_that_somebody_is_told(
    inbox: str, dynamodb: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.history.handlers.apply_retention import build

    def bent(*_arguments: object) -> None:
        raise ValueError("a row without a sort key")

    dynamodb.transact_write_items(TransactItems=[listing("rooms", "brief", 7)])
    monkeypatch.setattr("shared.stores.old_entries.OldEntries.of_room", bent)

    with pytest.raises(ValueError, match="sort key"):
        build(os.environ)({}, CONTEXT)


def test_a_call_of_its_schedule_removes_what_is_too_old_where_that_is_wanted(
    inbox: str, dynamodb: "DynamoDBClient"
) -> None:
    from services.history.handlers.apply_retention import build

    dynamodb.transact_write_items(TransactItems=[listing("rooms", "brief", 7)])
    for number, room in enumerate(("brief", "patient")):
        said = message(number, room=room, at=NOW)  # years ago
        dynamodb.put_item(TableName="messages", Item=marshal(item_of(said)))

    build(os.environ)({}, CONTEXT)

    assert [row["roomId"]["S"] for row in dynamodb.scan(TableName="messages")["Items"]] == ["patient"]
