from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fanout.audience import PAGE_ATTEMPTS, first_slice, members_of, slices_of
from shared.protocol.refusals import RateLimited
from shared.stores.connections import Connections, Member, MemberPage
from tests.unit.examples import NOW_SECONDS, connection


def pages_of(*sizes: int) -> list[list[Member]]:
    members = iter(Member(f"c{number}=", "v2") for number in range(sum(sizes)))
    return [[next(members) for _ in range(size)] for size in sizes]


class Flaky(Connections):
    """A repository whose second page fails that many times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def members(self, room_id: str, now_seconds: int, after: str | None = None) -> MemberPage:
        if after is None:
            return MemberPage([Member("a=", "v2")], next="a=")
        if self.failures:
            self.failures -= 1
            raise RateLimited("too many")
        return MemberPage([Member("b=", "v2")], next=None)


def test_a_page_that_fails_is_asked_for_again_after_a_pause() -> None:
    pauses: list[float] = []

    pages = list(members_of("global", Flaky(PAGE_ATTEMPTS - 1), NOW_SECONDS, pause=pauses.append))

    assert pages == [[Member("a=", "v2")], [Member("b=", "v2")]]
    assert len(pauses) == PAGE_ATTEMPTS - 1
    assert pauses == sorted(pauses)


def test_a_page_that_keeps_failing_is_an_error_after_the_pages_before_it() -> None:
    pages = members_of("global", Flaky(PAGE_ATTEMPTS), NOW_SECONDS, pause=lambda _: None)

    assert next(pages) == [Member("a=", "v2")]
    with pytest.raises(RateLimited):
        next(pages)


def test_a_page_that_fails_is_not_asked_for_again_once_it_is_late() -> None:
    pauses: list[float] = []
    pages = members_of("global", Flaky(1), NOW_SECONDS, pause=pauses.append, is_late=lambda: True)

    with pytest.raises(RateLimited):
        list(pages)
    assert pauses == []


def test_members_come_from_the_repository_page_by_page(connections: Connections) -> None:
    connections.put(connection("c1=", protocol="v1"))

    assert list(members_of("global", connections, NOW_SECONDS, pause=lambda _: None)) == [
        [Member("c1=", "v1")]
    ]


def test_the_first_slice_does_not_wait_for_later_pages() -> None:
    def endless() -> Iterator[list[Member]]:
        yield from pages_of(3)
        raise AssertionError("asked for more than was needed")

    kept, _ = first_slice(endless(), 2)

    assert [member.connection_id for member in kept] == ["c0=", "c1="]


@given(
    st.lists(st.integers(min_value=0, max_value=7), max_size=6),
    st.integers(min_value=1, max_value=5),
)
def test_slices_part_the_audience(sizes: list[int], slice_size: int) -> None:
    everyone = [member for page in pages_of(*sizes) for member in page]

    kept, others = first_slice(iter(pages_of(*sizes)), slice_size)
    slices = list(slices_of(others, slice_size))

    assert kept + [member for part in slices for member in part] == everyone
    assert len(kept) == min(slice_size, len(everyone))
    assert all(len(part) == slice_size for part in slices[:-1])
    assert all(part for part in slices)
