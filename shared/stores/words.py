"""The table of words: in which messages of a room a word occurs. Its rows are keys and nothing else.

The partition is a word's first character and the room, `s#general`, so that a busy room is spread and the
beginning of a word suffices to look for it. In it a row is `<word>#<sort key of the message>`: by word, then
by time. No word holds a `#` (services/search/words.py), so that whatever people write, no two rows are one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.protocol.refusals import Unavailable
from shared.stores.dynamodb import marshal, store_errors

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        WriteRequestTypeDef,
        WriteRequestUnionTypeDef,
    )

_WRITE_LIMIT_ITEMS = 25  # DynamoDB BatchWriteItem
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Posting:
    """That a message, named by room and sort key, has a word."""

    room_id: str
    word: str
    sort_key: str


class Words:
    """Reads and writes postings. All methods raise RateLimited or Unavailable when DynamoDB fails."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def write(self, put: Iterable[Posting], removed: Iterable[Posting]) -> None:
        """Write and remove postings; none is in both. Repeating it changes nothing."""
        requests: list[WriteRequestTypeDef] = [{"PutRequest": {"Item": _key(each)}} for each in put]
        requests += [{"DeleteRequest": {"Key": _key(each)}} for each in removed]
        for first in range(0, len(requests), _WRITE_LIMIT_ITEMS):
            self._write(requests[first : first + _WRITE_LIMIT_ITEMS])

    def _write(self, waiting: "Sequence[WriteRequestUnionTypeDef]") -> None:
        for _ in range(_ATTEMPTS):
            with store_errors():
                answer = self._client.batch_write_item(RequestItems={self._table: waiting})
            if not (unwritten := answer["UnprocessedItems"].get(self._table)):
                return
            waiting = [*unwritten]
        raise Unavailable("the store did not take all words")


def _key(posting: Posting) -> "dict[str, AttributeValueTypeDef]":
    return marshal(
        {
            "roomInitial": f"{posting.word[0]}#{posting.room_id}",
            "posting": f"{posting.word}#{posting.sort_key}",
        }
    )
