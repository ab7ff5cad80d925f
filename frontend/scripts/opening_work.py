"""What it costs a phone's processor to open the page, signed in, until the conversation is there."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Browser

from frontend.scripts.demo import sign_in
from frontend.scripts.frame_work import CATEGORIES, task_cpu_ms

REPETITIONS = 7
# What comes after the messages: names, read positions, the rest of the rows.
SETTLED_MS = 1_000
# As Lighthouse takes a phone to be; what lasts longer than this there keeps a finger waiting.
PHONE_SLOWDOWN = 4
PATIENCE_MS = 50


def opening_work(browser: Browser, url: str) -> dict[str, float]:
    """Processor time of the main thread's tasks while the page opens, the median of seven reloads.

    `blocking_ms` is by how much the tasks exceed 50 ms on a processor four times slower: what Lighthouse
    calls the total blocking time, but for the time in which other processes have the processor.
    """
    context = browser.new_context(viewport={"width": 412, "height": 823}, is_mobile=True, has_touch=True)
    page = context.new_page()
    sign_in(page, url, "Phone")
    openings = []
    for _ in range(REPETITIONS):
        browser.start_tracing(page=page, categories=CATEGORIES)
        page.reload()
        page.get_by_test_id("message").first.wait_for()
        page.wait_for_timeout(SETTLED_MS)
        openings.append(task_cpu_ms(browser.stop_tracing()))
    context.close()
    return {
        "opening.cpu_ms": round(median(sum(tasks) for tasks in openings), 1),
        "opening.longest_task_cpu_ms": round(median(max(tasks) for tasks in openings), 1),
        "opening.blocking_ms": round(median(map(blocking_ms, openings)), 1),
    }


def blocking_ms(tasks: list[float]) -> float:
    return sum(max(0.0, PHONE_SLOWDOWN * task - PATIENCE_MS) for task in tasks)
