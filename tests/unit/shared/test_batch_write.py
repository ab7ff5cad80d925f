"""Many rows are written in as few calls as may be, and what DynamoDB gives back is written again."""

from typing import TYPE_CHECKING, Any

import pytest

from shared.protocol.refusals import Unavailable
from shared.stores.dynamodb import batch_write, marshal

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ROWS = [{"userId": f"user-{number}", "item": "status"} for number in range(60)]


class Reluctant:
    """Takes `takes` rows of each call and gives the others back."""

    def __init__(self, client: "DynamoDBClient", takes: int) -> None:
        self._client = client
        self._takes = takes
        self.sizes: list[int] = []

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - AWS's name
        ((table, requests),) = RequestItems.items()
        self.sizes.append(len(requests))
        taken, left = requests[: self._takes], requests[self._takes :]
        if taken:
            self._client.batch_write_item(RequestItems={table: taken})
        return {"UnprocessedItems": {table: left} if left else {}}


def stored(dynamodb: "DynamoDBClient") -> int:
    return len(dynamodb.scan(TableName="users")["Items"])


def write(client: Any, **rows: list[dict[str, str]]) -> None:
    batch_write(client, "users", **{name: [marshal(each) for each in those] for name, those in rows.items()})


def test_rows_are_written_and_removed_by_twenty_five(dynamodb: "DynamoDBClient") -> None:
    willing = Reluctant(dynamodb, 25)

    write(willing, put=ROWS)
    write(willing, put=[], removed=ROWS[:40])

    assert (stored(dynamodb), willing.sizes) == (20, [25, 25, 10, 25, 15])


def test_what_is_given_back_is_written_again(dynamodb: "DynamoDBClient") -> None:
    write(Reluctant(dynamodb, 6), put=ROWS)

    assert stored(dynamodb) == len(ROWS)


def test_whoever_takes_nothing_is_not_asked_for_ever(dynamodb: "DynamoDBClient") -> None:
    unwilling = Reluctant(dynamodb, 0)

    with pytest.raises(Unavailable, match="did not take all"):
        write(unwilling, put=ROWS)
    assert unwilling.sizes == [25] * 5
