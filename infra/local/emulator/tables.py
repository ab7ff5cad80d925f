"""DynamoDB tables: keys, indexes, TTL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.errors import CommandError
from infra.local.emulator.changes import ReportChange

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import CreateTableInputTypeDef, TableDescriptionTypeDef


def apply_table(
    dynamodb: DynamoDBClient, wanted: CreateTableInputTypeDef, ttl_attribute: str | None, report: ReportChange
) -> None:
    """Create the table, or leave it as it is.

    Raises:
        CommandError: the table stands with other keys or indexes, which DynamoDB cannot change in place.
    """
    name = wanted["TableName"]
    if name in dynamodb.list_tables()["TableNames"]:
        standing = dynamodb.describe_table(TableName=name)["Table"]
        if _keys(standing) != _keys(wanted):
            raise CommandError(f"table {name} has other keys now; start the stack anew")
        return
    dynamodb.create_table(**wanted)
    if ttl_attribute:
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl_attribute},
        )
    report(f"created table {name}")


def standing_source(dynamodb: DynamoDBClient, event_source_arn: str) -> str:
    """Return the ARN of what feeds a function; of a stream, which is rendered as a pattern, its own name."""
    table_arn, is_stream, _ = event_source_arn.partition("/stream/")
    if not is_stream:
        return event_source_arn
    return dynamodb.describe_table(TableName=table_arn.rsplit("/", 1)[1])["Table"]["LatestStreamArn"]


def _keys(table: CreateTableInputTypeDef | TableDescriptionTypeDef) -> tuple[object, object]:
    indexes = table.get("GlobalSecondaryIndexes", [])
    return table["KeySchema"], {index["IndexName"]: index["KeySchema"] for index in indexes}
