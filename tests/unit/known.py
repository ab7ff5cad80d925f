"""Users who have come once, so that others may invite them or talk to them."""

from typing import TYPE_CHECKING

from shared.stores.users import status_key

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def make_known(dynamodb: "DynamoDBClient", *user_ids: str) -> None:
    """Let users have come; what they have done is as it was."""
    for user_id in user_ids:
        dynamodb.update_item(
            TableName="users",
            Key=status_key(user_id),
            UpdateExpression="SET connectsSpentUntil = if_not_exists(connectsSpentUntil, :long_ago)",
            ExpressionAttributeValues={":long_ago": {"N": "1"}},
        )
