"""A million connections in rooms: who is open, and which rows the index holds. Arrays, not objects."""

import bisect
import random
from dataclasses import dataclass, field

import numpy as np


def zipf_sizes(connections: int, rooms: int, exponent: float) -> list[int]:
    """Return the sizes of rooms, the largest first, a share of n^-exponent each, one member at least."""
    weights = np.arange(1, rooms + 1, dtype=float) ** -exponent
    sizes = np.maximum(1, np.round(weights / weights.sum() * connections)).astype(int)
    sizes[0] += connections - int(sizes.sum())
    return [int(size) for size in sizes]


@dataclass
class Population:
    """Connections by number; those of a room are neighbours. A reconnection gives a number a new generation.

    Attributes:
        starts: the first number of each room, and one more for the end.
        generation: of each number, how often it has connected.
        open: whether the gateway has the present generation.
        row: the generation that the table has a row of, 0 for none.
        ghosts: rows of generations before the last, by room: their `$disconnect` got lost.
    """

    sizes: list[int]
    starts: list[int] = field(init=False)
    ghosts: dict[int, set[tuple[int, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = [0, *np.cumsum(self.sizes).tolist()]
        total = self.starts[-1]
        self.generation = np.ones(total, dtype=np.uint16)
        self.open = np.ones(total, dtype=bool)
        self.row = np.ones(total, dtype=np.uint16)

    @property
    def rooms(self) -> int:
        """How many rooms there are."""
        return len(self.sizes)

    def room_of(self, number: int) -> int:
        """Return the room of a connection."""
        return bisect.bisect_right(self.starts, number) - 1

    def keep_open(self, share: float, chance: np.random.Generator) -> None:
        """Let a share of all be connected, the others gone without a trace."""
        self.open = chance.random(len(self.open)) < share
        self.row = np.where(self.open, self.generation, 0).astype(np.uint16)

    def is_open(self, connection_id: str) -> bool:
        """Return whether the gateway has that connection."""
        number, generation = numbers_of(connection_id)
        return bool(self.open[number]) and int(self.generation[number]) == generation

    def rows_of(self, room: int, most: int | None = None) -> list[str]:
        """Return the connection ids that the index has for a room, the first `most` if that is given."""
        begin, end = self.starts[room], self.starts[room + 1]
        rows = self.row[begin:end]
        found = np.flatnonzero(rows)[:most]
        ids = [id_of(begin + int(each), int(rows[each])) for each in found]
        return [*ids, *(id_of(*ghost) for ghost in sorted(self.ghosts.get(room, ())))][:most]

    def drop(self, number: int) -> None:
        """Cut a connection off."""
        self.open[number] = False

    def reconnect(self, number: int) -> str:
        """Open a connection of the next generation, of which there is no row yet; return its id."""
        if stale := int(self.row[number]):
            self.ghosts.setdefault(self.room_of(number), set()).add((number, stale))
            self.row[number] = 0
        self.generation[number] += 1
        self.open[number] = True
        return id_of(number, int(self.generation[number]))

    def put_row(self, connection_id: str) -> None:
        """Add the row of a connection."""
        number, generation = numbers_of(connection_id)
        if int(self.generation[number]) == generation:
            self.row[number] = generation

    def remove_row(self, connection_id: str) -> bool:
        """Remove the row of a connection; return whether there was one."""
        number, generation = numbers_of(connection_id)
        ghosts = self.ghosts.get(self.room_of(number), set())
        if (number, generation) in ghosts:
            ghosts.discard((number, generation))
            return True
        if int(self.row[number]) != generation:
            return False
        self.row[number] = 0
        return True

    def someone(self, room: int, chance: random.Random) -> int | None:
        """Return a connection of the room that is open, if one is soon found."""
        begin, end = self.starts[room], self.starts[room + 1]
        for _ in range(8):
            number = chance.randrange(begin, end)
            if self.open[number]:
                return number
        return None


def id_of(number: int, generation: int) -> str:
    """Return the connection id of a generation."""
    return f"{number}.{generation}"


def numbers_of(connection_id: str) -> tuple[int, int]:
    """Return what `id_of` was made of."""
    number, _, generation = connection_id.partition(".")
    return int(number), int(generation)
