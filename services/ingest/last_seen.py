"""Notes when people were here last. Nothing fails with it: what cannot be noted is counted."""

from shared.observability import Observability
from shared.protocol.refusals import Refusal
from shared.stores.last_seen import LastSeen


def note_seen(user_id: str, *, last_seen: LastSeen, now: int, observe: Observability) -> None:
    """Note that a user was here at `now`, epoch ms, if they want it told."""
    try:
        last_seen.note(user_id, now)
    except Refusal as refusal:
        observe.count("LastSeenNotNoted")
        observe.logger.warning("last seen not noted", reason=refusal.code.value)
