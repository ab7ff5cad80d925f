"""Messages from before the index are found once an operator has had them indexed."""

import pytest

from chatctl.access import DeploymentAccess
from chatctl.reindexing import index_all
from infra.errors import CommandError
from infra.topology.file import load_topology
from infra.topology.render.tables import table_definition
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from shared.stores.words import Words
from tests.unit.examples import NOW, change_of, message

MESSAGES, WORDS = "chat-test-messages", "chat-test-words"


@pytest.fixture
def standing(access: DeploymentAccess) -> DeploymentAccess:
    for name in ("messages", "words"):
        table = load_topology().tables[name]
        access.clients.dynamodb.create_table(**table_definition(name, table, access.deployment))
    return access


def test_what_is_a_message_is_indexed_once_however_often_it_is_done(standing: DeploymentAccess) -> None:
    dynamodb = standing.clients.dynamodb
    deleted = message(2, content="").model_copy(update={"deleted_at": NOW})
    for entry in (message(1, content="old words"), deleted, change_of(message(1), "edit", content="text")):
        dynamodb.put_item(TableName=MESSAGES, Item=marshal(item_of(entry)))

    assert [index_all(dynamodb, MESSAGES, WORDS) for _ in range(2)] == [(1, 2)] * 2
    assert Words(dynamodb, WORDS).newest("global", "old", "~") == ([message(1).sort_key], False)
    assert len(dynamodb.scan(TableName=WORDS)["Items"]) == 2


def test_a_store_that_does_not_take_it_is_one_line(standing: DeploymentAccess) -> None:
    dynamodb = standing.clients.dynamodb
    dynamodb.put_item(TableName=MESSAGES, Item=marshal(item_of(message(1))))

    with pytest.raises(CommandError, match="the store did not take it, after 1 messages; do it again"):
        index_all(dynamodb, MESSAGES, "chat-test-nowhere")
