"""The rule of reading what mentions a user."""

from collections.abc import Mapping
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
    """Messages that mention a user.

    Attributes:
        messages: as they are now, newest first.
        next_cursor: the sort key to go on from, None at the end.
        added: by sort key, of those that came to mention the user by an edit, when that was, epoch ms.
    """

    messages: list[Message]
    next_cursor: str | None
    added: Mapping[str, int]


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
    by_edits = {each.sort_key: each.added_at for each in page if each.added_at}
    added = {each.sort_key: by_edits[each.sort_key] for each in kept if each.sort_key in by_edits}
    if len(kept) < len(shown):
        return MentionPage(kept, kept[-1].sort_key, added)
    return MentionPage(kept, page[-1].sort_key if len(rows) > len(page) else None, added)


def _still_mentions(message: Message, mention: Mention) -> bool:
    found = mentions_in(message.content)
    if mention.handle == HERE:
        return found.here and bool(message.mentions_here)
    return mention.handle in found.handles
