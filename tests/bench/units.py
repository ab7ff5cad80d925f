"""DynamoDB's units, from the calls that were made; rows are up to 1 KB, and reads up to 4 KB.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from infra.topology.parts.tables import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Call = tuple[str, dict[str, Any]]
"""An operation of DynamoDB's with its parameters."""


@contextmanager
def calls_of(client: "DynamoDBClient") -> Iterator[list[Call]]:
    """The calls of a client from now on."""
    calls: list[Call] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append((model.name, params))

    client.meta.events.register("provide-client-params.dynamodb.*", note)
    yield calls
    client.meta.events.unregister("provide-client-params.dynamodb.*", note)


def write_units(calls: list[Call], tables: Mapping[str, Table]) -> int:
    """Units of writes: two a row in a transaction, and one for each index of what is put or deleted.

    An update counts for the indexes that hold all of a row; in the others it changes nothing here.
    """
    return sum(units * count for (units, count) in _units(calls, tables))


def read_units(calls: list[Call]) -> float:
    """Units of reads: one a row, and one a query, whose page is taken to be 4 KB; half where it may lag."""
    return sum(count * (1 if consistent else 0.5) for count, consistent in _read(calls))


def _read(calls: list[Call]) -> Iterator[tuple[int, bool]]:
    for name, params in calls:
        match name:
            case "GetItem" | "Query":
                yield 1, params.get("ConsistentRead", False)
            case "BatchGetItem":
                for each in params["RequestItems"].values():
                    yield len(each["Keys"]), each["ConsistentRead"]


def _units(calls: list[Call], tables: Mapping[str, Table]) -> Iterator[tuple[int, int]]:
    for name, params in calls:
        match name:
            case "TransactWriteItems":
                for ((kind, action),) in (item.items() for item in params["TransactItems"]):
                    yield 2, 1
                    yield 1, _indexed(kind, tables[action["TableName"]])
            case "PutItem" | "DeleteItem" | "UpdateItem":
                yield 1, 1 + len(tables[params["TableName"]].indexes)
            case "BatchWriteItem":
                for table, requests in params["RequestItems"].items():
                    yield 1 + len(tables[table].indexes), len(requests)


def _indexed(kind: str, table: Table) -> int:
    """Return in how many indexes an action of a transaction writes."""
    if kind == "Update":
        return sum(index.projection is None for index in table.indexes.values())
    return len(table.indexes) if kind in {"Put", "Delete"} else 0
