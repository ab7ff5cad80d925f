"""A frame about rooms or people, as those get it who carry it out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from services.rooms.finding import Lookout
from services.rooms.leaving import Leaving
from services.rooms.making import Stores
from services.rooms.membership import Evict
from services.rooms.telling import Telling
from shared.auth.identity import Identity
from shared.protocol.frames import Frame
from shared.protocol.replies import Reply, acknowledgement, membership_changed
from shared.protocol.room_frames import OfMember
from shared.stores.profiles import Profiles
from shared.stores.rooms import Room

Counted = Literal["handles", "conversations"]
SECRET_BYTES = 16  # of a private room's id and of an invitation's code: nobody guesses them


@dataclass(frozen=True, slots=True)
class Asked:
    """A frame with its sender, the moment (epoch ms), and what carries it out.

    `spend` lets the sender do something once more that counts beside the frame: "handles", "conversations".
    It raises RateLimited.
    """

    frame: Frame
    user: Identity
    now: int
    stores: Stores
    profiles: Profiles
    lookout: Lookout
    telling: Telling
    evict: Evict
    leaving: Leaving
    connection_id: str
    spend: Callable[[Counted], object]

    def changed(self, frame: OfMember, carry_out: Callable[[], bool]) -> Reply:
        """Carry out what may change somebody's membership, and tell them if it does."""
        listeners = self._others(frame.user_id)
        if carry_out():
            self.telling.tell(listeners, membership_changed(frame.room_id))
        return acknowledgement()

    def opened(self, open_room: Callable[[], Room]) -> Room:
        """Open a room to the user, and tell their other connections; without those nothing is opened."""
        listeners = self._others(self.user.user_id)
        room = open_room()
        self.telling.tell(listeners, membership_changed(room.room_id))
        return room

    def tell_others(self, frame: Reply) -> None:
        """Tell the other connections of the asking user."""
        self.tell(self.user.user_id, frame)

    def tell(self, user_id: str, frame: Reply) -> None:
        """Tell a user's connections, but for the asking one."""
        self.telling.tell(self._others(user_id), frame)

    def _others(self, user_id: str) -> set[str]:
        return self.telling.listeners(user_id, self.now) - {self.connection_id}
