"""The function at the stream, on the tables as the topology has them."""

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from services.search.words import words_of
from shared.observability import Handler
from shared.protocol.message import Message
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.profiles import Profile, Profiles
from tests.unit.examples import BOB, NOW_SECONDS, change_of, message, notice

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

CONTEXT = SimpleNamespace(aws_request_id="lambda-1", function_name="index-messages")


@pytest.fixture
def handler(inbox: str, dynamodb: "DynamoDBClient") -> Handler:
    from services.search.handlers.index_messages import build

    return build(os.environ)


def record(old: Message | None, new: Message | None) -> dict[str, Any]:
    images = {"OldImage": old, "NewImage": new}
    return {"dynamodb": {name: marshal(item_of(each)) for name, each in images.items() if each}}


def rows(dynamodb: "DynamoDBClient") -> list[tuple[str, str]]:
    items = dynamodb.scan(TableName="words")["Items"]
    return sorted((item["roomInitial"]["S"], item["posting"]["S"]) for item in items)


def test_a_message_an_edit_and_a_deletion_leave_what_is_there_now(
    handler: Handler, dynamodb: "DynamoDBClient"
) -> None:
    first, second = message(1, content="red green"), message(2, content="gone")
    edited = first.model_copy(update={"content": "green blue"})
    deleted = second.model_copy(update={"content": "", "deleted_at": second.created_at})

    handler({"Records": [record(None, first), record(None, second)]}, CONTEXT)
    handler({"Records": [record(first, edited), record(second, deleted)]}, CONTEXT)

    place = first.sort_key
    assert rows(dynamodb) == [("b#global", f"blue#{place}"), ("g#global", f"green#{place}")]


def test_the_longest_message_is_written_whole(handler: Handler, dynamodb: "DynamoDBClient") -> None:
    long = message(1, content=" ".join(f"{number}word" for number in range(500)))

    handler({"Records": [record(None, long)]}, CONTEXT)

    assert len(rows(dynamodb)) == len(words_of(long.content)) == 64


def test_whom_a_message_mentions_is_told_that(handler: Handler, dynamodb: "DynamoDBClient") -> None:
    bob = Profile(BOB.user_id, "bob", "Bob")
    Profiles(dynamodb, "users").put(bob, None, NOW_SECONDS)
    said = message(1, content="hi @bob")

    handler({"Records": [record(None, said)]}, CONTEXT)

    (mention,) = Mentioned(dynamodb, "users").of_user(
        BOB.user_id, before=None, limit=9, now_seconds=NOW_SECONDS
    )
    assert mention == Mention(BOB.user_id, said.room_id, said.sort_key, "bob")


def test_changes_notices_and_what_is_no_entry_are_passed_over(
    handler: Handler, dynamodb: "DynamoDBClient"
) -> None:
    strange = [{}, {"dynamodb": {}}, {"dynamodb": {"NewImage": {"roomId": {"S": "x"}}}}]

    handler(
        {"Records": [record(None, change_of(message(1), "edit")), record(None, notice(1)), *strange]}, CONTEXT
    )

    assert rows(dynamodb) == []


def test_a_message_that_fails_the_index_is_named_without_its_text_and_holds_nothing_up(
    handler: Handler,
    dynamodb: "DynamoDBClient",
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def words_or_fault(text: str) -> list[str]:
        if "poison" in text:
            raise ValueError(text)
        return words_of(text)

    monkeypatch.setattr("services.search.indexing.words_of", words_or_fault)
    poison, fine = message(1, content="poison"), message(2, content="fine")

    handler({"Records": [record(None, poison), record(None, fine)]}, CONTEXT)

    assert rows(dynamodb) == [("f#global", f"fine#{fine.sort_key}")]
    told = capsys.readouterr().out + caplog.text
    assert "MessagesNotIndexed" in told
    assert "message not indexed" in told
    assert "poison" not in told


def test_a_store_that_fails_has_the_batch_repeated(handler: Handler, dynamodb: "DynamoDBClient") -> None:
    dynamodb.delete_table(TableName="words")

    with pytest.raises(Exception, match="the store did not take it"):
        handler({"Records": [record(None, message(1))]}, CONTEXT)
