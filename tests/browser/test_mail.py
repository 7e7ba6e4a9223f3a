"""Can a batch be followed, paused and stopped in a browser, on a small screen and without JavaScript?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kansa.apps.mail.actions import BatchPlan, create_batch, send_slice
from kansa.apps.mail.models import MailMessage
from tests.apps.test_drill_results import built
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.builders import build_city, department, imported
from tests.cast import CITY, sign_up
from tests.mailing import FIRST, TEMPLATE, batch_of, needs_sink, people, relay_at, running_sink
from tests.mailing import window as open_window

Window = Callable[..., Watched]

pytestmark = [pytest.mark.django_db(transaction=True), needs_sink, pytest.mark.looks]


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of a server with people only."""
    build_city()
    imported("departments", [department("101"), department("102")])
    sign_up("director", "clerk")
    return str(live_server.url)


def looked_at(page: Any, width: int) -> list[str]:
    """What is wrong with the page that is shown."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
    faults = violations(page) + small_targets(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append("wider than the screen")
    return [f"{page.url}: {fault}" for fault in faults]


def test_the_pages_of_mail(site: str, window: Window, tmp_path: Path) -> None:
    watched, faults = window(375, person="director"), []
    page = watched.context.new_page()
    with running_sink(tmp_path / "dump") as sink:
        relay = relay_at(sink.port)
        sent = batch_of(relay, people(12))
        send_slice(CITY, sent.batch.pk)
        row = MailMessage.objects.filter(batch=sent.batch).first()
        assert row is not None
        MailMessage.objects.filter(pk=row.pk).update(state="unknown")
        waiting = create_batch(
            FIRST, BatchPlan("test/2", "自己点検の催促", relay.pk, TEMPLATE, shut()), people(3)
        ).batch
        page.goto(f"{site}/mail/batches/{waiting.pk}/")
        faults += looked_at(page, 375)
        for name, state in (("この内容を承認する", "承認済"), ("送信を始める", "送信中"), ("一時停止する", "一時停止")):
            page.get_by_role("button", name=name, exact=True).click()
            expect(page.locator("#progress")).to_contain_text(state)
        page.get_by_role("button", name="停止する", exact=True).click()
        expect(page.locator("#progress")).to_contain_text("取りやめ")
        own = f"batches/{sent.batch.pk}/"
        for path in ("", own, f"{own}unknown/", "domains/", f"relays/{relay.pk}/", "bounces/", "bounces/mailbox/"):
            page.goto(f"{site}/mail/{path}")
            faults += looked_at(page, 375)
        assert len(sink.mails()) == 12
    faults += [fault for path in drill_pages() for fault in visited(page, f"{site}{path}")]
    assert faults == []
    assert watched.complaints == []


def drill_pages() -> list[str]:
    """The pages of results of a drill whose period is over."""
    pk = built(may_follow_up=True).pk
    views = ("", "by/departments/", "by/difficulties/", "years/", "answers/", "rules/")
    results = [f"/drills/{pk}/results/{one}" for one in views]
    return ["/drills/results/", *results, f"/drills/{pk}/reports/", f"/drills/{pk}/follow-up/"]


def visited(page: Any, address: str) -> list[str]:
    """Opens a page; what is wrong with it."""
    page.goto(address)
    return looked_at(page, 375)


def shut() -> Any:
    """A window that has not begun."""
    return open_window(timezone.localtime() + timedelta(days=2))
