"""Do two years of diagnosis go from scanners' files to a decision, a re-test and the sentences of the report?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kansa.apps.annual_report.queries import year_data
from kansa.apps.diagnosis import actions
from kansa.apps.diagnosis.models import Asset, Decision, Measure, MeasureTarget, Scan, ScanUpload, Vulnerability
from kansa.apps.diagnosis.queries import summary
from kansa.apps.people.models import Department
from kansa.cli.demo_diagnosis import add_demo_diagnosis
from kansa.document.figures import build_figures
from kansa.document.frozen import dump
from kansa.document.report import read_report, render
from kansa.formats.scans import READERS
from kansa.sample.diagnosis import HOSTS
from tests import builders
from tests.cast import CITY, CLERK
from tests.scanning import on

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[1] / "formats" / "scans"

APPROVED = {
    "reason_ja": "検証済み",
    "residual_ja": "なし",
    "approver_ja": "総務課長",
    "approved_on": "2024-11-05",
    "review_on": "2025-11-05",
}


def decided(count: int, treatment: str, day: str) -> None:
    """A measure with an approved decision for some open vulnerabilities that none settles yet."""
    rows = Vulnerability.objects.filter(targets__isnull=True, last_state__in=("new", "continuing", "unconfirmed"))
    at = on(2024, 11)
    values = {"municipality_id": CITY, "title_ja": "更新する", "kind": "patch", "fiscal_year": 2024, "created_at": at}
    measure = Measure.objects.create(**values)
    for one in list(rows.exclude(weakness__kind="information").order_by("pk")[:count]):
        MeasureTarget.objects.create(municipality_id=CITY, measure=measure, vulnerability=one, added_at=at)
    Decision.objects.create(
        municipality_id=CITY,
        measure=measure,
        step="approved",
        treatment=treatment,
        due_on=day,
        decided_at=at,
        **APPROVED,
    )


def test_two_years_are_imported_decided_re_tested_and_summarised(city: Any) -> None:
    codes = sorted({host[4] for host in HOSTS})
    builders.imported("departments", [builders.department(code) for code in codes])
    assert "件を取り込みました" in add_demo_diagnosis(CLERK)
    assert "取込み済み" in add_demo_diagnosis(CLERK)
    assert Department.objects.exists() and Asset.objects.filter(is_confirmed=False).count() == 0
    decided(3, "fix", "2024-12-27")
    decided(2, "accept", "2026-03-31")
    before, after = summary(CITY, 2023), summary(CITY, 2024)
    assert [code for code, _name in after.zones] == ["my_number", "lgwan", "internet"]
    assert after.count(states=["resolved"]) and after.count(states=["new"]) and before.count(states=["new"])
    # The closed zone: two hosts lack two updates each; at the re-test one of them has both.
    patches = {state: after.count(zone="my_number", states=[state]) for state in ("continuing", "resolved")}
    assert patches == {"continuing": 2, "resolved": 2}
    assert after.advisory_days_ja == "令和７年１月31日時点"
    assert (dict(after.treatments), after.overdue_count) == ({"fix": 3, "accept": 2}, 3)
    year = year_data(CITY, 2024)
    book = build_figures(year)
    rate = book["diagnosis.vulnerability.decided_rate"].value
    assert rate == after.decided_rate and rate > 0
    change = after.open_count - before.open_count
    assert book["diagnosis.vulnerability.open.change"].value == change
    # Public: no host, address or version, neither in what is frozen nor on the page.
    frozen = dump(year)
    page = render(read_report(frozen, is_draft=True), ("html",))
    text = next(iter(page.values())).decode()
    assert "年度末に未解消の脆弱性は" in text
    assert "令和７年１月31日時点" in text and "の照合データにより確認した" in text
    for _zone, number, _system, name, *_rest in HOSTS:
        assert number.encode() not in frozen and (name == "www" or name.encode() not in frozen)
    assert b"10.2.0." not in frozen and b"192.0.2." not in frozen and b"7.88" not in frozen


def test_reports_that_real_tools_wrote_of_a_machine_on_loopback_are_taken_over(city: Any) -> None:
    names = ("nmap/good_real_loopback.xml", "lynis/good_real_report.dat", "openscap/good_real_xccdf.xml")
    zone = actions.zones_of(CITY)["lgwan"]
    for name in names:
        path = REAL / name
        facts = actions.UploadFacts(2024, zone, scanned_at=on(2024, 6))
        upload = actions.hand_in(CLERK, SimpleUploadedFile(path.name, path.read_bytes()), facts)
        upload = ScanUpload.objects.get(pk=upload.pk)
        assert upload.state == "read", upload.reason_ja
        actions.apply_upload(CLERK, upload)
    assert sorted(Scan.objects.values_list("tool", flat=True)) == ["lynis", "nmap", "openscap"]
    assert all(Scan.objects.values_list("host_count", flat=True))
    assert {"nmap", "lynis", "openscap"} <= READERS.keys()
