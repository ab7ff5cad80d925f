"""How many connections a user has, less those that are gone without a word: `$disconnect` is best effort."""

from collections.abc import Collection
from concurrent.futures import Executor
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.error import HTTPError

from shared.aws.one_connection import Look
from shared.protocol.refusals import RateLimited
from shared.recent import Recent
from shared.stores.connections import Connections

# Whoever knocks again and again at a full house has API Gateway asked no oftener.
REMEMBERED_SECONDS = 10.0
LOOKED_AT = 10
_USERS_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class ConnectionLimit:
    """Holds a user to `limit` connections; `full_until` is what was found a moment ago, epoch s."""

    limit: int
    connections: Connections
    look: Look
    executor: Executor
    full_until: Recent[str, float] = field(default_factory=lambda: Recent[str, float](_USERS_REMEMBERED))

    def check(self, user_id: str, now_seconds: float) -> None:
        """Check that a user may open one more.

        Raises:
            RateLimited: they have as many as they may.
            RateLimited, Unavailable: from the store.
        """
        opened = self.connections.open_of_user(user_id, int(now_seconds))
        if len(opened) < self.limit:
            return
        if now_seconds >= (self.full_until.get(user_id) or 0):
            if len(self._still_open(opened, now_seconds)) < self.limit:
                return
            self.full_until.put(user_id, now_seconds + REMEMBERED_SECONDS)
        raise RateLimited(f"a user has {self.limit} connections at most")

    def _still_open(self, connection_ids: Collection[str], now_seconds: float) -> set[str]:
        """Return which of them are open, as far as that can be told; forget those that are gone.

        `LOOKED_AT` are looked at, side by side, which is all of them where people are not played by a swarm.
        """
        asked = sorted(connection_ids)[:LOOKED_AT]
        answers = self.executor.map(lambda each: self._is_open(each, now_seconds), asked)
        return {*connection_ids} - {each for each, is_open in zip(asked, answers, strict=True) if not is_open}

    def _is_open(self, connection_id: str, now_seconds: float) -> bool:
        """Tell whether a connection is there, as one is whose handshake may be under way."""
        try:
            self.look(connection_id)
        except HTTPError as error:
            if error.code != HTTPStatus.GONE:
                return True
        except OSError:
            return True
        else:
            return True
        rows = self.connections.stored(connection_id)
        removed = [self.connections.remove_gone(connection_id, each.room_id, now_seconds) for each in rows]
        return not all(removed)
