"""Every alarm has its page, and the pages name only what exists."""

import re
from pathlib import Path

import pytest
import typer
from botocore import xform_name
from botocore.session import Session

from chatctl.cli import cli
from infra.edge.faults import FAULTS
from infra.local.ports import Ports
from infra.repository import ROOT
from infra.topology.deployment import Deployment
from infra.topology.model import Topology
from infra.topology.render.alarms import metric_alarms
from shared.protocol.refusals import ErrorCode

FOLDER = ROOT / "docs/operations/runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
SECTIONS = ["What users notice", "First command", "Decide", "Mend", "Verify", "Rehearse"]
AWS = re.compile(r"(?:`| {4})aws\s([a-z]+) ([a-z-]+)( --[^`\n]*)")
COMMAND = re.compile(r"(?:`| {4})chatctl ([a-z][^`\n]*)")


def test_every_alarm_has_its_page_and_no_other_page_is_there(topology: Topology) -> None:
    assert sorted(page.stem for page in PAGES) == sorted([*topology.alarms, *topology.composite_alarms])


def test_the_pagers_page_leads_to_all_that_page(topology: Topology) -> None:
    text = (FOLDER / "users-are-affected.md").read_text(encoding="utf-8")
    paging = {name for name, alarm in topology.alarms.items() if alarm.severity == "page"}

    assert set(re.findall(r"\]\(([\w-]+)\.md\)", text)) == paging


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_first_command_comes_to_an_end(page: Path) -> None:
    """A page at night begins with what is shown, not with what is waited for."""
    first = page.read_text(encoding="utf-8").split("## First command")[1].split("\n## ")[0]
    (command,) = re.findall(r"^ {4}chatctl (.*)$", first, re.MULTILINE)

    assert command.split()[0] in {"status", "dlq", "tail"}
    assert command.startswith("tail") <= ("--no-follow" in command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_leads_from_notice_to_rehearsal(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert text.startswith(f"# {page.stem}\n")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_commands_and_options_that_exist(page: Path) -> None:
    for line in COMMAND.findall(page.read_text(encoding="utf-8")):
        command = typer.main.get_command(cli(line.split()))
        for word in line.split():
            commands = getattr(command, "commands", {})
            if word in commands:
                command = commands[word]
        known = {
            option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert not getattr(command, "commands", None), f"chatctl {line}: no such command"
        assert set(re.findall(r"--[a-z-]+", line)) <= known, f"chatctl {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_calls_aws_as_its_command_line_is_called(page: Path) -> None:
    for service, operation, rest in AWS.findall(page.read_text(encoding="utf-8")):
        model = Session().get_service_model(service)
        called = {xform_name(name, "-"): name for name in model.operation_names}
        shape = model.operation_model(called[operation]).input_shape
        assert shape
        given = set(re.findall(r"--([a-z-]+)", rest))

        assert {xform_name(name, "-") for name in shape.required_members} <= given
        assert given <= {xform_name(name, "-") for name in shape.members}


def test_pages_name_alarms_and_rules_that_stand(topology: Topology) -> None:
    dev = Deployment(topology.project, "dev", "eu-central-1", "1", "api", schedules=True)
    standing = {alarm["AlarmName"] for alarm in metric_alarms(topology, dev)}
    rules = {dev.name(name) for name, function in topology.functions.items() if function.schedule_minutes}
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert set(re.findall(r"--alarm-name (\S+)", text)) <= standing
    assert set(re.findall(r"(?:disable|enable)-rule --name ([\w-]+)", text)) <= rules


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (r"disable-rule --name ([\w-]+)", r"enable-rule --name ([\w-]+)"),
        (r"put-(function-concurrency --\S+ [\w-]+)", r"delete-(function-concurrency --\S+ [\w-]+)"),
        (r"-X PUT (\S+) -d '(?!.*\"count\")", r"-X DELETE ([\w:/.]+)"),  # one with a count ends by itself
    ],
    ids=["rule", "concurrency", "fault"],
)
def test_what_a_rehearsal_breaks_its_page_mends(page: Path, broken: str, mended: str) -> None:
    text = page.read_text(encoding="utf-8")

    assert set(re.findall(broken, text)) == set(re.findall(rf"(?<![a-z]){mended}", text))


def test_pages_set_faults_that_the_edge_takes_at_the_address_that_it_has() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    calls = re.findall(r"curl -X (PUT|DELETE) (\S+?)(?: -d '(.*)')?[`\n]", text)

    assert calls
    assert len(calls) == text.count("curl ")
    for method, address, faults in calls:
        assert address == f"http://127.0.0.1:{Ports().callback}/_edge/faults"
        assert (method == "PUT") == bool(faults and FAULTS.validate_json(faults))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_files_that_are_there(page: Path) -> None:
    for name in re.findall(
        r"`((?:docs|infra|services|shared|tests)/[\w/.-]+)`", page.read_text(encoding="utf-8")
    ):
        assert (ROOT / name).exists(), name


def test_pages_name_settings_that_exist(topology: Topology) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "services").rglob("*.py"))
    known = {*topology.environment, *ErrorCode, *re.findall(r"\b[A-Z]+_[A-Z_]+\b", code)}

    for page in PAGES:
        named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", page.read_text(encoding="utf-8")))
        assert named <= known, page.stem


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_tests_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for path in re.findall(r"tests/[\w/]+\.py", text):
        assert (ROOT / path).is_file()
    for path, chosen in re.findall(r"pytest (\S+) -k (\w+)", text):
        assert chosen in (ROOT / path).read_text(encoding="utf-8")
