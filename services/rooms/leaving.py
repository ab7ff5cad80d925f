"""Deleting one's account: its rights, profile and connections end at once; the rest is erased later."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from shared.auth.identity import Identity
from shared.aws.one_connection import Close, Post
from shared.protocol.profile_frames import DeleteAccount
from shared.protocol.replies import Reply, encode
from shared.revocation import close_connections
from shared.stores.connections import Connections
from shared.stores.erasures import Erasures


@dataclass(frozen=True, slots=True)
class Leaving:
    """What deleting an account needs."""

    erasures: Erasures
    connections: Connections
    post: Post
    close: Close
    sleep: Callable[[float], None]

    def delete(self, frame: DeleteAccount, user: Identity, now: int) -> None:
        """Delete an account at `now`, epoch ms.

        Raises:
            InvalidFrame: the frame names another handle.
            RateLimited, Unavailable: from the store.
        """
        self.erasures.begin(user.user_id, frame.handle, now)

    def say_goodbye(self, user: Identity, asking: str, reply: Reply) -> None:
        """Send the reply, then close all connections of a user, the asking one last.

        The reply does not wait for the others: to find them all takes seconds, in which whatever the asking
        page asks for is refused to a user that is no more. One that cannot be closed is for the eraser.

        Raises:
            RateLimited, Unavailable: from the store.
        """
        with suppress(OSError):
            self.post(asking, encode(reply))
        close_connections(user.user_id, self.connections, self._closed, spared={asking}, sleep=self.sleep)
        self._closed(asking)

    def _closed(self, connection_id: str) -> bool:
        with suppress(OSError):
            self.close(connection_id)
            return True
        return False
