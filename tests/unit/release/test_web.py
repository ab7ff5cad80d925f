"""In which order a release of the front end is published."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.repository import ROOT

OUTPUTS = {
    "web": {"value": {"bucket": "b", "distribution_id": "d", "url": "https://chat.example"}},
    "frontend": {"value": {"VITE_AWS_REGION": "eu-central-1"}},
}


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq reads the outputs")
def test_a_file_is_published_after_all_that_it_names_or_keeps(tmp_path: Path) -> None:
    script = tmp_path / "infra/release/web.sh"
    programs = tmp_path / ".venv/bin"
    log = tmp_path / "log"
    for folder in (script.parent, programs, tmp_path / "build"):
        folder.mkdir(parents=True)
    shutil.copy(ROOT / "infra/release/web.sh", script)
    (tmp_path / "build/outputs.json").write_text(json.dumps(OUTPUTS))
    for name in ("npm", "aws"):
        program = programs / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >>"{log}"\n')
        program.chmod(0o755)

    subprocess.run([script], check=True, capture_output=True, timeout=60)

    published = [line.split() for line in log.read_text().splitlines() if line.startswith("aws s3")]
    assert [words[3] for words in published] == [
        "frontend/dist/assets",
        "frontend/dist",  # the icons; the other two are left out of it
        "frontend/dist/index.html",
        "frontend/dist/sw.js",
    ]
    assert published[1].count("--exclude") == 3
