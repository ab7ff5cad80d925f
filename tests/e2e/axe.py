"""What axe has against a page."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path("frontend/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it stands, in either theme: rule, places and what is wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        result = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
        assert result["passes"], "axe looked at nothing"
        found += [
            {
                "theme": theme,
                "rule": each["id"],
                "places": [(node["target"], node["failureSummary"]) for node in each["nodes"]],
            }
            for each in result["violations"]
        ]
    return found
