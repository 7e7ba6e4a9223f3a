"""A real Chromium, the small town behind a real server, and a record of everything the browser asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import CHROMIUM, Watched, sign_in

__all__ = ["Watched", "sign_in"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what stands here, and skips it with a reason where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="no chromium on this machine"))


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
