"""Publishing what was stored before: as it is by now, so that nobody brings back what was deleted."""

from collections.abc import Callable
from contextlib import suppress

from shared.protocol.message import Change, Message, is_message
from shared.protocol.refusals import RateLimited, Refusal
from shared.stores.messages import Messages
from shared.stores.sends import Sends, Sent

# For so long a repetition waits for another that undertook to publish. Once one has, none does again.
REPUBLISH_EVERY_MS = 5_000

Publish = Callable[[Message], None]
"""Ask for delivery. Raises RateLimited, Unavailable."""


def publish_again(
    entry: Message, earlier: Sent, *, sends: Sends, messages: Messages, publish: Publish, now: int
) -> None:
    """Publish what was stored before, unless a repetition has done so.

    What its author may not say any more, and what was deleted, is not brought up again: if nobody has
    published it, the sweeper does that, or the deletion is all there is to tell.

    Args:
        entry: as it was stored first.
        earlier: what is known of that.
        sends: where it is remembered.
        messages: the rooms' logs.
        publish: asks for delivery.
        now: epoch ms.

    Raises:
        RateLimited, Unavailable: it is not known to be published.
    """
    if earlier.is_barred:
        return
    user_id, client_message_id = entry.user_id, entry.client_message_id or ""
    other = sends.claim(user_id, client_message_id, now, REPUBLISH_EVERY_MS)
    if other is None:
        if whole := as_it_is_now(entry, messages):
            publish(whole)
        with suppress(Refusal):  # it is published, so a later repetition publishes once more at worst
            sends.note_published(user_id, client_message_id, now)
    elif not other.published_at:
        wait = max(0, other.claimed_at + REPUBLISH_EVERY_MS - now)
        raise RateLimited("a repetition of this message is under way", retry_after_ms=wait)


def as_it_is_now(entry: Message, messages: Messages) -> Message | None:
    """Return an entry as it is to be published; None if its text was deleted, which is an entry of its own.

    A message is as it is now, and an edit has the text that its message has now: the stored entry has none.

    Raises:
        RateLimited, Unavailable: from the store.
    """
    is_edit = isinstance(entry, Change) and entry.kind == "edit"
    if not is_edit and not is_message(entry):
        return entry
    message = messages.find(entry.room_id, entry.target if isinstance(entry, Change) else entry.sort_key)
    if message is None or message.deleted_at is not None:
        return None
    return entry.model_copy(update={"content": message.content}) if is_edit else message
