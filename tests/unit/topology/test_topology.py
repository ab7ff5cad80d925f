"""The topology file is right, and a wrong one is refused with the line at fault."""

from pathlib import Path

import pytest

from infra.topology.file import TOPOLOGY_FILE, TopologyError, load_topology
from infra.topology.model import Topology


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = TOPOLOGY_FILE.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path = tmp_path / "topology.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_dashboard_stays_within_what_cloudwatch_shows_for_nothing(topology: Topology) -> None:
    lines = [
        line
        for stage in topology.dashboard
        for chart in stage.charts
        for line in chart.lines
        for _ in topology.instances(line.each)
    ]

    assert len(lines) <= 50  # https://aws.amazon.com/cloudwatch/pricing


def test_the_time_is_shown_of_who_lets_in_and_of_all_on_the_way_of_a_message(topology: Topology) -> None:
    """Of others an alarm tells: beyond 50 lines the dashboard is billed."""
    charts = [chart for stage in topology.dashboard for chart in stage.charts]
    (chart,) = (each for each in charts if each.title.startswith("Function time"))
    traced = {name for name, function in topology.functions.items() if function.traced}

    shown = {line.label: line.dimensions["FunctionName"].function for line in chart.lines}
    assert set(shown.values()) == {topology.routes["$connect"].function} | traced
    assert all(label == name for label, name in shown.items())


def test_the_topology_of_the_project_is_right() -> None:
    topology = load_topology()

    assert {"$connect", "$disconnect", "$default"} <= topology.routes.keys()
    assert topology.functions["fanout"].service == "fanout"


@pytest.mark.parametrize(
    ("old", "new", "line_with", "fault"),
    [
        ("shards: 4", "shards: four", "shards: four", "shards: Input should be a valid integer"),
        ("    max_receive_count: 5\n", "", "  shard:", "max_receive_count and dead_letter_queue go together"),
        ("ttl_attribute: ttl", "ttl_attributes: ttl", "ttl_attributes", "Extra inputs are not permitted"),
        ("actions: [dynamodb:PutItem]", "actions: [dynamodb:Scan]", "dynamodb:Scan", "no function may hold"),
        (
            "      - { queue: dead-letters, actions: [sqs:SendMessage] }",
            "      - { queue: dead-letters, topic: messages, actions: [sqs:SendMessage] }",
            "queue: dead-letters, topic: messages",
            "exactly one of table, topic, queue, websocket",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line_with: str, fault: str
) -> None:
    path = changed(tmp_path, old, new)

    with pytest.raises(TopologyError) as refusal:
        load_topology(path)

    assert str(refusal.value).startswith(f"{path}:{line_of(path, line_with)}: ")
    assert fault in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("$connect: { function: connect,", "$connect: { function: conect,", "no function conect"),
        ("    dead_letter_queue: dead-letters", "    dead_letter_queue: lost", "no queue lost"),
        ("index: userId-index,", "index: nameIndex,", "no index nameIndex"),
        ("environment: [CONNECTIONS_TABLE,", "environment: [TABLE,", "no environment variable TABLE"),
        (
            "QueueName: { queue: slice } }, statistic: Maximum }\n      - title: Dead",
            "QueueName: { queue: shards } }, statistic: Maximum }\n      - title: Dead",
            "chart 'Age of the oldest job': there is no queue shards",
        ),
        ('label: "slices {each}", each', "label: all, each", "a label has"),
        ("{ label: disconnected,", "{ label: connected,", "same label"),
        ("timeout_seconds: 30", "timeout_seconds: 31", "under six times its own time-out"),
    ],
)
def test_names_that_lead_nowhere_and_weak_queues_are_refused(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    with pytest.raises(TopologyError, match=fault):
        load_topology(changed(tmp_path, old, new))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("project: chat", f"project: {'c' * 38}", "a bucket's name of 67 characters, S3"),
        ("project: chat", f"project: {'c' * 40}", "function names of 67 characters, Lambda and IAM take 64"),
        ("shards: 4", "shards: 6", "queue dead-letters: dead letters of 12 queues, SQS takes those of 10"),
        ("shards: 4", "shards: 60", r"\d+ alarms page, CloudWatch takes 100 in one rule or widget"),
    ],
)
def test_what_aws_would_refuse_half_way_through_is_refused_before(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    with pytest.raises(TopologyError, match=fault):
        load_topology(changed(tmp_path, old, new))


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, "shards: 4\n", "shards: 4\nshards: 8\n")

    with pytest.raises(TopologyError) as refusal:
        load_topology(path)

    assert str(refusal.value) == f"{path}:{line_of(path, 'shards: 8')}: shards is given twice"


@pytest.mark.parametrize(("text", "line"), [("", 1), ("a: b\n  c: [", 2)])
def test_what_is_no_yaml_is_refused(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "topology.yaml"
    path.write_text(text)

    with pytest.raises(TopologyError, match=f"{path}:{line}: "):
        load_topology(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TopologyError, match="No such file"):
        load_topology(tmp_path / "topology.yaml")
