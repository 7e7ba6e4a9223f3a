"""Do the pages of diagnosis show each person the own assets, and take a report over only after a look?"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kansa.apps.diagnosis import actions
from kansa.apps.diagnosis.actions import steps
from kansa.apps.diagnosis.models import Asset, AssetYear, Observation, Scan, ScanUpload, Vulnerability
from kansa.apps.jobs.actions import work_off
from kansa.apps.people.models import Department
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import Event, SourceFile
from kansa.apps.trail.queries.originals import original_bytes
from kansa.config.jobs import TASKS
from kansa.core.errors import RuleError
from tests import builders
from tests.cast import CITY, FIRM_JA, account_named, actor_named, browser_of, firm_named, sign_up, this_fiscal_year
from tests.scanning import host, item, on, registered, taken

NESSUS = """<?xml version="1.0" ?><NessusClientData_v2><Policy><policyName>定期</policyName></Policy><Report name="r">
<ReportHost name="10.0.0.1"><HostProperties><tag name="HOST_START_TIMESTAMP">{at}</tag>
<tag name="host-ip">10.0.0.1</tag><tag name="host-fqdn">sv1.city.example</tag></HostProperties>
<ReportItem port="443" protocol="tcp" svc_name="www" severity="3" pluginID="1001" pluginName="古い版 &lt;script&gt;">
<cve>CVE-2024-1</cve><solution>Upgrade to 2.0</solution><plugin_output>=cmd</plugin_output></ReportItem>
</ReportHost>
<ReportHost name="10.0.0.7"><HostProperties><tag name="host-ip">10.0.0.7</tag></HostProperties>
<ReportItem port="22" protocol="tcp" svc_name="ssh" severity="2" pluginID="1002" pluginName="弱い設定"></ReportItem>
</ReportHost></Report></NessusClientData_v2>"""


@pytest.fixture
def town(city: Any) -> Department:
    """Two departments, the whole cast, two assets of which the first is department 101's."""
    builders.imported("departments", [builders.department("101"), builders.department("102")])
    sign_up("clerk", "director", "head", "contact", "other_head", "external", "other_firm", "auditor", "ciso", "staff")
    own = Department.objects.get(code="101")
    registered("A-1", this_fiscal_year(), fqdn="sv1.city.example", owning_department=own)
    registered("A-2", this_fiscal_year(), fqdn="sv2.city.example", owning_department=Department.objects.get(code="102"))
    return own


def report(day: int = 1, name: str = "診断.nessus") -> SimpleUploadedFile:
    """A report of this fiscal year."""
    at = int(on(this_fiscal_year(), 6, day).timestamp())
    return SimpleUploadedFile(name, NESSUS.replace("{at}", str(at)).encode())


def handed_in(person: str = "clerk", **fields: Any) -> Any:
    """The answer to a report that was chosen."""
    zones = actions.zones_of(CITY)
    form = {"fiscal_year": this_fiscal_year(), "network_zone": zones["lgwan"].pk, "chosen": report(), **fields}
    return browser_of(person).post("/diagnosis/scans/upload/", form)


def test_a_report_counts_only_after_a_look(town: Department) -> None:
    answer = handed_in()
    upload = ScanUpload.objects.get()
    assert (answer.status_code, upload.state) == (302, "read"), upload.reason_ja
    assert (
        not Vulnerability.objects.exists() and not Scan.objects.exists() and not SourceFile.objects.filter(kind="scan")
    )
    clerk = browser_of("clerk")
    page = clerk.get(answer.url).content.decode()
    assert "まだ取り込んでいません" in page and "10.0.0.7" in page and "登録簿にないホスト（1台）" in page
    clerk.post(answer.url, {"do": "apply"})
    scan = Scan.objects.get()
    assert (scan.item_count, scan.host_count, scan.counts["counts"]["new"]) == (2, 2, 2)
    assert Event.objects.filter(verb="import", object_kind="scan").count() == 1
    shown = clerk.get(f"/diagnosis/scans/{scan.pk}/").content.decode()
    assert "古い版 &lt;script&gt;" in shown and "<script>alert" not in shown
    clerk.post(answer.url, {"do": "apply"})  # pressed twice
    assert Scan.objects.count() == 1
    # The same file again is told, and changes nothing.
    again = handed_in()
    assert "取り込み済み" in clerk.get(again.url).content.decode()
    clerk.post(again.url, {"do": "cancel"})
    assert ScanUpload.objects.get(pk=again.url.split("/")[-2]).state == "cancelled"


def test_a_broken_report_changes_nothing(town: Department) -> None:
    broken = SimpleUploadedFile("切れた.nessus", report().read()[:-60])
    answer = handed_in(chosen=broken)
    upload = ScanUpload.objects.get()
    assert upload.state == "failed" and upload.reason_ja
    assert "取り込めません" in browser_of("clerk").get(answer.url).content.decode()
    assert not Asset.objects.filter(is_confirmed=False).exists() and not Vulnerability.objects.exists()


