"""One run of the comparison's swarm: a scenario against an address, in a dialect.

Unlike `python -m tests.load run` it measures nothing beforehand: a comparison judges nothing, and a v1 system
gives no answers that could be timed.
"""

import secrets
import sys
from pathlib import Path

import typer

from tests.load.calibration import IN_SECONDS
from tests.load.dialect import CHAT, Dialect
from tests.load.history import HistoryUnreadable
from tests.load.measures import Sample
from tests.load.report import progress_line
from tests.load.scenario import load_scenario
from tests.load.swarm import Watching, run_swarm
from tests.load.targets import Target
from tests.load.versus.process import DialectName
from tests.load.versus.xmpp_history import read_archives
from tests.load.versus.xmpp_member import XmppMember

DIALECTS: dict[DialectName, Dialect] = {
    DialectName.CHAT: CHAT,
    DialectName.XMPP: Dialect(XmppMember, read_archives),
}


def main() -> None:
    typer.run(run)


def run(scenario: Path, address: str, out: Path, dialect: DialectName = DialectName.CHAT) -> None:
    """Run the scenario and write what came of it to the file `out`."""
    try:
        results = run_swarm(
            scenario.stem,
            load_scenario(str(scenario)),
            Target(address),
            secrets.token_hex(3),
            calibration=IN_SECONDS,
            watching=Watching(_show),
            dialect=DIALECTS[dialect],
        )
    except HistoryUnreadable as error:
        sys.stderr.write(f"error: {error}\n")
        raise typer.Exit(2) from None
    out.write_text(results.model_dump_json(), encoding="utf-8")


def _show(sample: Sample) -> None:
    sys.stdout.write(progress_line(sample))
    sys.stdout.flush()
