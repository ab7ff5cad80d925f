"""`CreateTable` requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.topology.deployment import Deployment
from infra.topology.parts.tables import Index, Table

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import (
        CreateTableInputTypeDef,
        GlobalSecondaryIndexTypeDef,
        KeySchemaElementTypeDef,
        ProjectionTypeDef,
    )


def table_definition(name: str, table: Table, deployment: Deployment) -> CreateTableInputTypeDef:
    """Return the `CreateTable` request of a table; billed on demand, all keys are strings."""
    keys = {table.partition_key, table.sort_key}
    for index in table.indexes.values():
        keys |= {index.partition_key, index.sort_key}
    definition: CreateTableInputTypeDef = {
        "TableName": deployment.name(name),
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in sorted(keys)],
        "KeySchema": _key_schema(table),
        "DeletionProtectionEnabled": table.deletion_protection,
    }
    if table.indexes:  # an empty list is refused
        indexes = [_index(name, index) for name, index in table.indexes.items()]
        definition["GlobalSecondaryIndexes"] = indexes
    if table.stream:
        definition["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return definition


def _key_schema(keys: Table | Index) -> list[KeySchemaElementTypeDef]:
    return [
        {"AttributeName": keys.partition_key, "KeyType": "HASH"},
        {"AttributeName": keys.sort_key, "KeyType": "RANGE"},
    ]


def _index(name: str, index: Index) -> GlobalSecondaryIndexTypeDef:
    projection: ProjectionTypeDef = {"ProjectionType": "ALL"}
    if index.projection is not None and not index.projection:
        projection = {"ProjectionType": "KEYS_ONLY"}
    elif index.projection is not None:
        projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
    return {"IndexName": name, "KeySchema": _key_schema(index), "Projection": projection}
