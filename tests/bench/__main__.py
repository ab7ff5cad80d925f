"""`make bench [ONLY=part]`: runs the parts, prints a table, keeps the figures.

Figures go into build/bench/results.json, one flat object to which each part adds; a part's table and curve go
into docs/benchmarks.
"""

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from tests.bench.plot import plot
from tests.bench.posts.comparison import WrongAnswers
from tests.bench.posts.requirements import Missing
from tests.support.environment import forget_the_shell

RESULTS = Path("build/bench/results.json")
TABLES = Path("docs/benchmarks")
PARTS = {
    "posts": "tests.bench.posts.comparison",
    "calls": "tests.bench.calls",
    "price": "tests.bench.price",
    "send": "tests.bench.send",
    "memory": "tests.bench.memory",
    "speedup": "tests.bench.speedup",
    "coalescing": "tests.bench.coalescing",
    "crowd": "tests.bench.crowd",
    "audience": "tests.bench.audience",
    "stack": "tests.bench.stack",
    "emulator": "tests.bench.emulator",
    "cold_start": "tests.bench.cold_start",
    "frontend": "tests.bench.frontend",
    "lighthouse": "tests.bench.lighthouse",
}


def main() -> None:
    """Runs the parts that are named, or all."""
    wanted = sys.argv[1:] or list(PARTS)
    if unknown := [name for name in wanted if name not in PARTS]:
        sys.exit(_refused(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}"))
    forget_the_shell()
    os.environ["POWERTOOLS_METRICS_NAMESPACE"] = "Bench"
    for name in wanted:
        print(f"{name} …", file=sys.stderr, flush=True)
        part = import_module(PARTS[name])
        load, _, _ = os.getloadavg()
        try:
            figures: dict[str, float] = part.run()
        except (Missing, WrongAnswers) as error:
            sys.exit(f"bench: {name}: {error}")
        table_of: Callable[[dict[str, float]], str] = getattr(part, "table", _table)
        _keep(name, figures, table_of(figures), (part.__doc__ or "").strip(), load)


def _refused(message: str) -> int:
    print(f"bench: {message}", file=sys.stderr)
    return 2


def _table(figures: dict[str, float]) -> str:
    rows = [f"| {figure} | {value:,.2f} |" for figure, value in figures.items()]
    return "\n".join(["| Figure | Value |", "| --- | ---: |", *rows])


def _keep(name: str, figures: dict[str, float], table: str, about: str, load: float) -> None:
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(known | figures, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"\n{name}\n{table}\n")
    made = f"{datetime.now(UTC):%d %B %Y}, {_versions()}, {os.cpu_count()} cores under a load of {load:.1f}"
    TABLES.mkdir(parents=True, exist_ok=True)
    curve = plot(name, figures, TABLES)
    picture = f"\n![{name}]({curve})\n" if curve else ""
    (TABLES / f"{name}.md").write_text(
        f"# {name}\n\n{about}\n\nMade by `make bench ONLY={name}`: {made}.\n\n{table}\n{picture}",
        encoding="utf-8",
    )


def _versions() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("botocore", "moto", "ministack", "pycurl"))
    return f"Python {platform.python_version()}, {packages}"


if __name__ == "__main__":
    main()
