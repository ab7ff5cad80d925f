"""DynamoDB tables: keys, indexes, TTL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.errors import ChatctlError
from infra.local.clients import Report
from infra.topology.deployment import Place
from infra.topology.model import Index, Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        CreateTableInputTypeDef,
        GlobalSecondaryIndexTypeDef,
        KeySchemaElementTypeDef,
        ProjectionTypeDef,
    )


def table_definition(name: str, table: Table, place: Place) -> CreateTableInputTypeDef:
    """The `CreateTable` request of a table; billed on demand, all keys are strings."""
    keys = {table.partition_key, table.sort_key}
    for index in table.indexes.values():
        keys |= {index.partition_key, index.sort_key}
    return {
        "TableName": place.name(name),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in sorted(keys)],
        "KeySchema": _key_schema(table),
        "GlobalSecondaryIndexes": [_index(name, index) for name, index in table.indexes.items()],
        "DeletionProtectionEnabled": table.deletion_protection,
    }


def _key_schema(keys: Table | Index) -> list[KeySchemaElementTypeDef]:
    return [
        {"AttributeName": keys.partition_key, "KeyType": "HASH"},
        {"AttributeName": keys.sort_key, "KeyType": "RANGE"},
    ]


def _index(name: str, index: Index) -> GlobalSecondaryIndexTypeDef:
    projection: ProjectionTypeDef = {"ProjectionType": "ALL"}
    if index.projection is not None:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
    return {"IndexName": name, "KeySchema": _key_schema(index), "Projection": projection}


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
