"""What `chatctl up --frontend dev` serves: the sources themselves, as one works on them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chat_page import ChatPage
from tests.support.running_stack import running_stack


@pytest.mark.nightly
def test_the_page_of_the_development_server_works(browser: Browser, tmp_path: Path) -> None:
    with running_stack(tmp_path, "cognito", "--frontend", "dev") as stack:
        assert stack.frontend_url is not None
        page = browser.new_context(locale="en-GB").new_page()
        page.goto(stack.frontend_url)
        # The first visit waits for Vite to bundle the dependencies.
        expect(page.get_by_label("E-mail or user name")).to_be_visible()
        alice = ChatPage(page, stack).sign_in("alice")

        alice.say("from the sources").sees("from the sources")

        assert page.locator("script[src*='@vite/client']").count() == 1
        page.context.close()
