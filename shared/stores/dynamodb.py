"""What the repositories share: items of strings and whole numbers, and the names of DynamoDB's errors."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from shared.protocol.refusals import RateLimited, Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

Item = dict[str, Any]

_THROTTLED = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"}


def marshal(values: Mapping[str, str | int]) -> "dict[str, AttributeValueTypeDef]":
    """Plain values as DynamoDB attribute values."""
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in values.items()
    }


def unmarshal(item: "Mapping[str, AttributeValueTypeDef]") -> Item:
    """DynamoDB attribute values as plain values."""
    return {name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()}


def error_code(error: ClientError) -> str:
    """AWS's name of an error, such as ConditionalCheckFailedException."""
    return error.response.get("Error", {}).get("Code", "")


@contextmanager
def store_errors() -> Iterator[None]:
    """Names what went wrong in DynamoDB in the protocol's terms.

    Raises:
        RateLimited: DynamoDB throttles.
        Unavailable: anything else it, or the way to it, got wrong.
    """
    try:
        yield
    except ClientError as error:
        if error_code(error) in _THROTTLED:
            raise RateLimited("too many requests at once") from error
        raise Unavailable("the store did not take it") from error
    except BotoCoreError as error:
        raise Unavailable("the store did not answer") from error
