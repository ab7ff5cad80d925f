"""What axe has against a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path("frontend/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds: rule and places."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert result["passes"], "axe looked at nothing"
    return [
        {"rule": each["id"], "places": [node["target"] for node in each["nodes"]]}
        for each in result["violations"]
    ]
