"""Audiences of large rooms, remembered by a worker for a moment: a busy room is not read for each message."""

from collections.abc import Iterator

from shared.stores.connections import Member

# A client reads history a second time no sooner than 2 s after it joined (docs/protocol/README.md). By then
# an audience that was read before it had joined is forgotten, with a second for the index to lag.
REMEMBER_SECONDS = 1.0
ROOMS_REMEMBERED = 8


class AudienceMemory:
    """Members of rooms of more than `least`; smaller ones cost less to read than to be wrong about."""

    def __init__(self, least: int) -> None:
        self._least = least
        self._rooms: dict[str, tuple[float, list[list[Member]]]] = {}

    def of(self, room_id: str, now: float) -> list[list[Member]] | None:
        """Return the pages of a room, if they were read a moment ago."""
        read_at, pages = self._rooms.get(room_id, (float("-inf"), []))
        return pages if now - read_at < REMEMBER_SECONDS else None

    def remembering(self, room_id: str, pages: Iterator[list[Member]], now: float) -> Iterator[list[Member]]:
        """Yield the pages, and keep them if they come to their end."""
        kept: list[list[Member]] = []
        for page in pages:
            kept.append(page)
            yield page
        if sum(map(len, kept)) > self._least:
            if len(self._rooms) >= ROOMS_REMEMBERED:
                del self._rooms[min(self._rooms, key=lambda room: self._rooms[room][0])]
            self._rooms[room_id] = (now, kept)
