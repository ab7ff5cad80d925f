from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from shared.protocol.refusals import NotStorable, RateLimited
from shared.rate import Bucket
from shared.stores.dynamodb import CONFLICT_ATTEMPTS
from shared.stores.messages import Messages, Span
from shared.stores.sends import REMEMBERED_SECONDS, Sends
from tests.unit.examples import NOW, NOW_SECONDS, identifier, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CLIENT_ID = str(identifier(7))
MINE = message(1).model_copy(update={"client_message_id": CLIENT_ID})


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def sends_that(answer: Callable[..., Any]) -> Sends:
    client: Any = SimpleNamespace(transact_write_items=answer, update_item=answer)
    return Sends(client, "messages", "users", "memberships", Bucket(burst=1_000, every_ms=1))


def test_what_a_client_sent_is_remembered_for_a_day(sends: Sends, dynamodb: "DynamoDBClient") -> None:
    sends.put_once(MINE)

    (row,) = dynamodb.query(
        TableName="users",
        KeyConditionExpression="userId = :user AND begins_with(#item, :sent)",
        ExpressionAttributeNames={"#item": "item"},
        ExpressionAttributeValues={":user": {"S": MINE.user_id}, ":sent": {"S": "sent#"}},
    )["Items"]
    assert row["item"]["S"] == f"sent#{CLIENT_ID}"
    assert int(row["ttl"]["N"]) == NOW_SECONDS + REMEMBERED_SECONDS
    assert "content" not in row


def test_the_second_use_of_an_id_stores_nothing_and_tells_of_the_first(
    sends: Sends, messages: Messages
) -> None:
    other = message(2, content="Other").model_copy(update={"client_message_id": CLIENT_ID})

    assert sends.put_once(MINE) is None
    earlier = sends.put_once(other)

    assert earlier
    assert (earlier.sort_key, earlier.created_at, earlier.username) == (MINE.sort_key, NOW + 1, "Alice")
    assert earlier.is_of(MINE)
    assert not earlier.is_of(other)
    assert messages.of_room("global", Span(10)).messages == [MINE]


def test_without_a_clients_id_a_message_is_one_plain_put(sends: Sends, messages: Messages) -> None:
    for _ in range(2):  # as when the answer to the first was lost
        assert sends.put_once(message(1)) is None

    assert messages.of_room("global", Span(10)).messages == [message(1)]


def test_a_conflict_of_a_user_with_himself_is_repeated_at_once() -> None:
    answers = iter([cancelled("TransactionConflict", "None"), cancelled("TransactionConflict", "None"), None])

    def transact(**_request: Any) -> None:
        if failure := next(answers):
            raise failure

    assert sends_that(transact).put_once(MINE) is None
    assert next(answers, "all used") == "all used"


@pytest.mark.parametrize(
    ("codes", "refusal"),
    [
        (("TransactionConflict", "None"), RateLimited),
        (("None", "ThrottlingError"), RateLimited),
        (("ProvisionedThroughputExceeded", "None"), RateLimited),
        (("None", "None", "ConditionalCheckFailed"), RateLimited),
        (("ValidationError", "None"), NotStorable),
    ],
)
def test_why_a_transaction_was_cancelled_is_told_in_the_protocols_terms(
    codes: tuple[str, ...], refusal: type[Exception]
) -> None:
    attempts = []

    def transact(**_request: Any) -> None:
        attempts.append(1)
        raise cancelled(*codes)

    with pytest.raises(refusal):
        sends_that(transact).put_once(MINE)
    assert len(attempts) == (CONFLICT_ATTEMPTS if "TransactionConflict" in codes else 1)


def test_a_message_is_claimed_for_publishing_once_in_a_while(sends: Sends) -> None:
    sends.put_once(MINE)

    assert sends.claim(MINE.user_id, CLIENT_ID, NOW, 5_000) is None
    other = sends.claim(MINE.user_id, CLIENT_ID, NOW + 4_999, 5_000)
    assert other
    assert (other.claimed_at, other.published_at) == (NOW, 0)
    assert sends.claim(MINE.user_id, CLIENT_ID, NOW + 5_000, 5_000) is None


def test_a_claim_that_published_is_known_to_all_who_come_after_it(sends: Sends) -> None:
    sends.put_once(MINE)
    sends.claim(MINE.user_id, CLIENT_ID, NOW, 5_000)
    sends.note_published(MINE.user_id, CLIENT_ID, NOW)

    for later in (1, 5_000, 60_000):
        other = sends.claim(MINE.user_id, CLIENT_ID, NOW + later, 5_000)
        assert other
        assert other.published_at == NOW


def test_an_older_claim_says_nothing_about_a_newer_one(sends: Sends) -> None:
    sends.put_once(MINE)
    sends.claim(MINE.user_id, CLIENT_ID, NOW, 5_000)
    sends.claim(MINE.user_id, CLIENT_ID, NOW + 6_000, 5_000)
    sends.note_published(MINE.user_id, CLIENT_ID, NOW)

    other = sends.claim(MINE.user_id, CLIENT_ID, NOW + 6_001, 5_000)
    assert other
    assert other.published_at < other.claimed_at


def test_what_is_forgotten_is_anybodys_to_publish(sends: Sends) -> None:
    assert sends.claim(MINE.user_id, CLIENT_ID, NOW, 5_000) is None
    sends.note_published(MINE.user_id, CLIENT_ID, NOW)

    assert sends.put_once(MINE) is None  # and leaves nothing behind that looks like a send
