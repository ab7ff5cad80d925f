"""Books that were kept apart and put together say the same as books that were kept together."""

from hypothesis import given
from hypothesis import strategies as st

from tests.load.accounting import DeliveryLog, Sent, Stored
from tests.load.measures import Measures
from tests.load.parcels import merged_delivery_log, merged_measures, pack_delivery_log, pack_measures

START = 1_000.0
MEMBERS = 5

events = st.lists(
    st.tuples(
        st.sampled_from(["acknowledge", "arrive", "recover"]), st.integers(0, MEMBERS - 1), st.integers(0, 6)
    ),
    max_size=60,
)


def sent(number: int) -> Sent:
    """Message `number` is that of member 0 to 4."""
    return Sent(str(number % MEMBERS), number, START + number)


def key(number: int) -> str:
    return f"{number:013d}#m{number}"


def book(delivery_log: DeliveryLog, kind: str, member: int, number: int) -> None:
    match kind:
        case "acknowledge":
            sender = sent(number).sender
            if sender in delivery_log.members:
                delivery_log.acknowledge(sender, f"m{number}", key(number), sent(number))
        case "arrive":
            delivery_log.arrive(str(member), "r", f"m{number}", key(number), sent(number))
        case _:
            delivery_log.recover(str(member), f"m{number}", key(number), sent(number))


@given(events=events, workers=st.integers(1, 4), stored=st.sets(st.integers(0, 6)))
def test_workers_books_together_are_one_ledger(
    events: list[tuple[str, int, int]], workers: int, stored: set[int]
) -> None:
    whole, parts = DeliveryLog(), [DeliveryLog() for _ in range(workers)]
    for member in range(MEMBERS):
        for delivery_log in (whole, parts[member % workers]):
            delivery_log.join(str(member), "r", START, v1=member == 0)
    for kind, member, number in events:
        owner = number % MEMBERS if kind == "acknowledge" else member
        for delivery_log in (whole, parts[owner % workers]):
            book(delivery_log, kind, member, number)
    history = {"r": [Stored(f"m{number}", key(number), sent(number)) for number in sorted(stored)]}

    together = merged_delivery_log(pack_delivery_log(part) for part in parts)

    assert together.holes() == whole.holes()
    left, right = together.close(history), whole.close(history)
    assert set(left.missing) == set(right.missing)
    assert set(left.lost) == set(right.lost)
    for name in (
        "acknowledged",
        "expected",
        "received",
        "received_live",
        "duplicates",
        "out_of_order",
        "foreign",
    ):
        assert getattr(left, name) == getattr(right, name), name


def test_measures_add_up() -> None:
    parts = [Measures(), Measures()]
    for number, part in enumerate(parts):
        part.counts["sent"] += number + 1
        part.connect.record(0.001)
        part.acknowledgement.record(0.5)
        for _ in range(99):
            part.delivered(0.01 * (number + 1))

    whole = merged_measures(pack_measures(part) for part in parts)

    assert whole.counts == {"sent": 3, "delivered": 198}
    assert (whole.connect.count, whole.acknowledgement.count, whole.delivery.count) == (2, 2, 198)
    assert 9 < whole.delivery.percentile_ms(25) < 11
    assert 19 < whole.delivery.percentile_ms(75) < 21
