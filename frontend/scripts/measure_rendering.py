"""Measure rendering in a real Chromium: first messages, opening, a busy minute, one with reactions, memory.

    python -m frontend.scripts.measure_rendering [--seconds 60]

Prints one JSON object of figures; memory is JavaScript heap after a garbage collection.
`make bench ONLY=frontend` runs it and keeps the result.
"""

from __future__ import annotations

import argparse
import json
from statistics import quantiles
from typing import Any

from playwright.sync_api import Browser, Page

from frontend.scripts.demo import chromium, served_demo, sign_in
from frontend.scripts.frame_work import CATEGORIES, frames_of
from frontend.scripts.opening_work import opening_work

MESSAGES_PER_SECOND = 17
BURST = 10_000
# Below the 16.7 ms of a display with 60 Hz.
FRAME_BUDGET_MS = 16
RECORD_FRAMES = """() => {
  window.frames_ = []; window.recording = true; let last = performance.now();
  const next = (now) => {
    frames_.push(now - last); last = now;
    if (window.recording) requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  window.long_ = [];
  window.observer_?.disconnect();
  window.observer_ = new PerformanceObserver((list) =>
    list.getEntries().forEach((entry) => long_.push(entry.duration)));
  window.observer_.observe({ type: "longtask" });
}"""
RECORD_FIRST = """() => {
  const observer = new MutationObserver(() => {
    if (document.querySelector("[data-testid=message]")) {
      window.first_ = performance.now(); observer.disconnect();
    }
  });
  observer.observe(document, { childList: true, subtree: true });
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args().seconds
    with served_demo(message_count=2_000) as url, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        sign_in(page, url, "Alice")
        figures = first_render(page) | opening_work(browser, url) | busy_minute(browser, page, seconds)
        reacting = busy_minute(browser, page, seconds, "lively")
        figures |= {f"with_reactions.{name}": value for name, value in reacting.items()}
        figures |= memory_growth(page)
    print(json.dumps(figures, indent=2))  # noqa: T201 - the result of a command


def first_render(page: Page) -> dict[str, Any]:
    """From the start of a reload, signed in, to the first messages on the screen."""
    page.add_init_script(f"({RECORD_FIRST})()")
    times = []
    for _ in range(5):
        page.reload()
        page.get_by_test_id("message").first.wait_for()
        times.append(page.evaluate("() => window.first_"))
    return {"first_messages_ms": round(sorted(times)[2])}


def busy_minute(browser: Browser, page: Page, seconds: int, kind: str = "flood") -> dict[str, Any]:
    """Time between frames, and work for a frame, while messages come in at a rate of a thousand a minute.

    Where they are `lively`, a reaction to one of the last messages comes with each.
    """
    page.evaluate(RECORD_FRAMES)
    begin(page, f"/{kind} {seconds * MESSAGES_PER_SECOND}")
    browser.start_tracing(categories=CATEGORIES)
    page.wait_for_timeout(seconds * 1_000)
    frames = frames_of(browser.stop_tracing())
    page.evaluate("() => { window.recording = false }")
    work, cpu = [frame.work_ms for frame in frames], [frame.cpu_ms for frame in frames]
    cpu_with_a_message = [frame.cpu_ms for frame in frames if frame.messages]
    return {
        "messages": sum(frame.messages for frame in frames),
        "frames": len(frames),
        "frame_work_ms.p50": percentile(work, 50),
        "frame_work_ms.p95": percentile(work, 95),
        "frame_work_ms.p99": percentile(work, 99),
        "frame_cpu_ms.p50": percentile(cpu, 50),
        "frame_cpu_ms.p95": percentile(cpu, 95),
        "frame_cpu_ms.p99": percentile(cpu, 99),
        "frame_cpu_with_a_message_ms.p50": percentile(cpu_with_a_message, 50),
        "frame_cpu_with_a_message_ms.p95": percentile(cpu_with_a_message, 95),
        "frames_with_over_16_ms_of_work": sum(each > FRAME_BUDGET_MS for each in work),
        "frames_with_over_16_ms_of_cpu": sum(each > FRAME_BUDGET_MS for each in cpu),
        "frame_interval_ms.p50": percentile(intervals := page.evaluate("() => frames_"), 50),
        "frame_interval_ms.p95": percentile(intervals, 95),
        "frame_interval_ms.p99": percentile(intervals, 99),
        "tasks_over_50_ms": page.evaluate("() => long_.length"),
        "dom_nodes": page.evaluate("() => document.querySelectorAll('*').length"),
    }


def percentile(values: list[float], of_hundred: int) -> float:
    return round(quantiles(values, n=100)[of_hundred - 1], 2)


def memory_growth(page: Page) -> dict[str, Any]:
    """Heap after 10,000 further messages, three times: a bounded window does not grow."""
    figures = {}
    for turn in range(3):
        # Another number each time, so that the end of this burst is not mistaken for that of the last.
        flood_at_once(page, BURST + turn)
        figures[f"heap_mb_after_{(turn + 1) * BURST}_messages"] = heap_megabytes(page)
    return figures


def begin(page: Page, command: str) -> None:
    """Tell the server in memory what to send."""
    page.get_by_test_id("composer").fill(command)
    page.keyboard.press("Enter")


def flood_at_once(page: Page, count: int) -> None:
    begin(page, f"/burst {count}")
    page.get_by_test_id("message").filter(has_text=f"burst {count} of {count}").first.wait_for(timeout=60_000)


def heap_megabytes(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    return round(float(used) / 1e6, 1)


if __name__ == "__main__":
    main()
