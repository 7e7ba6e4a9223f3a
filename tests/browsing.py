"""How does a test get a real browser, and what did the browser ask for and complain about?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

# The shell is the same engine without the windows nobody sees, for a third of the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), "")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
REFUSALS = (401, 403, 404)  # session ended, not allowed, not there


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a process."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)  # two browsers and two servers share two processors

    # Playwright's loop runs in the thread of the test, where Django would refuse its database.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """What a browser context asked for and complained about."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", self.heard)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))

    def heard(self, message: Any) -> None:
        """Keeps warnings and errors; the browser's own line about a page that refuses is no fault of the page."""
        is_own_line = any(f"status of {status}" in message.text for status in REFUSALS)
        if message.type in ("error", "warning") and not is_own_line:
            self.complaints.append(message.text)

    def strangers(self, origin: str) -> list[str]:
        """Requests to any other origin."""
        return [url for url in self.requests if urlsplit(url)[:2] != urlsplit(origin)[:2]]


def sign_in(context: Any, site: str, person: str) -> None:
    """Gives the browser the session of one of the cast; tests of the sign-in page itself type a password instead."""
    from tests.cast import browser_of

    cookies = browser_of(person).cookies
    context.add_cookies([{"name": name, "value": one.value, "url": site} for name, one in cookies.items()])
