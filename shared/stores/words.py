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
_PAGE_ITEMS = 40  # of some 100 bytes: 4 KB, which are half a read unit
_LAST_CHARACTER = "\U0010ffff"


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

    def newest(self, room_id: str, word: str, at_most: str) -> tuple[list[str], bool]:
        """Return sort keys of messages with a word, newest first, and whether there are more.

        They are `at_most` that sort key. What was said a moment ago may not be among them.
        """
        page, more = self._page(room_id, word, f"{word}#", f"{word}#{at_most}", newest_first=True)
        return [each.sort_key for each in page], more

    def beginning_with(self, room_id: str, beginning: str, begin: str) -> tuple[list[Posting], bool]:
        """Return postings of words with a beginning, by word and then by time, and whether there are more.

        `begin` is where in that order to begin.
        """
        return self._page(room_id, beginning, begin, f"{beginning}{_LAST_CHARACTER}", newest_first=False)

    def _page(
        self, room_id: str, beginning: str, low: str, high: str, *, newest_first: bool
    ) -> tuple[list[Posting], bool]:
        with store_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="roomInitial = :shelf AND posting BETWEEN :low AND :high",
                ExpressionAttributeValues=marshal(
                    {":shelf": _shelf(room_id, beginning), ":low": low, ":high": high}
                ),
                ProjectionExpression="posting",
                ScanIndexForward=not newest_first,
                Limit=_PAGE_ITEMS,
            )
        pairs = [item["posting"]["S"].split("#", 1) for item in answer["Items"]]
        return [Posting(room_id, word, sort_key) for word, sort_key in pairs], "LastEvaluatedKey" in answer

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
            "roomInitial": _shelf(posting.room_id, posting.word),
            "posting": f"{posting.word}#{posting.sort_key}",
        }
    )


def _shelf(room_id: str, word: str) -> str:
    return f"{word[0]}#{room_id}"
