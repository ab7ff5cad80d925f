"""`chatctl dashboard` in a browser, beside a stack that is used, stopped and started again."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from infra.local.clients import local_clients
from infra.local.stack_file import StackFile
from tests.e2e.axe import violations
from tests.support.chat_client import ChatClient
from tests.support.chatctl import PROGRAM
from tests.support.running_stack import running_stack

PATIENCE_MS = 60_000  # metrics are copied every 5 s, and the page asks every 5 s
ATTEMPTS = 4
SOME = re.compile(r"^[1-9]\d*$")
ALARM = "chat-local-dead-letters"


@contextmanager
def dashboard(folder: Path) -> Iterator[str]:
    """The command, as an operator runs it; the address that it prints."""
    process = subprocess.Popen(
        [PROGRAM, "dashboard", "--port", "0", "--state-dir", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        yield process.stdout.readline().split()[0]
    finally:
        process.terminate()
        process.communicate()


def chart(page: Page, title: str) -> Locator:
    return page.locator("figure").filter(has=page.get_by_text(title, exact=True))


def value(page: Page, title: str, line: str) -> Locator:
    """The latest value of a line, in the legend of its chart."""
    return chart(page, title).locator(".legend li").filter(has_text=re.compile(f"^{line} ")).locator("b")


def talk(stack: StackFile) -> None:
    """Alice and bob are in a room, and alice says something there."""

    async def say() -> None:
        async with (
            await ChatClient.v2(stack, "alice", room="dashboard") as alice,
            await ChatClient.v2(stack, "bob", room="dashboard") as bob,
        ):
            await alice.say("Hello", "dashboard")
            await bob.until_said("Hello", room="dashboard")

    with ThreadPoolExecutor(1) as beside_playwrights_loop:
        beside_playwrights_loop.submit(lambda: asyncio.run(say())).result()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.mark.nightly
def test_charts_show_traffic_and_alarms_and_outlive_the_stack(page: Page, tmp_path: Path) -> None:
    with ExitStack() as first:
        stack = first.enter_context(running_stack(tmp_path, "mock", "--frontend", "none"))
        with dashboard(tmp_path) as url:
            page.goto(url)
            expect(chart(page, "Deliveries").locator(".plot")).to_contain_text(
                "no figures in the last 30 minutes"
            )

            _talk_until_it_shows(page, stack)
            expect(chart(page, "Deliveries").get_by_role("img")).to_have_accessible_name(
                re.compile(r"Deliveries, last 30 minutes: delivered [1-9]\d*, at most [1-9]\d*; ")
            )
            _letter_raises_its_alarm(page, stack)
            _a_table_says_the_same(page)
            assert violations(page) == []

            first.close()
            expect(page.get_by_role("alert")).to_contain_text("No figures at the moment", timeout=PATIENCE_MS)
            expect(value(page, "Deliveries", "delivered")).to_have_text(SOME)
            assert violations(page) == []
            with running_stack(tmp_path, "mock", "--frontend", "none") as second:
                assert second.aws_endpoint_url != stack.aws_endpoint_url
                expect(page.get_by_role("alert")).to_be_hidden(timeout=PATIENCE_MS)
                expect(chart(page, "Deliveries").locator(".plot")).to_contain_text("no figures")
                expect(page.locator("#alarms-on li").filter(has_text=ALARM)).to_have_count(0)

    expect(page.get_by_role("alert")).to_contain_text("does not answer", timeout=PATIENCE_MS)


def _talk_until_it_shows(page: Page, stack: StackFile) -> None:
    """Talks, again if need be: the emulator loses lines of functions that it does not read soon enough."""
    delivered = value(page, "Deliveries", "delivered")
    accepted = value(page, "Messages accepted and frames refused", "accepted")
    for _ in range(ATTEMPTS):
        talk(stack)
        with suppress(AssertionError):
            expect(delivered).to_have_text(SOME, timeout=PATIENCE_MS / ATTEMPTS)
            expect(accepted).to_have_text(SOME)
            return
    pytest.fail("neither a delivery nor an accepted message has shown on the page")


def _letter_raises_its_alarm(page: Page, stack: StackFile) -> None:
    sqs = local_clients(stack.aws_endpoint_url, stack.region).sqs
    sqs.send_message(QueueUrl=stack.dead_letter_queue_url, MessageBody=json.dumps("rubbish"))
    alarm = page.locator("#alarms-on li").filter(has_text=ALARM)
    expect(alarm).to_contain_text("ALARM", timeout=PATIENCE_MS)
    expect(alarm.get_by_role("link", name=f"Runbook of {ALARM}")).to_have_attribute(
        "href", re.compile("/runbooks/dead-letters.md$")
    )
    expect(value(page, "Dead letters", "of the fan-out")).to_have_text("1")


def _a_table_says_the_same(page: Page) -> None:
    deliveries = chart(page, "Deliveries")
    deliveries.get_by_text("As a table").click()
    expect(deliveries.get_by_role("columnheader", name="delivered")).to_be_visible()
    page.get_by_text("All alarms").click()
    expect(page.get_by_role("row", name=re.compile(f"{ALARM} ALARM"))).to_be_visible()
