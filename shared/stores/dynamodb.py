"""What the repositories share: items of strings, sets of them and whole numbers, and DynamoDB's errors."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from shared.protocol.refusals import NotStorable, RateLimited, Unavailable

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        KeysAndAttributesTypeDef,
        TransactWriteItemTypeDef,
        WriteRequestTypeDef,
        WriteRequestUnionTypeDef,
    )

Item = dict[str, Any]
T = TypeVar("T")

_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",  # botocore repeated one whose answer was lost, and it goes on still
}
# As reasons of a cancelled transaction they have other names (TransactWriteItems in the API reference).
_THROTTLED_IN_TRANSACTION = {"ProvisionedThroughputExceeded", "ThrottlingError"}
_CONFLICT, _CONDITION_FAILED = "TransactionConflict", "ConditionalCheckFailed"
# A conflict lasts as long as the other transaction is under way, some 10 ms; asking takes as long.
CONFLICT_ATTEMPTS = 5
READ_LIMIT_ITEMS = 100  # BatchGetItem
_WRITE_LIMIT_ITEMS = 25  # BatchWriteItem
# What is given back had no throughput, or no room in the answer. Some 1.5 s of pauses in all, of the 10 s and
# more that functions have.
BATCH_ATTEMPTS = 8
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.025, 0.4


def marshal(values: Mapping[str, str | int | frozenset[str]]) -> "dict[str, AttributeValueTypeDef]":
    """Plain values as DynamoDB attribute values. A set is never empty in DynamoDB."""
    return {name: _attribute(value) for name, value in values.items()}


def _attribute(value: str | int | frozenset[str]) -> "AttributeValueTypeDef":
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    return {"N": str(int(value))} if isinstance(value, int) else {"S": value}


def unmarshal(item: "Mapping[str, AttributeValueTypeDef]") -> Item:
    """DynamoDB attribute values as plain values; of types that nobody here writes they stay as they are."""
    return {name: _plain(value) for name, value in item.items()}


def _plain(value: "AttributeValueTypeDef") -> "str | int | frozenset[str] | AttributeValueTypeDef":
    if "S" in value:
        return value["S"]
    if "SS" in value:
        return frozenset(value["SS"])
    if "N" in value:
        try:
            return int(value["N"])
        except ValueError:
            return value
    return value


def batch_get(
    client: "DynamoDBClient",
    table: str,
    keys: "Sequence[dict[str, AttributeValueTypeDef]]",
    *,
    consistent: bool = False,
    attributes: str | None = None,
) -> Iterator[Item]:
    """Read items of a table, in as few calls as DynamoDB allows; those that are not there are left out.

    Args:
        client: DynamoDB's.
        table: its name.
        keys: each once.
        consistent: whether what was written just before is certain to be seen.
        attributes: a projection expression; all attributes if there is none.

    Raises:
        RateLimited: DynamoDB throttles, or gives items out as unprocessed too often.
        Unavailable: it fails.
    """
    wanted: KeysAndAttributesTypeDef = {"Keys": [], "ConsistentRead": consistent}
    if attributes:
        wanted["ProjectionExpression"] = attributes
    for first in range(0, len(keys), READ_LIMIT_ITEMS):
        waiting: KeysAndAttributesTypeDef = {**wanted, "Keys": keys[first : first + READ_LIMIT_ITEMS]}
        for _ in _attempts():
            with store_errors():
                answer = client.batch_get_item(RequestItems={table: waiting})
            yield from map(unmarshal, answer["Responses"].get(table, []))
            if not (unread := answer["UnprocessedKeys"].get(table)):
                break
            waiting = {**wanted, "Keys": [dict(key) for key in unread["Keys"]]}
        else:
            raise RateLimited("the store did not give all items")


def batch_write(
    client: "DynamoDBClient",
    table: str,
    *,
    put: "Iterable[dict[str, AttributeValueTypeDef]]" = (),
    removed: "Iterable[dict[str, AttributeValueTypeDef]]" = (),
) -> None:
    """Write items of a table and remove others, in as few calls as DynamoDB allows.

    Args:
        client: DynamoDB's.
        table: its name.
        put: whole items.
        removed: keys; no item is named twice.

    Raises:
        RateLimited: DynamoDB throttles, or gives items back as unprocessed too often.
        Unavailable: it fails.
    """
    requests: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": item}} for item in put]
    requests += [{"DeleteRequest": {"Key": key}} for key in removed]
    for first in range(0, len(requests), _WRITE_LIMIT_ITEMS):
        waiting: Sequence[WriteRequestUnionTypeDef] = requests[first : first + _WRITE_LIMIT_ITEMS]
        for _ in _attempts():
            with store_errors():
                answer = client.batch_write_item(RequestItems={table: waiting})
            if not (unwritten := answer["UnprocessedItems"].get(table)):
                break
            waiting = [*unwritten]
        else:
            raise RateLimited("the store did not take all items")


def _attempts() -> Iterator[None]:
    """Yield for each attempt of a batch, and wait before all but the first, longer each time."""
    yield
    for repetition in range(BATCH_ATTEMPTS - 1):
        step = min(_LONGEST_PAUSE_SECONDS, _PAUSE_SECONDS * 2**repetition)
        time.sleep(step * (1 + random.random()) / 2)  # noqa: S311 - nobody gains by guessing it
        yield


def error_code(error: ClientError) -> str:
    """AWS's name of an error, such as ConditionalCheckFailedException."""
    return error.response.get("Error", {}).get("Code", "")


