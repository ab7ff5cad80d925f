"""Which texts are gone, from the rows of the messages that there are."""

from typing import TYPE_CHECKING

from chatctl.still_said import empty, gone_in, place_of, without
from services.history.retention import DAY_MS
from shared.jobs import DeliveryJob
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of
from tests.unit.examples import NOW, change_of, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def test_a_text_is_gone_once_it_is_deleted_or_no_longer_kept(dynamodb: "DynamoDBClient") -> None:
    there, deleted, removed = (message(number) for number in range(3))
    stored = {there.sort_key: there, deleted.sort_key: deleted.model_copy(update={"deleted_at": NOW + 5})}
    for each in stored.values():
        dynamodb.put_item(TableName="messages", Item=marshal(item_of(each)))
    young, old = (gone_in(dynamodb, "messages", NOW + after) for after in (1_000, DAY_MS + 10_000))

    assert young([there, deleted, removed]) == {place_of(deleted)}
    assert old([there, deleted, removed]) == {place_of(deleted), place_of(removed)}


def test_an_edit_goes_with_its_message_and_other_changes_stay() -> None:
    said = message(1)
    edit, reaction = (change_of(said, kind) for kind in ("edit", "reaction"))
    gone = {(said.room_id, said.sort_key)}

    assert without(DeliveryJob.of(edit), gone) is None
    assert without(DeliveryJob.of(said), gone) is None
    assert without(DeliveryJob.of(reaction), gone) == DeliveryJob.of(reaction)


def test_jobs_that_would_bring_nothing_are_counted() -> None:
    first, second = (DeliveryJob.of(message(number)) for number in range(2))
    both = first.model_copy(update={"outgoing": (*first.outgoing, *second.outgoing)})
    gone = place_of(first.outgoing[0].message)

    assert empty([first, second, both], lambda _entries: {gone} if gone else set()) == 1
