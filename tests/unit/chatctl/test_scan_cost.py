"""A large table is read only by who agrees to its price."""

from typing import Any

import pytest

from chatctl.scan_cost import UNASKED_BYTES, agree_to_scan
from infra.errors import CommandError


class Described:
    """DynamoDB, as far as a table's size goes."""

    def __init__(self, size: int) -> None:
        self._size = size

    def describe_table(self, **_: str) -> dict[str, Any]:
        return {"Table": {"TableSizeBytes": self._size, "ItemCount": 5_000_000}}


@pytest.mark.parametrize(("size", "yes"), [(0, False), (UNASKED_BYTES, False), (10**10, True)])
def test_a_small_table_is_read_and_a_large_one_if_it_was_agreed_to(size: int, yes: bool) -> None:
    agree_to_scan(Described(size), "connections", yes)  # type: ignore[arg-type] # a double


def test_nobody_there_to_ask_is_a_no() -> None:
    with pytest.raises(CommandError, match="confirm with --yes"):
        agree_to_scan(Described(10**10), "connections", yes=False)  # type: ignore[arg-type] # a double
