"""DynamoDB refuses a write while a transaction on the same row is under way; nobody is told of that.

Moto has no such conflicts. They last some 10 ms, and whoever sends is in one: their row `status` and their
membership are in the transaction.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from shared.protocol.refusals import RateLimited
from shared.rate import Bucket
from shared.stores.choices import Choices
from shared.stores.dynamodb import CONFLICT_ATTEMPTS
from shared.stores.membership_rows import Membership
from shared.stores.memberships import Memberships
from shared.stores.old_entries import OldEntries
from shared.stores.pins import pinning
from shared.stores.retentions import Retentions, listing
from shared.stores.rooms import Invite, Room, Rooms
from shared.stores.sends import Sends
from shared.stores.traces import Traces
from shared.stores.users import Users
from tests.unit.examples import ALICE, BOB, NOW, NOW_SECONDS, change_of, identifier, message

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PIN = change_of(message(1), "pin", on=True)
MINE = message(1).model_copy(update={"client_message_id": str(identifier(7))})
MEMBER = Membership(ALICE.user_id, "global", "Alice", "member", NOW)
ROOM = Room("kitchen", "Kitchen", "", ALICE.user_id, NOW)
INVITE = Invite("A" * 22, "kitchen", ALICE.user_id, NOW_SECONDS + 60, 1)


def _choices(client: Any) -> Choices:
    return Choices(client, "memberships")


def _memberships(client: Any) -> Memberships:
    return Memberships(client, "memberships")


def _rooms(client: Any) -> Rooms:
    return Rooms(client, "rooms", "memberships")


def _sends(client: Any) -> Sends:
    return Sends(client, "messages", "users", "memberships", Bucket(1_000, 1))


WRITES: dict[str, Callable[[Any], object]] = {
    "spending": lambda client: Users(client, "users").spend(ALICE, "typing", Bucket(3, 1_000), NOW),
    "banning for good": lambda client: Users(client, "users").ban(ALICE.user_id),
    "signing out": lambda client: Users(client, "users").sign_out(ALICE.user_id, NOW_SECONDS),
    "joining": lambda client: _memberships(client).join(MEMBER),
    "muting": lambda client: _memberships(client).mute(ALICE.user_id, "global", NOW + 1, NOW),
    "banning": lambda client: _memberships(client).ban(ALICE.user_id, "global", NOW + 1, NOW),
    "reading": lambda client: _choices(client).mark_read(ALICE.user_id, "global", MINE.sort_key, "A"),
    "choosing": lambda client: _choices(client).set_notify(ALICE.user_id, "global", "none"),
    "leaving": lambda client: _memberships(client).leave(ALICE.user_id, "global", NOW),
    "removing": lambda client: _memberships(client).remove(ALICE.user_id, "global"),
    "sending": lambda client: _sends(client).put_once(MINE),
    "claiming": lambda client: _sends(client).claim(ALICE.user_id, str(identifier(7)), NOW, 1),
    "noting": lambda client: _sends(client).note_published(ALICE.user_id, str(identifier(7)), NOW),
    "making a room": lambda client: _rooms(client).create(ROOM, MEMBER),
    "accepting": lambda client: _rooms(client).accept(
        INVITE, Membership(BOB.user_id, "kitchen", "Bob", "member", NOW), NOW_SECONDS
    ),
    "taking a name": lambda client: Traces(client, "messages", "rooms").take_name(message(1)),
    "unpinning": lambda client: OldEntries(client, "messages", "rooms").unpin("global", "~"),
    "walking": lambda client: Retentions(client, "rooms").walked("kitchen", NOW),
}


class Conflicting:
    """Refuses the first `times` writes."""

    def __init__(self, client: "DynamoDBClient", times: int) -> None:
        self._client = client
        self.left = times

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in ("put_item", "update_item", "delete_item", "transact_write_items"):
            return call
        return lambda **request: self._written(call, request)

    def _written(self, call: Callable[..., Any], request: Any) -> Any:
        if not self.left:
            return call(**request)
        self.left -= 1
        if "TransactItems" not in request:
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "UpdateItem")
        response: Any = {
            "Error": {"Code": "TransactionCanceledException"},
            "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
        }
        raise ClientError(response, "TransactWriteItems")


@pytest.fixture
def standing(dynamodb: "DynamoDBClient") -> None:
    """What the writes are about: a member, a pin, an invitation, a retention."""
    _memberships(dynamodb).join(MEMBER)
    _rooms(dynamodb).put_invite(INVITE)
    dynamodb.transact_write_items(TransactItems=[write.action for write in pinning(PIN, "rooms")])
    dynamodb.transact_write_items(TransactItems=[listing("rooms", "kitchen", 7)])


@pytest.mark.usefixtures("standing")
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_meets_a_transaction_is_repeated(dynamodb: "DynamoDBClient", write: str) -> None:
    client = Conflicting(dynamodb, times=2)

    WRITES[write](client)

    assert client.left == 0


def test_whoever_meets_one_transaction_after_the_other_is_told_in_the_end(dynamodb: "DynamoDBClient") -> None:
    client: Any = Conflicting(dynamodb, CONFLICT_ATTEMPTS)

    with pytest.raises(RateLimited):
        Users(client, "users").ban(ALICE.user_id)
