"""A real Chromium, the small town behind a real server, and a record of everything the browser asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Playwright's loop runs in the thread of the test, where Django would refuse its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

Visit = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what stands here, and skips it with a reason where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of a server with the small town."""
    from kansa.apps.annual_report.views.downloads import OUTPUTS
    from kansa.apps.annual_report.views.shown import REPORTS
    from tests.apps.web.town import build_town

    REPORTS.clear()
    OUTPUTS.clear()
    build_town()
    return str(live_server.url)


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
        """Keeps warnings and errors; the browser's own line about a 404 page is no fault of the page."""
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.complaints.append(message.text)

    def strangers(self, origin: str) -> list[str]:
        """Requests to any other origin."""
        return [url for url in self.requests if urlsplit(url)[:2] != urlsplit(origin)[:2]]


def sign_in(context: Any, site: str, person: str) -> None:
    """Gives the browser the session of one of the cast; tests of the sign-in page itself type a password instead."""
    from tests.cast import browser_of

    cookies = browser_of(person).cookies
    context.add_cookies([{"name": name, "value": one.value, "url": site} for name, one in cookies.items()])


@pytest.fixture
def window(chromium: Any, site: str) -> Iterator[Callable[..., Watched]]:
    """Opens a window of a width, with or without JavaScript, signed in as one of the cast ("" = a stranger)."""
    opened: list[Watched] = []

    def open_window(width: int = 1280, *, has_script: bool = True, person: str = "clerk") -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=has_script)
        if person:
            sign_in(context, site, person)
        opened.append(Watched(context))
        return opened[-1]

    yield open_window
    for watched in opened:
        watched.context.close()
