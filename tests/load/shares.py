"""Who used the machine during a run. Pure."""

from collections import defaultdict

from tests.load.results import Results
from tests.load.stack_usage import OTHERS


def cpu_seconds(results: Results) -> dict[str, float]:
    """Return the CPU-seconds of each part of the stack over the whole run, the largest first."""
    used: defaultdict[str, float] = defaultdict(float)
    before = 0.0
    for sample in results.samples:
        for name, cores in sample.cores.items():
            used[name] += cores * max(0.0, sample.second - before)
        before = sample.second
    return dict(sorted(used.items(), key=lambda pair: -pair[1]))


def cpu_ms_a_message(results: Results) -> dict[str, float]:
    """Return the CPU of each part for one acknowledged message, other programs left out."""
    messages = max(1, results.acknowledged)
    return {
        name: round(1000 * seconds / messages, 2)
        for name, seconds in cpu_seconds(results).items()
        if name != OTHERS
    }


def bottleneck(results: Results) -> str | None:
    """Return the name of what used most CPU; None where nothing was measured."""
    return next((name for name in cpu_seconds(results) if name != OTHERS), None)
