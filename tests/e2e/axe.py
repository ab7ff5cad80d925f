"""What axe has against a page."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path("frontend/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]  # what another theme can break
# Nodes that pass are counted in the page: to describe each and send them here takes longer than the rules.
RUN = """async rules => {
  const { passes, violations } = await axe.run({ runOnly: rules, resultTypes: ["violations"] });
  return { passes: passes.length, violations };
}"""
Theme = Literal["light", "dark"]


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds on the page as it stands, in either theme: rule, places and what is wrong."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    themes: list[tuple[Theme, list[str]]] = [("light", RULES), ("dark", COLOUR_RULES)]
    for theme, rules in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        result = page.evaluate(RUN, rules)
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
