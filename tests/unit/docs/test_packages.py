"""The page of packages knows each of them."""

import re

from infra.repository import ROOT


def test_each_service_has_the_size_of_its_package_in_the_page() -> None:
    page = (ROOT / "docs/subsystems/packages.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| packages \|(.*)\|.*\|$", page, re.MULTILINE)

    services = sorted(path.parent.name for path in (ROOT / "services").glob("*/handlers"))
    assert re.findall(r"(\w+) [\d.]+ MB", row) == services
