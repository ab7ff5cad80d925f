"""Who is there and who types, as clients are told; `docs/subsystems/presence.md`."""

from shared.protocol.message import Wire


class User(Wire):
    """Somebody in a room, however many connections they have there."""

    user_id: str
    username: str


class PresenceChange(User):
    """A user came to a room or went; `at` is the server's clock, epoch ms. Of one user the newest counts."""

    online: bool
    at: int
