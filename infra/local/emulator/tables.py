"""DynamoDB tables: keys, indexes, TTL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.errors import ChatctlError
from infra.local.clients import Report
from infra.topology.deployment import Place
from infra.topology.model import Table
from infra.topology.render.tables import table_definition

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def apply_table(dynamodb: DynamoDBClient, name: str, table: Table, place: Place, report: Report) -> None:
    """Create the table, or leave it as it is.

    Raises:
        ChatctlError: the table stands with other keys or indexes, which DynamoDB cannot change in place.
    """
    wanted = table_definition(name, table, place)
    if place.name(name) in dynamodb.list_tables()["TableNames"]:
        standing = dynamodb.describe_table(TableName=place.name(name))["Table"]
        indexes = {index["IndexName"]: index["KeySchema"] for index in standing["GlobalSecondaryIndexes"]}
        if standing["KeySchema"] != wanted["KeySchema"] or indexes != {
            index["IndexName"]: index["KeySchema"] for index in wanted["GlobalSecondaryIndexes"]
        }:
            raise ChatctlError(f"table {place.name(name)} has other keys now; start the stack anew")
        return
    dynamodb.create_table(**wanted)
    if table.ttl_attribute:
        dynamodb.update_time_to_live(
            TableName=place.name(name),
            TimeToLiveSpecification={"Enabled": True, "AttributeName": table.ttl_attribute},
        )
    report(f"created table {place.name(name)}")
