"""The version of the project is the newest one of the changelog, and nothing else states one."""

import json
import re
import tomllib

from infra.repository import ROOT

HEADING = re.compile(r"^## \[(?P<version>[^]]+)\](?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)
HEADINGS = HEADING.findall((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def test_what_is_not_released_yet_stands_first_and_undated() -> None:
    assert HEADINGS[0] == ("Unreleased", "")


def test_released_versions_are_dated_and_fall() -> None:
    released = [(tuple(map(int, version.split("."))), date) for version, date in HEADINGS[1:]]

    assert all(date for _, date in released)
    assert released == sorted(released, reverse=True)


def test_the_project_has_the_newest_released_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == HEADINGS[1][0]


def test_the_front_end_states_no_version_of_its_own() -> None:
    assert "version" not in json.loads((ROOT / "frontend/package.json").read_text(encoding="utf-8"))
