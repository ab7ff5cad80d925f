"""`python -m tests.support.rights_table > docs/protocol/rights.md`: the decisions as a page."""

from collections.abc import Iterator
from itertools import product
from typing import get_args

from shared.protocol.refusals import Refusal
from shared.rights import RoomAction, Standing, decide
from shared.rooms import Role, RoomKind

ROLES: tuple[Role, ...] = get_args(Role)
KINDS: tuple[RoomKind, ...] = get_args(RoomKind)
STANDINGS = [Standing(*parts) for parts in product(ROLES, (False, True), (False, True))]
SHOWN: dict[str, Standing] = {
    **{role: Standing(role) for role in ROLES},
    "muted member": Standing("member", muted=True),
    "banned": Standing("member", banned=True),
}
HEAD = """# Who may do what

Made by `python -m tests.support.rights_table` from the code that decides, `shared/rights.py`. ✓ is
allowed; else the code of the error. What is done *to* somebody takes a higher role than theirs: against
the same role or a higher one it is `FORBIDDEN`. Who is blocked by the other of a direct room may not do
there what a mute forbids elsewhere.
"""


def page() -> str:
    """The page: a table for each kind of room."""
    return HEAD + "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    for kind in KINDS:
        yield f"\n## {kind.capitalize()} rooms\n"
        yield f"| | {' | '.join(SHOWN)} |"
        yield f"|---|{'---|' * len(SHOWN)}"
        for action in RoomAction:
            cells = (_cell(decide(action, kind, standing)) for standing in SHOWN.values())
            yield f"| {action.value} | {' | '.join(cells)} |"


def _cell(refusal: Refusal | None) -> str:
    return "✓" if refusal is None else f"`{refusal.code.value}`"


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 # what the command is for
