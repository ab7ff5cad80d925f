"""The rule of reading what mentions a user."""

from dataclasses import dataclass

from shared.auth.identity import Identity
from shared.protocol.frames import ListMentions
from shared.protocol.mentions import HERE, mentions_in
from shared.protocol.message import Message
from shared.rights import RoomAction
from shared.stores.memberships import Memberships
from shared.stores.mentioned import Mention, Mentioned
from shared.stores.messages import Messages, fitting

MENTIONS_PAGE = 25


@dataclass(frozen=True, slots=True)
class MentionPage:
    """Messages as they are now, newest first, and the sort key to go on from, None at the end."""

    messages: list[Message]
    next_cursor: str | None


def mentions_of(
    wanted: ListMentions,
    reader: Identity,
    *,
    mentioned: Mentioned,
    messages: Messages,
    memberships: Memberships,
    now: int,
) -> MentionPage:
    """Read a page of the messages that mention a user, where they may read them. `now` is epoch ms.

    What was deleted, or mentions them no more, is left out; a page may be short of it, or empty.

    Raises:
        RateLimited, Unavailable: a store failed.
    """
    rows = mentioned.of_user(
        reader.user_id, before=wanted.cursor, limit=MENTIONS_PAGE + 1, now_seconds=now // 1000
    )
    page = rows[:MENTIONS_PAGE]
    rooms = [(reader.user_id, each.room_id) for each in page]
    readable = memberships.permitted(RoomAction.READ, rooms, now)
    places = [(each.room_id, each.sort_key) for each in page if (reader.user_id, each.room_id) in readable]
    found = messages.find_anywhere(places)
    there = ((each, found.get((each.room_id, each.sort_key))) for each in page)
    shown = [message for mention, message in there if message and _still_mentions(message, mention)]
    kept = fitting(shown)
    if len(kept) < len(shown):
        return MentionPage(kept, kept[-1].sort_key)
    return MentionPage(kept, page[-1].sort_key if len(rows) > len(page) else None)


def _still_mentions(message: Message, mention: Mention) -> bool:
    found = mentions_in(message.content)
    if mention.handle == HERE:
        return found.here and bool(message.mentions_here)
    return mention.handle in found.handles
