from typing import TYPE_CHECKING

import boto3
import pytest

from infra.topology.deployment import Deployment
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.stores.published import LIFETIME_SECONDS, Published, key_of
from tests.unit.examples import NOW_SECONDS, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

MANY = 230  # more than a read and several writes take at once


@pytest.fixture
def dynamodb(aws: None) -> "DynamoDBClient":
    return boto3.client("dynamodb")


@pytest.fixture
def published(dynamodb: "DynamoDBClient") -> Published:
    deployment = Deployment("chat", "unit", "eu-central-1", "123456789012", "api")
    definition = table_definition("published", load_topology().tables["published"], deployment)
    dynamodb.create_table(**definition)
    return Published(dynamodb, definition["TableName"])


def test_what_was_marked_is_found_and_nothing_else(published: Published) -> None:
    said = [message(number) for number in range(MANY)]
    published.mark(said[::2], NOW_SECONDS)

    assert published.marked([key_of(each) for each in said]) == {key_of(each) for each in said[::2]}


def test_the_same_message_of_two_jobs_is_marked_once(published: Published) -> None:
    published.mark([message(1), message(1)], NOW_SECONDS)

    assert published.marked([key_of(message(1))] * 2) == {key_of(message(1))}


def test_a_mark_ends_with_the_stream(published: Published, dynamodb: "DynamoDBClient") -> None:
    published.mark([message(1)], NOW_SECONDS)

    (item,) = dynamodb.scan(TableName="chat-unit-published")["Items"]
    assert item["ttl"] == {"N": str(NOW_SECONDS + LIFETIME_SECONDS)}


def test_nothing_is_no_call(aws: None) -> None:
    nowhere = Published(boto3.client("dynamodb"), "no-such-table")

    nowhere.mark([], NOW_SECONDS)
    assert nowhere.marked([]) == set()
