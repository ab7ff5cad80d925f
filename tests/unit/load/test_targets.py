"""A swarm goes to this machine or to what is listed as one's own, and asks before it costs money."""

from pathlib import Path

import pytest

from tests.load.targets import ForeignTarget, Target, refuse_foreign


def never(_question: str) -> bool:
    raise AssertionError("nobody should be asked")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.txt"
    path.write_text("mine.example.com\n")
    return path


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "[::1]"])
def test_this_machine_is_never_asked_about(host: str, own: Path) -> None:
    refuse_foreign(Target(f"ws://{host}:3001/local"), 5_000, own, never)


@pytest.mark.parametrize(
    "url", ["wss://other.example.com/dev", "ws://127.0.0.1.example.com/", "ws://10.0.0.1/"]
)
def test_what_is_not_listed_is_refused(url: str, own: Path) -> None:
    with pytest.raises(ForeignTarget, match="not listed"):
        refuse_foreign(Target(url), 1, own, never)


def test_without_a_list_nothing_is_ones_own(tmp_path: Path) -> None:
    with pytest.raises(ForeignTarget):
        refuse_foreign(Target("wss://mine.example.com/dev"), 1, tmp_path / "none", never)


def test_a_listed_host_is_asked_about_beyond_a_thousand_connections(own: Path) -> None:
    target = Target("wss://mine.example.com/dev")
    refuse_foreign(target, 1_000, own, never)
    refuse_foreign(target, 1_001, own, lambda _: True)
    with pytest.raises(ForeignTarget, match="1001"):
        refuse_foreign(target, 1_001, own, lambda _: False)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "127.0.0.1:3001", ""])
def test_what_is_no_websocket_address_is_refused(url: str, own: Path) -> None:
    with pytest.raises(ForeignTarget, match="WebSocket"):
        refuse_foreign(Target(url), 1, own, never)
