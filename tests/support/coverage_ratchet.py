"""Hold the branch coverage of each folder at what tests/coverage.json says, and let that only rise.

python -m tests.support.coverage_ratchet                      # after both suites have been measured
python -m tests.support.coverage_ratchet --base origin/main   # a pipeline: no threshold below that branch's

Covered are lines and branches together, in per cent, as coverage.py counts them. A folder that has gained a
point or more gets its threshold raised in the file, to be committed; in a pipeline the file stays as it is.
"""

import argparse
import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.repository import ROOT

THRESHOLDS = ROOT / "tests" / "coverage.json"
PYTHON = ROOT / "build" / "coverage" / "python.json"
FRONTEND = ROOT / "build" / "coverage" / "frontend" / "coverage-summary.json"

Thresholds = Mapping[str, int]


@dataclass(frozen=True)
class Count:
    """Lines and branches of one file."""

    covered: int
    total: int


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", help="a commit whose thresholds must not be undercut")
    base = parser.parse_args().base
    thresholds: dict[str, int] = json.loads(THRESHOLDS.read_text(encoding="utf-8"))
    measured = by_folder({**python_counts(PYTHON), **frontend_counts(FRONTEND)}, thresholds)
    faults = below(measured, thresholds)
    if base:
        before = _thresholds_of(base)
        faults += lowered(thresholds, {name: before[name] for name in before if (ROOT / name).is_dir()})
    for folder, percent in measured.items():
        sys.stdout.write(f"{folder:28}{percent:6.1f} %   at least {thresholds[folder]} %\n")
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if not faults and not os.environ.get("CI"):
        THRESHOLDS.write_text(json.dumps(raised(measured, thresholds), indent=2) + "\n", encoding="utf-8")
    return 1 if faults else 0


def python_counts(report: Path) -> dict[str, Count]:
    """Read the JSON report of coverage.py: files by their path in the repository."""
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return {
        name: Count(
            file["summary"]["covered_lines"] + file["summary"]["covered_branches"],
            file["summary"]["num_statements"] + file["summary"]["num_branches"],
        )
        for name, file in files.items()
    }


def frontend_counts(report: Path) -> dict[str, Count]:
    """Read the summary of Vitest: files by their path in the repository."""
    files = json.loads(report.read_text(encoding="utf-8"))
    del files["total"]
    return {
        Path(name).relative_to(ROOT).as_posix(): Count(
            file["statements"]["covered"] + file["branches"]["covered"],
            file["statements"]["total"] + file["branches"]["total"],
        )
        for name, file in files.items()
    }


def by_folder(counts: Mapping[str, Count], folders: Thresholds) -> dict[str, float]:
    """Return the per cent covered of each folder; a file counts for the most special folder that it lies in.

    Raises:
        LookupError: a file lies in no folder, or a folder holds no file.
    """
    covered = dict.fromkeys(folders, 0)
    total = dict.fromkeys(folders, 0)
    for name, count in counts.items():
        homes = [folder for folder in folders if name.startswith(f"{folder}/")]
        if not homes:
            raise LookupError(f"{name} lies in no folder of {THRESHOLDS.name}")
        home = max(homes, key=len)
        covered[home] += count.covered
        total[home] += count.total
    if empty := [folder for folder in folders if not total[folder]]:
        raise LookupError(f"nothing was measured in {', '.join(empty)}")
    return {folder: 100 * covered[folder] / total[folder] for folder in folders}


def below(measured: Mapping[str, float], thresholds: Thresholds) -> list[str]:
    """Return a line for each folder that is covered less than it has to be."""
    return [
        f"{folder}: {percent:.1f} % covered, {thresholds[folder]} % wanted"
        for folder, percent in measured.items()
        if percent < thresholds[folder]
    ]


def lowered(thresholds: Thresholds, before: Thresholds) -> list[str]:
    """Return a line for each threshold of `before` that is lower now, or gone."""
    return [
        f"{folder}: the threshold was {percent} %, and may only rise"
        for folder, percent in before.items()
        if thresholds.get(folder, 0) < percent
    ]


def raised(measured: Mapping[str, float], thresholds: Thresholds) -> dict[str, int]:
    """Return the thresholds, each at least the whole per cent that was reached."""
    return {folder: max(percent, math.floor(measured[folder])) for folder, percent in thresholds.items()}


def _thresholds_of(commit: str) -> dict[str, int]:
    """Return the thresholds of another commit; none where it had no such file yet."""
    name = f"{commit}:{THRESHOLDS.relative_to(ROOT).as_posix()}"
    shown = subprocess.run(["git", "show", name], cwd=ROOT, capture_output=True, text=True, check=False)
    if shown.returncode:
        subprocess.run(
            ["git", "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"], cwd=ROOT, check=True
        )
        return {}
    thresholds: dict[str, int] = json.loads(shown.stdout)
    return thresholds


if __name__ == "__main__":
    sys.exit(main())
