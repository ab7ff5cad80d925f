"""What a process remembers of many, such as connections or users: a bounded number, whatever comes."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Keeps a value for each key, of the `limit` keys that were put last."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return the value that was put last under a key; None if there is none any more."""
        return self._values.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value; the key that was put longest ago is forgotten for it where there are too many."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._limit:
            self._values.popitem(last=False)
