"""The comparison's swarm end to end: against a trivial server, Prosody, the reference."""

from pathlib import Path

import pytest

from infra.local.clients import local_clients
from tests.integration.aws_proxy import AwsProxy
from tests.load.results import Results
from tests.load.scenario import Behaviour, Scenario, Stage
from tests.load.versus.contest import NO_LIMIT, compete
from tests.load.versus.deploy import reference_beside
from tests.load.versus.process import DialectName, SwarmFailed, run_swarm_process
from tests.load.versus.prosody import is_installed, running_prosody
from tests.load.versus.side import lead_through, ours
from tests.support.running_stack import running_stack

MEMBERS = 6
SMALL = Scenario(
    description="Small, and soon over.",
    stages=(
        Stage(name="gather", seconds=2, connections=MEMBERS),
        Stage(name="hold", seconds=2, connections=MEMBERS),
    ),
    behaviour=Behaviour(messages_per_second=5),
    settle_seconds=10,
    thresholds=NO_LIMIT,
)


def expect_everything_arrived(results: Results) -> None:
    assert results.acknowledged >= 5
    assert results.received == results.received_live == results.expected == MEMBERS * results.acknowledged
    assert not results.lost
    assert results.counts.get("errors", 0) == 0


@pytest.mark.nightly
def test_a_run_in_a_process_tells_its_seconds_and_its_figures(trivial_server: str, tmp_path: Path) -> None:
    seconds: list[float] = []

    results = run_swarm_process(SMALL, trivial_server, tmp_path, "small", on_second=seconds.append)

    expect_everything_arrived(results)
    assert len(seconds) >= 3


@pytest.mark.nightly
def test_a_swarm_that_finds_nobody_fails(tmp_path: Path) -> None:
    nobody = SMALL.model_copy(update={"settle_seconds": 0.1})
    with pytest.raises(SwarmFailed, match="no message"):
        run_swarm_process(nobody, "ws://127.0.0.1:1/", tmp_path, "nobody", dialect=DialectName.XMPP)


@pytest.mark.nightly
@pytest.mark.skipif(not is_installed(), reason="prosody is not installed")
def test_prosody_carries_the_same_swarm(tmp_path: Path) -> None:
    with running_prosody(tmp_path) as peer:
        results = run_swarm_process(SMALL, peer.address, tmp_path, "small", dialect=DialectName.XMPP)

    expect_everything_arrived(results)
    # Each has read the archive when it came.
    assert results.counts["history_pages"] >= MEMBERS


@pytest.mark.nightly
def test_ours_and_the_reference_carry_it_side_by_side(tmp_path: Path) -> None:
    with (
        running_stack(tmp_path, "mock", "--frontend", "none") as stack,
        AwsProxy(stack.aws_endpoint_url) as proxy,
    ):
        clients = local_clients(stack.aws_endpoint_url, stack.region)
        with reference_beside(stack, clients, tmp_path) as reference:
            for side in (ours(stack), reference):
                lead_through(proxy, side, clients)
                compete(side, 10, "none", proxy, tmp_path)
                row = compete(side, 10, "none", proxy, tmp_path)
                assert (row.merged, row.holes, row.lost) == (1.0, 0, 0)
                # One post to each, and what the functions ask DynamoDB and the queues.
                assert 10 <= row.calls_per_message <= 20
