"""Storing notices in rooms' logs, in one transaction with what they tell of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.protocol.message import Notice
from shared.stores.dynamodb import marshal
from shared.stores.entries import item_of

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(frozen=True, slots=True)
class Notices:
    """Makes the writes of notices. `table` is that of messages."""

    table: str

    def puts(self, *notices: Notice) -> "list[TransactWriteItemTypeDef]":
        """Return the actions that store notices; their ids are new, so that they overwrite nothing."""
        return [{"Put": {"TableName": self.table, "Item": marshal(item_of(each))}} for each in notices]
