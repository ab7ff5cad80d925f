"""The items of one kind that the table `users` keeps of a user: those whose key begins alike."""

from typing import TYPE_CHECKING

from shared.stores.dynamodb import batch_write, marshal, store_errors

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import QueryInputTypeDef


def items_of(table: str, user_id: str, prefix: str, limit: int) -> "QueryInputTypeDef":
    """Return the query of up to `limit` items of a user, in the order of their keys."""
    return {
        "TableName": table,
        "KeyConditionExpression": "userId = :user AND begins_with(#item, :prefix)",
        "ExpressionAttributeNames": {"#item": "item"},
        "ExpressionAttributeValues": marshal({":user": user_id, ":prefix": prefix}),
        "Limit": limit,
    }


def forget_items(client: "DynamoDBClient", table: str, user_id: str, prefix: str, limit: int) -> bool:
    """Remove up to `limit` items of a user; return whether there may be more.

    Raises:
        RateLimited, Unavailable: DynamoDB fails; it can be done again.
    """
    query = items_of(table, user_id, prefix, limit)
    query["ProjectionExpression"] = "userId, #item"
    with store_errors():
        answer = client.query(**query)
    batch_write(client, table, removed=answer["Items"])
    return "LastEvaluatedKey" in answer
