"""The comparison in words: each sentence has the figures of the rows it is given, and none of others."""

from datetime import UTC, datetime

from tests.load.versus.contest import Faults, Row
from tests.load.versus.findings import findings

MADE = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)


def row(
    side: str,
    faults: Faults = "none",
    *,
    connections: int = 10,
    holes: int = 0,
    lost: int = 0,
    p50: float = 50.0,
) -> Row:
    return Row(
        side=side,
        made=MADE,
        connections=connections,
        faults=faults,
        messages=10,
        expected=1000,
        live=1.0,
        merged=1.0,
        holes=holes,
        torn=0,
        lost=lost,
        p50=p50,
        p99=10 * p50,
        acknowledged_p50=p50,
        cpu_ms=p50 / 10,
        calls={} if side == "prosody" else {"PostToConnection": float(connections)},
    )


def test_the_quickest_is_named_first_at_each_size() -> None:
    rows = [row("ours", p50=50), row("prosody", p50=3), row("ours", connections=1000, p50=260)]
    said = "\n".join(findings(rows))
    assert "10 members: prosody 3 ms, ours 50 ms; 1,000 members: ours 260 ms." in said
    assert "10 members: prosody 30 ms, ours 500 ms;" in said
    assert "CPU for a message without faults, the least first**. 10 members: prosody 0 ms, ours 5 ms" in said


def test_what_was_never_seen_is_told_for_each_fault_and_system() -> None:
    rows = [row("ours", "connections"), row("reference", "connections", holes=12)]
    rows.append(row("reference", "connections", connections=100, holes=20))
    said = "\n".join(findings(rows))
    assert "while connections refuse**" in said
    assert "ours 0 of 1,000 and reference 32 of 2,000." in said
    assert "without faults" not in said


def test_a_lost_message_is_told_with_its_run() -> None:
    assert "none, of any system" in findings([row("ours")])[0]
    (said, *_) = findings([row("ours"), row("reference", "posts", lost=2)])
    assert "reference 2 (10 members, while posts fail)" in said


def test_who_makes_no_aws_calls_is_not_compared_by_them() -> None:
    said = findings([row("ours"), row("prosody")])[-1]
    assert said == "**AWS calls for a message**: ours 10 with 10 members."
    assert not any("AWS" in each for each in findings([row("prosody")]))
