"""Telling users what is their own, on all their devices: that is seldom, so it goes by no queue."""

from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

from shared.aws.one_connection import Post
from shared.protocol.replies import Reply, encode
from shared.stores.connections import Connections


@dataclass(frozen=True, slots=True)
class Telling:
    """Posts to a user's connections, side by side; who cannot be told asks at the next connection."""

    connections: Connections
    post: Post
    executor: Executor

    def listeners(self, user_id: str, now: int) -> set[str]:
        """Return the connections of a user at `now`, epoch ms.

        Raises:
            RateLimited, Unavailable: from the store.
        """
        return self.connections.listeners(user_id, now // 1000)

    def tell(self, listeners: Iterable[str], frame: Reply) -> None:
        """Post a frame to connections, as far as they take it."""
        told = encode(frame)
        list(self.executor.map(lambda each: self._post(each, told), listeners))

    def _post(self, connection_id: str, frame: bytes) -> None:
        with suppress(OSError):  # gone, or slow: it is told with its next connection
            self.post(connection_id, frame)
