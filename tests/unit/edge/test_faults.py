import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from infra.edge.faults import Fault, FaultSwitches

GONE = Fault(action="status", status=410)


def switches(*faults: Fault, now: float = 0.0) -> FaultSwitches:
    switches = FaultSwitches()
    switches.set(list(faults), now)
    return switches


def test_without_faults_nothing_fails() -> None:
    assert switches().pick("POST", "a=", 0.0) is None


def test_a_fault_strikes_only_its_connections_and_methods() -> None:
    fault = GONE.model_copy(update={"connection_ids": frozenset({"a="}), "methods": frozenset({"POST"})})
    set_ = switches(fault)

    assert set_.pick("POST", "a=", 0.0) == fault
    assert set_.pick("POST", "b=", 0.0) is None
    assert set_.pick("DELETE", "a=", 0.0) is None


def test_a_counted_fault_strikes_the_first_requests_only() -> None:
    set_ = switches(Fault(action="status", status=429, count=2))

    assert [set_.pick("POST", "a=", 0.0) is not None for _ in range(4)] == [True, True, False, False]
    assert set_.listed()[0]["met"] == 2


def test_a_timed_fault_ends() -> None:
    set_ = switches(Fault(action="refuse", seconds=5), now=100.0)

    assert set_.pick("POST", "a=", 104.9) is not None
    assert set_.pick("POST", "a=", 105.0) is None


def test_the_first_fault_that_applies_is_taken() -> None:
    busy = Fault(action="status", status=429, count=1)
    set_ = switches(busy, GONE)

    assert [set_.pick("POST", "a=", 0.0) for _ in range(3)] == [busy, GONE, GONE]


def test_setting_faults_replaces_those_before() -> None:
    set_ = switches(GONE)
    set_.set([], 0.0)

    assert set_.pick("POST", "a=", 0.0) is None


@given(share=st.floats(0, 1), seed=st.integers())
def test_a_share_strikes_the_same_requests_again_with_the_same_seed(share: float, seed: int) -> None:
    fault = Fault(action="status", status=500, share=share, seed=seed)
    first, second = switches(fault), switches(fault)

    struck = [first.pick("POST", "a=", 0.0) is not None for _ in range(50)]

    assert struck == [second.pick("POST", "a=", 0.0) is not None for _ in range(50)]


def test_a_share_strikes_about_that_share() -> None:
    set_ = switches(Fault(action="status", status=500, share=0.25, seed=1))

    assert 200 < sum(set_.pick("POST", "a=", 0.0) is not None for _ in range(1000)) < 300


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "status"},
        {"action": "refuse", "status": 500},
        {"action": "status", "status": 200},
        {"action": "explode"},
        {"action": "refuse", "share": 1.5},
        {"action": "refuse", "count": 0},
        {"action": "refuse", "shar": 0.5},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Fault.model_validate(wrong)
