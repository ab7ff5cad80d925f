"""So many rows that a query needs several pages, stored by few calls."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

BATCH = 25  # what BatchWriteItem takes


def store_copies(dynamodb: "DynamoDBClient", table: str, attribute: str, values: Sequence[str]) -> None:
    """Copy the only row of a table, for each value of an attribute of its key."""
    (row,) = dynamodb.scan(TableName=table)["Items"]
    for start in range(0, len(values), BATCH):
        dynamodb.batch_write_item(
            RequestItems={
                table: [
                    {"PutRequest": {"Item": {**row, attribute: {"S": value}}}}
                    for value in values[start : start + BATCH]
                ]
            }
        )
