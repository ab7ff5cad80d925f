"""The table of words: in which messages of a room a word occurs. Its rows are keys and nothing else.

The partition is a word's first character and the room, `s#general`, so that a busy room is spread and the
beginning of a word suffices to look for it. In it a row is `<word>#<sort key of the message>`: by word, then
by time. No word holds a `#` (services/search/words.py), so that whatever people write, no two rows are one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.stores.dynamodb import batch_write, marshal, store_errors

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

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
        batch_write(self._client, self._table, put=map(_key, put), removed=map(_key, removed))

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


def _key(posting: Posting) -> "dict[str, AttributeValueTypeDef]":
    return marshal(
        {
            "roomInitial": _shelf(posting.room_id, posting.word),
            "posting": f"{posting.word}#{posting.sort_key}",
        }
    )


def _shelf(room_id: str, word: str) -> str:
    return f"{word[0]}#{room_id}"
