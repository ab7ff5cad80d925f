"""A DynamoDB whose indexes lag behind: what was written since a moment is not in them yet."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class Lagging:
    """Wraps a client. Moto's indexes know everything at once, as AWS's mostly do, but do not promise."""

    def __init__(self, client: "DynamoDBClient") -> None:
        """Freeze every index as it is now."""
        self._client = client
        tables = client.list_tables()["TableNames"]
        self._known = {table: client.scan(TableName=table)["Items"] for table in tables}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **asked: Any) -> Any:
        """Answer as DynamoDB does, without the rows that an index does not know yet."""
        if "IndexName" not in asked:
            return self._client.query(**asked)
        answer = self._client.query(**_whole(asked))
        known = self._known[asked["TableName"]]
        shown = [item for item in answer["Items"] if any(item.items() <= each.items() for each in known)]
        return {**answer, "Items": shown}

    def get_paginator(self, _name: str) -> "Lagging":
        """Return what gives pages of queries."""
        return self

    def paginate(self, **asked: Any) -> list[Any]:
        """Return the answer to a query, whose rows fit into one page here."""
        return [self.query(**asked)]


def _whole(asked: dict[str, Any]) -> dict[str, Any]:
    """Return a query that asks for all attributes: by some of them alone rows are not told apart."""
    return {name: value for name, value in asked.items() if name != "ProjectionExpression"}
