"""The emulator keeps what is late, however much there was."""

import json
import subprocess
import sys

LOGS = """
import json
from ministack.services import cloudwatch_logs, lambda_svc
from infra.local.emulator.retention import forget_old_logs
forget_old_logs(kept=3)
for number in range(5):
    for name in ("busy", "quiet")[: 2 if number < 2 else 1]:
        lambda_svc._emit_lambda_logs({"FunctionName": name}, f"request-{number}", "said", False, 1)
def requests(name):
    status, _, body = cloudwatch_logs._filter_log_events({"logGroupName": f"/aws/lambda/{name}"})
    events = json.loads(body)["events"]
    return [event["message"].split()[2] for event in events if event["message"].startswith("START")]
print(json.dumps([requests("busy"), requests("quiet")]))
"""
METRICS = """
import json, time
from ministack.services import cloudwatch
from infra.local.emulator.retention import EVICTION_SECONDS, KEPT_METRICS_SECONDS, forget_old_metrics
now, found = 0.0, []
forget_old_metrics(clock=lambda: now)
for age in (KEPT_METRICS_SECONDS + 60, KEPT_METRICS_SECONDS - 60):
    cloudwatch._store_datum("ours", "Sends", {}, time.time() - age, "Count", 1.0, None, None, None)
    [points] = cloudwatch._metrics.values()
    found.append(len(points))
for now in (0.0, EVICTION_SECONDS / 2, EVICTION_SECONDS):
    cloudwatch._evict_old_metrics()
    found.append(len(next(iter(cloudwatch._metrics.values()))))
    cloudwatch._store_datum("ours", "Sends", {}, 0.0, "Count", 1.0, None, None, None)
print(json.dumps(found))
"""


def in_a_process_of_its_own(code: str) -> list[object]:
    """Run code that changes the emulator's modules; return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    told: list[object] = json.loads(done.stdout)
    return told


def test_of_each_function_the_last_invocations_are_kept() -> None:
    busy, quiet = in_a_process_of_its_own(LOGS)

    assert busy == ["request-2", "request-3", "request-4"]
    assert quiet == ["request-0", "request-1"]


def test_metrics_are_kept_for_hours_and_looked_through_once_a_minute() -> None:
    one, both, at_once, between, later = in_a_process_of_its_own(METRICS)

    assert (one, both) == (1, 2)
    assert (at_once, between, later) == (1, 2, 1)
