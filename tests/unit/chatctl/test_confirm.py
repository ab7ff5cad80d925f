import io

import pytest

from chatctl.confirm import confirm
from infra.errors import CommandError


class Terminal(io.StringIO):
    """Somebody who types these words."""

    def isatty(self) -> bool:
        return True


def test_yes_needs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())

    confirm("Drop it?", yes=True)


def test_where_nobody_is_there_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    with pytest.raises(CommandError, match="--yes"):
        confirm("Drop it?", yes=False)


def test_the_answer_yes_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))

    confirm("Drop it?", yes=False)


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_any_other_answer_changes_nothing(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))

    with pytest.raises(CommandError, match="nothing was changed"):
        confirm("Drop it?", yes=False)