def failed_condition(error: ClientError, action: int) -> Item | None:
    """Return the item that fails the condition of a transaction's action; None if that is not the reason.

    `action` is its number. It asks for the item by `ReturnValuesOnConditionCheckFailure`; that is empty where
    there is none.
    """
    reasons = _reasons(error)
    if len(reasons) <= action or reasons[action].get("Code") != _CONDITION_FAILED:
        return None
    return unmarshal(reasons[action].get("Item", {}))


def repeated_on_conflict(write: Callable[[], T]) -> T:
    """Write at once again where another write to the same items is under way.

    Raises:
        ClientError: it was refused for another reason, or again and again.
    """
    for _ in range(CONFLICT_ATTEMPTS - 1):
        try:
            return write()
        except ClientError as error:
            if not _is_conflict(error):
                raise
    return write()


def held(write: Callable[[], object]) -> bool:
    """Write an item if its condition holds; return whether it did.

    Raises:
        RateLimited, NotStorable, Unavailable: DynamoDB fails.
    """
    with store_errors():
        try:
            repeated_on_conflict(write)
        except ClientError as error:
            if error_code(error) == "ConditionalCheckFailedException":
                return False
            raise
    return True


def transacted(
    client: "DynamoDBClient", actions: "Sequence[TransactWriteItemTypeDef]", decisive: int = 0
) -> bool:
    """Write all of it or nothing; return whether the condition of the decisive action, by its number, held.

    Raises:
        RateLimited: it did, or has none, and that of another action did not; or DynamoDB throttles.
        NotStorable, Unavailable: DynamoDB fails.
    """
    with store_errors():
        try:
            repeated_on_conflict(lambda: client.transact_write_items(TransactItems=actions))
        except ClientError as error:
            if failed_condition(error, decisive) is not None:
                return False
            raise
    return True


def _is_conflict(error: ClientError) -> bool:
    codes = {reason.get("Code") for reason in _reasons(error)}
    return error_code(error) == "TransactionConflictException" or (
        _CONFLICT in codes and _CONDITION_FAILED not in codes
    )


def _is_invalid(error: ClientError) -> bool:
    codes = {reason.get("Code") for reason in _reasons(error)}
    return error_code(error) == "ValidationException" or "ValidationError" in codes


def _is_failed_condition(error: ClientError) -> bool:
    codes = {reason.get("Code") for reason in _reasons(error)}
    return error_code(error) == "ConditionalCheckFailedException" or _CONDITION_FAILED in codes


def _is_throttled(error: ClientError) -> bool:
    codes = {reason.get("Code") for reason in _reasons(error)}
    return error_code(error) in _THROTTLED or not codes.isdisjoint(_THROTTLED_IN_TRANSACTION)


def _reasons(error: ClientError) -> list[dict[str, Any]]:
    """Why a transaction was cancelled, action by action."""
    response: dict[str, Any] = {**error.response}
    reasons: list[dict[str, Any]] = response.get("CancellationReasons", [])
    return reasons


@contextmanager
def store_errors() -> Iterator[None]:
    """Names what went wrong in DynamoDB in the protocol's terms.

    Raises:
        RateLimited: DynamoDB throttles, others write the same items again and again, or something was changed
            meanwhile that nobody here expected to be.
        NotStorable: a key is too long, an item too large, or whatever else no repetition changes.
        Unavailable: anything else it, or the way to it, got wrong.
    """
    try:
        yield
    except ClientError as error:
        if _is_throttled(error) or _is_conflict(error):
            raise RateLimited("too many requests at once") from error
        if _is_failed_condition(error):
            raise RateLimited("what it depends on has changed meanwhile") from error
        if _is_invalid(error):
            raise NotStorable("the store does not take that") from error
        raise Unavailable("the store did not take it") from error
    except BotoCoreError as error:
        raise Unavailable("the store did not answer") from error
