"""Does the office take a scanner's report over in the browser, and do the pages of diagnosis fit and read aloud?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kansa.apps.diagnosis.actions.measures import create_measures, proposal_code
from kansa.apps.diagnosis.models import Asset, Scan, Vulnerability
from kansa.apps.diagnosis.queries.measures import proposed_measures
from kansa.apps.findings.actions import FindingWords, raise_by_measure
from kansa.apps.people.models import Department
from kansa.formats.scans.records import Component
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.cast import OWN_DEPARTMENT, actor_named, this_fiscal_year
from tests.scanning import host, item, on, registered, taken

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)

REPORT = """<?xml version="1.0" ?><NessusClientData_v2><Policy><policyName>定期</policyName></Policy><Report name="r">
<ReportHost name="10.0.0.1"><HostProperties><tag name="HOST_START_TIMESTAMP">{at}</tag>
<tag name="host-ip">10.0.0.1</tag><tag name="host-fqdn">sv1.city.example</tag></HostProperties>
<ReportItem port="443" protocol="tcp" severity="3" pluginID="10001" pluginName="弱点1"></ReportItem>
</ReportHost><ReportHost name="10.0.0.7"><HostProperties><tag name="host-ip">10.0.0.7</tag></HostProperties>
<ReportItem port="22" protocol="tcp" severity="2" pluginID="10009" pluginName="弱い設定"></ReportItem>
</ReportHost></Report></NessusClientData_v2>"""


def test_a_report_is_looked_at_taken_over_and_its_host_assigned(site: str, window: Window, tmp_path: Path) -> None:
    year = this_fiscal_year()
    owner = Department.objects.filter(valid_to=None).order_by("code")[0]
    registered("SV-1", year - 1, fqdn="sv1.city.example", owning_department=owner)
    registered("SV-2", year - 1, owning_department=owner)
    taken([host(), item(1), item(2)], on(year - 1, 6))
    path = tmp_path / "診断.nessus"
    path.write_text(REPORT.replace("{at}", str(int(on(year, 6).timestamp()))), encoding="utf-8")
    watched = window(person="clerk")
    page = watched.context.new_page()
    page.goto(f"{site}/diagnosis/")
    page.get_by_role("link", name="報告書を登録する").click()
    page.get_by_label("診断の報告書").set_input_files(path)
    page.get_by_label("検査した側のネットワーク領域").select_option(label="LGWAN接続系")
    page.get_by_role("button", name="何が変わるかを確認する").click()
    tallies = page.locator(".tallies")
    for words in ("1 新規", "1 継続", "0 再発", "1 解消確認"):
        expect(tallies).to_contain_text(words)
    expect(page.locator("main")).to_contain_text("登録簿にないホスト（1台）")
    assert violations(page) == [] and Scan.objects.count() == 1
    page.get_by_role("button", name="取り込む", exact=True).click()
    expect(page.locator("h2#items-head")).to_be_visible()
    assert Scan.objects.count() == 2 and violations(page) == []
    page.goto(f"{site}/diagnosis/tray/")
    page.get_by_role("link", name="10.0.0.7").click()
    assert violations(page) == []
    page.get_by_label("登録簿の機器").select_option(label="SV-2")
    page.get_by_role("button", name="結び付ける", exact=True).click()
    expect(page.locator("h1")).to_contain_text("SV-2")
    expect(page.locator("main")).to_contain_text("弱い設定")
    assert not Asset.objects.filter(is_confirmed=False).exists()
    assert watched.complaints == [] and watched.strangers(site) == []


@pytest.mark.looks
def test_the_pages_fit_a_small_screen(site: str, window: Window) -> None:
    year = this_fiscal_year()
    owner = Department.objects.filter(valid_to=None).order_by("code")[0]
    asset = registered("SV-1", year - 1, fqdn="sv1.city.example", addresses="10.0.0.1", owning_department=owner)
    for at in (on(year - 1, 6), on(year, 6)):
        taken([host(), item(1, cves=("CVE-2024-1",), output="見えたもの"), item(2, path="/a/very/long/path" * 9)], at)
    one = Vulnerability.objects.order_by("pk")[0]
    director = actor_named("director")
    (proposed, *_rest) = proposed_measures(director, year)
    (measure,) = create_measures(director, [proposal_code(proposed)])
    words = FindingWords(title_ja="更新プログラム未適用の機器がある")
    finding = raise_by_measure(director, measure.pk, "", words)
    of_measures = (
        "measures/",
        f"measures/{measure.pk}/",
        f"measures/{measure.pk}/finding/",
        f"../findings/{finding.pk}/",
    )
    carried = ("advisories/", "inventories/", "mappings/", "zones/", *of_measures)
    pages = ("", "assets/", f"assets/{asset.pk}/", f"assets/{asset.pk}/edit/", "scans/", "scans/upload/", "tray/")
    watched = window(375)
    page = watched.context.new_page()
    for path in (*pages, *carried, f"scans/{Scan.objects.order_by('-pk')[0].pk}/", f"vulnerabilities/{one.pk}/"):
        page.goto(f"{site}/diagnosis/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [] and small_targets(page) == [], path


def test_a_department_weighs_and_approves_a_measure_on_a_small_screen(site: str, window: Window) -> None:
    year = this_fiscal_year()
    owner = Department.objects.get(code=OWN_DEPARTMENT, valid_to=None)
    registered("SV-1", year - 1, fqdn="sv1.city.example", owning_department=owner, importance="high")
    taken(
        [host(), item(1, component=Component("openssl"), cves=("CVE-2024-1",)), item(2)],
        on(year, 4, 2),
        fiscal_year=year,
    )
    watched = window(375, person="head")
    page = watched.context.new_page()

    def is_fine() -> None:
        assert violations(page) == [] and small_targets(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    page.goto(f"{site}/diagnosis/measures/proposed/")
    is_fine()
    page.get_by_role("button", name="選んだものを対策にする").click()
    expect(page.locator("main")).to_contain_text("対策を2件作りました")
    is_fine()
    page.get_by_role("link", name="openssl の更新").click()
    page.get_by_role("link", name="検討する", exact=True).click()
    is_fine()
    page.get_by_label("対応方針").select_option(label="修正")
    page.get_by_label("修正の初期費用（円）").fill("30000")
    page.get_by_label("検証", exact=True).select_option(label="検証済み（支障なし）")
    page.get_by_role("button", name="案として承認を求める").click()
    expect(page.locator("#id_reason_ja_error")).to_contain_text("理由")
    page.get_by_label("選定理由").fill("業務の停止が短い")
    page.get_by_label("担当", exact=True).fill("情報係")
    page.get_by_label("期限", exact=True).fill(f"{timezone.localdate() + timedelta(30)}")
    page.get_by_role("button", name="案として承認を求める").click()
    page.get_by_role("button", name="承認する", exact=True).click()
    expect(page.locator(".tallies")).to_contain_text("対応中")
    is_fine()
    page.get_by_label("実施したこと").fill("更新し、動作を確かめた")
    page.get_by_role("button", name="実施を報告する").click()
    expect(page.locator(".tallies")).to_contain_text("確認待ち")
    page.goto(f"{site}/diagnosis/measures/list/")
    is_fine()
    assert watched.complaints == [] and watched.strangers(site) == []
