"""Do two people get from an empty page to mails in the relay, and from a mail's link to the reveal page?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kansa.apps.drills.actions import note_drill_mails
from kansa.apps.drills.models import DrillCampaign, DrillHit, PreflightMail
from kansa.apps.drills.queries.planned import batches_of_groups
from kansa.apps.mail.actions import send_slice
from kansa.apps.people.models import Municipality
from tests.browser.conftest import Watched
from tests.browser.test_mail import looked_at
from tests.builders import build_city, department, imported, staff
from tests.cast import CITY, sign_up, this_fiscal_year
from tests.drilling import DOMAIN
from tests.mailing import needs_sink, relay_at, running_sink, verified

Window = Callable[..., Watched]

pytestmark = [pytest.mark.django_db(transaction=True), needs_sink, pytest.mark.looks]


@pytest.fixture
def site(live_server: Any) -> str:
    """A town whose roster of this year keeps addresses."""
    build_city()
    Municipality.objects.filter(pk=CITY).update(keeps_mail_addresses=True)
    imported("departments", [department("101"), department("102")])
    year = this_fiscal_year()
    imported("staff", [staff(f"S{n:03}", "101" if n % 2 else "102", fiscal_year=year) for n in range(1, 7)])
    sign_up("director", "clerk")
    verified(DOMAIN)
    return str(live_server.url)


def filled(page: Any, button: str = "保存して次へ", **values: str) -> list[str]:
    """Looks at the page, fills its fields and goes on."""
    faults = looked_at(page, page.viewport_size["width"])
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name=button, exact=True).click()
    return faults


def sent_unwatched(page: Page, other: Page, campaign: DrillCampaign) -> None:
    """Sends everything. SQLite in memory locks whole tables: no page may ask for news while this thread sends."""
    page.wait_for_load_state("networkidle")
    progress = page.url
    page.goto("about:blank")
    other.goto("about:blank")
    for batch in batches_of_groups(campaign):
        send_slice(CITY, batch.pk)
    note_drill_mails.func(None, CITY)
    page.goto(progress)


def test_from_the_plan_to_the_reveal_page(site: str, window: Window, tmp_path: Path) -> None:
    first, second = window(1280, person="clerk"), window(375, person="director")
    page, other = first.context.new_page(), second.context.new_page()
    page.set_default_timeout(20_000)
    with running_sink(tmp_path / "dump") as sink:
        relay_at(sink.port)
        page.goto(f"{site}/drills/")
        faults = looked_at(page, 1280)
        page.get_by_role("link", name="新しい訓練を計画する").click()
        page.get_by_role("checkbox", name="教育のために行い").check()
        faults += filled(page, name_ja="秋の訓練", purpose_ja="報告できるようになる。")
        page.locator("[name=relay_id]").select_option(label="試験")
        faults += filled(page, sender_address=f"jinji@{DOMAIN}", landing_address=site)
        page.get_by_label("無作為に分ける（").check()
        faults += filled(page)
        page.locator("[name=B]").select_option("web-kaigi")
        faults += filled(page)
        faults += filled(page, people="S001,育児休業")
        page.get_by_label("閉庁日").check()
        moment = page.evaluate("new Date(Date.now() - 864e5 - new Date().getTimezoneOffset() * 6e4).toISOString()")
        hours = {"day_begins": "00:00", "day_ends": "23:59", "pace_per_minute": "60", "pace_per_domain": "60"}
        faults += filled(page, opens_at=moment[:16], **hours)
        faults += filled(page, how_to_report_ja="内線2345に電話する。", help_desk_ja="訓練と答えてください。")
        faults += filled(page, "試験のメールを送る", addresses=f"shiken@{DOMAIN}")
        expect(page.get_by_text("まだ、どのリンクも開かれていません。")).to_be_visible()
        page.get_by_role("link", name="確認と承認へ").click()
        faults += looked_at(page, 1280)
        page.get_by_role("button", name="承認を求める").click()
        expect(page.locator("#progress")).to_contain_text("承認待ち")
        expect(page.get_by_role("button", name="この内容を承認する")).to_have_count(0)
        campaign = DrillCampaign.objects.get()
        other.goto(f"{site}/drills/{campaign.pk}/summary/")
        faults += filled(other, "この内容を承認する")
        expect(other.locator("#progress")).to_contain_text("承認済み")
        troubles = set(PreflightMail.objects.values_list("trouble_code", flat=True))
        before = {mail.recipient for mail in sink.mails()}  # of the pre-flight only
        page.reload()
        page.get_by_role("button", name="送信を始める").click()
        sent_unwatched(page, other, campaign)
        expect(page.locator("#progress")).to_contain_text("集計中")
        expect(page.locator("#progress tfoot")).to_contain_text("6")
        sent = [mail for mail in sink.mails() if not mail.recipient.startswith("shiken")]
        assert len(sent) == len({mail.recipient for mail in sent}) == 5
        link = re.search(rf"{re.escape(site)}/m/[A-Za-z0-9_-]+/", sent[0].text)
        assert link is not None
        other.goto(link[0])
        expect(other.locator("body")).to_contain_text("訓練")
        other.goto(f"{site}/drills/texts/nenmatsu-chosei/")
        faults += looked_at(other, 375)
        other.goto(f"{site}/drills/texts/write/?from=web-kaigi")
        faults += filled(other, "保存", subject_ja="至急 http://evil.example.com")
        expect(other.locator(".error")).to_contain_text("実在し得るアドレス")
    assert DrillHit.objects.filter(kind="clicked").count() == 1
    assert faults == []
    assert (troubles, before) == ({""}, {f"shiken@{DOMAIN}"})
    assert [*first.complaints, *second.complaints] == []
