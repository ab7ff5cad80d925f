"""The fault matrix covers every call that the topology grants, and says what users noticed of each fault."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.edge.faults import FAULTS as EDGE_FAULTS
from infra.topology.file import load_topology
from tests.integration.aws_proxy import HANG, Call
from tests.load.faults import FAULTS, OPERATIONS, CallFault, PostFault
from tests.load.faulty_aws import failure_of
from tests.load.noticed import noticed
from tests.load.results import DueRow, SampleRow
from tests.load.scenario import InvalidScenario, load_scenario
from tests.unit.load.test_results import GOOD, judged

# What Lambda's own pollers do, not the functions.
OF_THE_POLLER = {
    "ReceiveMessage", "DeleteMessage", "GetQueueAttributes",
    "ListStreams", "DescribeStream", "GetShardIterator", "GetRecords",
}  # fmt: skip
# Of the edge's faults, whose switches `posts …` are.
OF_THE_EDGE = {"ManageConnections"}
# A condition of a transaction is struck with the transaction.
WITHIN_TRANSACTIONS = {"ConditionCheckItem"}
# No user waits for the canary, and nothing calls it on this machine.
OF_THE_CANARY = {"AdminCreateUser", "AdminSetUserPassword", "AdminInitiateAuth"}


def test_every_call_that_is_granted_can_be_made_to_fail() -> None:
    granted = {
        action.split(":")[1]
        for function in load_topology().functions.values()
        for grant in function.grants
        for action in grant.actions
    }
    assert granted - OF_THE_POLLER - OF_THE_EDGE - WITHIN_TRANSACTIONS - OF_THE_CANARY <= set(OPERATIONS)


def test_every_call_that_is_granted_fails_in_the_shipped_scenario() -> None:
    tried = {stage.fault for stage in load_scenario("faults-calls").stages} - {None}
    granted = {
        action.split(":")[1]
        for function in load_topology().functions.values()
        for grant in function.grants
        for action in grant.actions
    } & set(OPERATIONS)
    assert {f"{action} {how}" for action in granted for how in ("fails", "hangs", "is throttled")} <= tried


def test_every_fault_of_posts_is_in_the_shipped_scenario_and_the_edge_takes_it() -> None:
    posts = {name: fault for name, fault in FAULTS.items() if isinstance(fault, PostFault)}
    assert {stage.fault for stage in load_scenario("faults-posts").stages} - {None} == set(posts)
    EDGE_FAULTS.validate_python([fault.settings for fault in posts.values()])
    switches = {fault.settings["action"] for fault in posts.values()}
    assert switches == {"status", "delay", "reset", "refuse"}


def test_a_fault_strikes_its_calls_and_no_others() -> None:
    hangs, fails = FAULTS["PutItem hangs"], FAULTS["Publish fails"]
    assert isinstance(hangs, CallFault)
    assert isinstance(fails, CallFault)
    assert failure_of(Call("TransactWriteItems", b""), hangs) == HANG
    assert failure_of(Call("Query", b""), hangs) is None
    assert failure_of(Call("Publish", b""), fails) == "xml:InternalError"


def test_an_unknown_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    shipped = Path("tests/load/scenarios/faults-posts.yaml").read_text(encoding="utf-8")
    path.write_text(shipped.replace("posts hang", "posts sing"), encoding="utf-8")
    with pytest.raises(InvalidScenario, match="there is no fault posts sing"):
        load_scenario(str(path))


def row(second: float, errors: int = 0, closed: int = 0, p99: float = 20) -> SampleRow:
    return SampleRow(
        second=second, connections=9, sent=int(second), acknowledged=0, delivered=0, errors=errors,
        closed=closed, delivery_p50_ms=10, delivery_p99_ms=p99,
    )  # fmt: skip


def test_what_users_noticed_is_told_for_each_fault_alone() -> None:
    scenario = load_scenario("faults-posts")
    begins = 10  # ramp and hold
    results = judged(replace(GOOD)).model_copy(
        update={
            "scenario": scenario,
            "samples": (row(5, errors=7), row(begins), row(12, 7, 1, 9000), row(24, 9, 1), row(26, 9, 1)),
            "due": (
                DueRow(second=11, expected=10, received=10, live=5),
                DueRow(second=23, expected=4, received=3, live=3),
            ),
        }
    )
    first, second, third, *_ = noticed(results)
    assert (first.fault, first.errors, first.closed, first.live) == ("posts answer 403", 7, 1, 0.5)
    assert "messages came 9 s late" in first.words
    assert "connections were lost" in first.words
    assert (second.errors, second.missing, second.words) == (
        2, 1, "messages are missing, sending or connecting failed and was repeated",
    )  # fmt: skip
    assert third.words == "nothing"
