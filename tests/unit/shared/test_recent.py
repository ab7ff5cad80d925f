"""What is put is kept, until more keys were put after it than there is room for."""

from hypothesis import given
from hypothesis import strategies as st

from shared.recent import Recent


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())), st.integers(1, 5))
def test_the_keys_that_were_put_last_are_kept_with_their_last_values(
    puts: list[tuple[int, int]], limit: int
) -> None:
    recent = Recent[int, int](limit)
    for key, value in puts:
        recent.put(key, value)

    newest_first = list(dict.fromkeys(key for key, _ in reversed(puts)))
    kept = {key: dict(puts)[key] for key in newest_first[:limit]}
    assert {key: recent.get(key) for key in range(10)} == dict.fromkeys(range(10)) | kept


def test_to_look_at_a_value_does_not_keep_it() -> None:
    recent = Recent[str, int](2)
    recent.put("first", 1)
    recent.put("second", 2)

    recent.get("first")
    recent.put("third", 3)

    assert recent.get("first") is None
