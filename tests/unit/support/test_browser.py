"""Which Chromium is taken, and what is said where none is."""

from pathlib import Path

import pytest

from tests.support import browser, get_browser
from tests.support.browser import NoBrowser, find_browser


def program(path: Path, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any browser."""
    for name in ("CHROMIUM", "REQUIRED_BROWSERS", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(browser, "PLAYWRIGHT_DOWNLOADS", tmp_path / "build/playwright")
    monkeypatch.setattr(browser, "NPM_CHROMIUM", tmp_path / "build/chromium/chromium")


@pytest.fixture
def places(tmp_path: Path) -> list[Path]:
    """Where a browser may be, in the order in which they are looked at."""
    cached = "chromium_headless_shell-1255/chrome-linux"
    return [
        tmp_path / "bin/chromium-headless-shell",
        tmp_path / "bin/google-chrome",
        tmp_path / "home/.cache/ms-playwright" / cached / "headless_shell",
        tmp_path / "build/playwright" / cached / "chrome-headless-shell",
        tmp_path / "build/chromium/chromium",
    ]


@pytest.mark.parametrize("first", range(5))
def test_the_first_browser_that_starts_is_taken(places: list[Path], first: int) -> None:
    for place in places[:first]:
        program(place, exit_code=127)  # as where a library is missing
    for place in places[first:]:
        program(place)

    assert find_browser() == places[first]


def test_the_chosen_browser_goes_before_all_others(
    tmp_path: Path, places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program(places[0])
    monkeypatch.setenv("CHROMIUM", str(program(tmp_path / "mine")))

    assert find_browser() == tmp_path / "mine"


def test_a_chosen_browser_that_does_not_start_is_not_replaced_by_another(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    program(places[0])
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    with pytest.raises(NoBrowser, match="CHROMIUM is /nowhere/chromium, which does not start"):
        find_browser()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Neither Playwright nor npm has a browser; who was asked."""
    asked: list[str] = []
    monkeypatch.setattr(get_browser, "get_from_playwright", lambda: asked.append("playwright"))
    monkeypatch.setattr(get_browser, "get_from_npm", lambda: asked.append("npm"))
    return asked


def test_nothing_is_downloaded_where_a_browser_is(places: list[Path], offline: list[str]) -> None:
    program(places[0])

    assert get_browser.main() == 0
    assert offline == []


def test_npm_is_asked_only_where_playwrights_browser_does_not_start(
    places: list[Path], offline: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_browser, "get_from_playwright", lambda: program(places[3], exit_code=127))
    monkeypatch.setattr(get_browser, "get_from_npm", lambda: program(places[4]))

    assert get_browser.find_or_get_browser() == places[4]


def test_a_newcomer_without_a_browser_is_told_what_to_install(
    offline: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")  # which many shells set that nothing was installed for

    assert get_browser.main() == 0

    assert offline == ["playwright", "npm"]
    said = capsys.readouterr().out
    assert "apt-get install chromium-headless-shell" in said
    assert "Browser tests will not run" in said


def test_a_pipeline_without_the_browser_that_it_requires_fails(
    offline: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRED_BROWSERS", "Chromium Firefox")

    assert get_browser.main() == 1


def test_another_package_than_the_expected_one_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = program(tmp_path / "npm")
    npm.write_text('#!/bin/sh\nprintf forged > "$4/forged.tgz"\nprintf forged.tgz\n', encoding="utf-8")
    monkeypatch.setattr(get_browser, "_program", lambda _name: npm)
    monkeypatch.setattr(get_browser, "BUILD", tmp_path / "build")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")

    get_browser.get_from_npm()

    assert "forged.tgz has another SHA-512 than expected" in capsys.readouterr().out
    assert list((tmp_path / "build").iterdir()) == []
