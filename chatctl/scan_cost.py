"""What reading a whole table costs, said and asked for before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chatctl.confirm import confirm
from chatctl.usage import READ_UNIT_BYTES, read_prices

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

UNASKED_BYTES = 8 * 1024 * 1024  # about 50,000 connections, a thousand read units


def agree_to_scan(dynamodb: DynamoDBClient, table: str, yes: bool) -> None:
    """Ask before a large table is read from end to end; DynamoDB knows its size of some hours ago.

    Raises:
        CommandError: the answer is no, or nobody is there to ask.
    """
    description = dynamodb.describe_table(TableName=table)["Table"]
    size = description.get("TableSizeBytes", 0)
    if size <= UNASKED_BYTES:
        return
    units = size / READ_UNIT_BYTES
    usd = units * read_prices().prices["dynamodb_read_unit"].usd_per_million / 1e6
    rows = description.get("ItemCount", 0)
    confirm(f"Read all {rows:,} rows of {table}: {units:,.0f} read units, {usd:.4f} USD?", yes)
