from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from shared.uuid7 import epoch_ms_of, uuid7

TIMES = st.integers(min_value=0, max_value=2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)


@given(TIMES, RANDOM)
def test_it_holds_its_time_version_and_variant(at: int, random_bytes: bytes) -> None:
    identifier = uuid7(at, random_bytes)

    assert epoch_ms_of(identifier) == at
    assert identifier.version == 7
    assert identifier.variant == RFC_4122


@given(TIMES, TIMES, RANDOM, RANDOM)
def test_earlier_ids_sort_first_as_text(at: int, later: int, one: bytes, other: bytes) -> None:
    if at < later:
        assert str(uuid7(at, one)) < str(uuid7(later, other))