def test_a_large_report_is_left_to_a_worker(town: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "AT_ONCE", 10)
    answer = handed_in()
    clerk = browser_of("clerk")
    assert "確認中" in clerk.get(answer.url).content.decode()
    assert "HX-Refresh" not in clerk.get(f"{answer.url}progress/").headers
    work_off(TASKS, beats=False)
    assert clerk.get(f"{answer.url}progress/").headers["HX-Refresh"] == "true"
    browser_of("director").post(answer.url, {"do": "apply"})
    assert not Scan.objects.exists()
    work_off(TASKS, beats=False)
    assert Scan.objects.get().item_count == 2
    # The worker acts for who said yes.
    assert Scan.objects.get().imported_by == account_named("director")
    assert Event.objects.get(verb="import", object_kind="scan").actor_name == actor_named("director").name


def test_a_step_that_breaks_off_leaves_the_report_to_be_taken_again(
    town: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_in()
    upload, clerk = ScanUpload.objects.get(), actor_named("clerk")

    def broken(*_given: object) -> None:
        raise RuntimeError("the machine stops")

    with monkeypatch.context() as during:
        during.setattr("kansa.apps.diagnosis.actions.taking.refresh_states", broken)
        with pytest.raises(RuntimeError):
            actions.apply_upload(clerk, upload)
    upload = ScanUpload.objects.get()
    assert upload.state == "read" and not Scan.objects.exists() and not Vulnerability.objects.exists()
    actions.apply_upload(clerk, upload)
    assert ScanUpload.objects.get().state == "applied" and Scan.objects.count() == 1
    # Of a worker that is gone for good nothing came in either: the report may be put away.
    handed_in(chosen=report(2))
    late = ScanUpload.objects.order_by("-pk")[0]
    ScanUpload.objects.filter(pk=late.pk).update(state="applying", job_id=987654)
    page = browser_of("clerk").post(f"/diagnosis/uploads/{late.pk}/", {"do": "cancel"}, follow=True)
    assert "取りやめました" in page.content.decode()
    assert ScanUpload.objects.get(pk=late.pk).state == "cancelled" and Scan.objects.count() == 1


def test_originals_are_for_the_office_alone(town: Department) -> None:
    clerk = browser_of("clerk")
    clerk.post(handed_in().url, {"do": "apply"})
    sha256 = SourceFile.objects.get(kind="scan").sha256
    assert original_bytes(actor_named("clerk"), sha256).startswith(b"<?xml")
    for person in ("head", "external", "ciso", "auditor"):
        with pytest.raises(RuleError):
            original_bytes(actor_named(person), sha256)


def test_a_department_sees_its_own_assets_and_nobody_elses(town: Department) -> None:
    taken([host(), item(), host("10.0.0.2"), item(2, "10.0.0.2"), host("10.0.0.9"), item(3, "10.0.0.9")])
    own, other = Asset.objects.get(asset_number="A-1"), Asset.objects.get(asset_number="A-2")
    tray = Asset.objects.get(is_confirmed=False)
    theirs = {one.asset.pk: one.pk for one in Vulnerability.objects.all()}
    for person in ("head", "contact"):
        browser = browser_of(person)
        page = browser.get("/diagnosis/assets/").content.decode()
        assert "A-1" in page and "A-2" not in page and "10.0.0.9" not in page
        assert browser.get(f"/diagnosis/assets/{own.pk}/").status_code == 200
        assert browser.get(f"/diagnosis/vulnerabilities/{theirs[own.pk]}/").status_code == 200
        for address in (
            f"assets/{other.pk}/",
            f"assets/{tray.pk}/",
            f"vulnerabilities/{theirs[other.pk]}/",
            f"vulnerabilities/{theirs[tray.pk]}/",
        ):
            assert browser.get(f"/diagnosis/{address}").status_code == 404, (person, address)
        for address in (
            "scans/",
            "tray/",
            f"tray/{tray.pk}/",
            "scans/upload/",
            "assets/add/",
            f"assets/{own.pk}/edit/",
        ):
            assert browser.get(f"/diagnosis/{address}").status_code == 403, (person, address)
    assert browser_of("other_head").get(f"/diagnosis/assets/{own.pk}/").status_code == 404
    for person in ("auditor", "staff"):
        assert browser_of(person).get("/diagnosis/assets/").status_code == 403
    ciso = browser_of("ciso")
    assert ciso.get(f"/diagnosis/assets/{other.pk}/").status_code == 200
    assert ciso.get("/diagnosis/scans/upload/").status_code == 403


def test_a_firm_hands_in_reports_of_its_own_engagement_only(town: Department) -> None:
    year = this_fiscal_year()
    own = Engagement.objects.create(
        municipality_id=CITY,
        fiscal_year=year,
        code="T1",
        stream="external_audit",
        method="technical_diagnosis",
        firm=firm_named(FIRM_JA),
    )
    assert handed_in("external").status_code == 200  # no engagement named
    assert not ScanUpload.objects.exists()
    assert handed_in("other_firm", engagement=own.pk).status_code == 200  # not among its choices
    answer = handed_in("external", engagement=own.pk)
    assert answer.status_code == 302
    assert browser_of("other_firm").get(answer.url).status_code == 404
    browser_of("external").post(answer.url, {"do": "apply"})
    scan = Scan.objects.get()
    one = Vulnerability.objects.get(asset__asset_number="A-1")
    assert browser_of("external").get(f"/diagnosis/scans/{scan.pk}/").status_code == 200
    assert browser_of("external").get(f"/diagnosis/vulnerabilities/{one.pk}/").status_code == 200
    assert browser_of("external").get(f"/diagnosis/assets/{one.asset_id}/").status_code == 404
    for address in (f"scans/{scan.pk}/", f"vulnerabilities/{one.pk}/"):
        assert browser_of("other_firm").get(f"/diagnosis/{address}").status_code == 404


def test_a_host_of_the_tray_brings_its_items_and_is_known_next_time(town: Department) -> None:
    stranger = host("10.0.0.50", fqdn="")
    own = Asset.objects.get(asset_number="A-1")
    taken([stranger, item(1, "10.0.0.50"), item(2, "10.0.0.50")], on(2024, 6))
    taken([host(), item(1)], on(2024, 5))  # the same weakness, already known on the asset itself
    clerk = browser_of("clerk")
    tray = Asset.objects.get(is_confirmed=False)
    assert "10.0.0.50" in clerk.get("/diagnosis/tray/").content.decode()
    answer = clerk.post(
        f"/diagnosis/tray/{tray.pk}/", {"do": "assign", "assign-asset": own.pk, "assign-keeps_clues": "on"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert not Asset.objects.filter(is_confirmed=False).exists()
    assert {one.asset_id for one in Vulnerability.objects.all()} == {own.pk}
    assert Vulnerability.objects.count() == 2 and Observation.objects.count() == 3
    assert "10.0.0.50" in AssetYear.objects.get(asset=own, fiscal_year=2024).addresses
    taken([stranger, item(2, "10.0.0.50")], on(2025, 6))
    assert not Asset.objects.filter(is_confirmed=False).exists()
    assert {(one.weakness.rule, one.last_state) for one in Vulnerability.objects.select_related("weakness")} == {
        ("10001", "resolved"),
        ("10002", "continuing"),
    }


def test_a_host_of_the_tray_becomes_a_new_asset(town: Department) -> None:
    taken([host("10.0.0.60"), item(1, "10.0.0.60")])
    tray = Asset.objects.get(is_confirmed=False)
    form = {"fiscal_year": this_fiscal_year(), "asset_number": "A-9", "department_code": "101"}
    form |= {"network_zone": "LGWAN接続系", "fqdn": "sv60.city.example", "addresses": "10.0.0.60"}
    given = {f"new-{name}": value for name, value in form.items()} | {"do": "register"}
    assert browser_of("clerk").post(f"/diagnosis/tray/{tray.pk}/", given).status_code == 302
    one = Vulnerability.objects.get()
    assert (one.asset.asset_number, one.asset.is_confirmed) == ("A-9", True)
    wrong = given | {"new-asset_number": "A-1", "new-addresses": "10.0.0.999"}
    taken([host("10.0.0.61"), item(1, "10.0.0.61")])
    tray = Asset.objects.get(is_confirmed=False)
    page = browser_of("clerk").post(f"/diagnosis/tray/{tray.pk}/", wrong)
    assert page.status_code == 200 and "読めません" in page.content.decode()


def test_the_kind_set_by_hand_stays(town: Department) -> None:
    taken([host(), item(1)], on(2024, 6))
    one = Vulnerability.objects.get()
    assert one.weakness.kind == "setting"
    browser_of("clerk").post(f"/diagnosis/vulnerabilities/{one.pk}/", {"kind": "unsupported"})
    assert browser_of("head").post(f"/diagnosis/vulnerabilities/{one.pk}/", {"kind": "patch"}).status_code == 403
    taken([host(), item(1, cves=("CVE-2025-1",))], on(2025, 6))
    one.weakness.refresh_from_db()
    assert (one.weakness.kind, one.weakness.cves) == ("unsupported", "CVE-2025-1")


def test_the_figures_are_for_who_reads_all(town: Department) -> None:
    taken([host(), item()], on(this_fiscal_year(), 6))
    assert "LGWAN接続系" in browser_of("ciso").get("/diagnosis/").content.decode()
    assert browser_of("head").get("/diagnosis/").url == "/diagnosis/assets/"
    assert browser_of("staff").get("/diagnosis/").status_code == 403


def test_the_register_marks_what_ends_within_the_year(town: Department) -> None:
    from datetime import date

    year = this_fiscal_year()
    AssetYear.objects.filter(asset__asset_number="A-1").update(support_ends_on=date(year + 1, 3, 31))
    AssetYear.objects.filter(asset__asset_number="A-2").update(support_ends_on=date(year + 1, 4, 1))
    page = browser_of("clerk").get("/diagnosis/assets/?due=support").content.decode()
    assert "A-1" in page and "A-2" not in page
