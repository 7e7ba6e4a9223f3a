"""What does the annual report get of a year's diagnosis: the right counts, and nothing that helps an attacker?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from kansa.apps.diagnosis.models import Decision, Measure, MeasureTarget, Vulnerability
from kansa.apps.diagnosis.queries import summary
from kansa.core.errors import NotComputable
from kansa.formats.scans.records import Component
from tests.cast import CITY
from tests.scanning import host, item, on, registered, taken


def two_years() -> None:
    """Two assets in two zones. 2024: three weaknesses. 2025: one is gone, one still there, one host was not scanned."""
    registered("A-1", fqdn="sv1.city.example")
    registered("A-2", zone="my_number", addresses="10.9.0.2")
    cve = {"cves": ("CVE-2024-1",), "solution": "Update to 2.0"}
    taken(
        [
            host(),
            item(1, **cve),
            item(2, title="SSL Medium Strength Cipher Suites Supported"),
            item(3, outcome="information"),
        ],
        on(2024, 6),
    )
    taken(
        [host("10.9.0.2", fqdn=""), item(4, "10.9.0.2", title="Windows 7 Unsupported")], on(2024, 7), zone="my_number"
    )
    taken([host(), item(1, **cve)], on(2025, 6))


def test_counts_by_zone_kind_and_state(city: Any) -> None:
    two_years()
    first, second = summary(CITY, 2024), summary(CITY, 2025)
    assert {(one.zone_code, one.kind, one.state, one.count) for one in first.cells} == {
        ("lgwan", "patch", "new", 1),
        ("lgwan", "cryptography", "new", 1),
        ("my_number", "unsupported", "new", 1),
    }
    assert {(one.zone_code, one.kind, one.state, one.count, one.detected_count) for one in second.cells} == {
        ("lgwan", "patch", "continuing", 1, 1),
        ("lgwan", "cryptography", "resolved", 1, 0),
        ("my_number", "unsupported", "unconfirmed", 1, 0),
    }
    assert (first.scan_count, first.asset_count, second.asset_count) == (2, 2, 1)
    assert (second.detected_count, second.open_count) == (1, 2)
    assert summary(CITY, 2027).count(states=["unconfirmed"]) == 2
    with pytest.raises(NotComputable):
        _ = summary(CITY, 2020).decided_rate


def test_nothing_in_it_tells_a_host_or_a_product(city: Any) -> None:
    two_years()
    told = str(asdict(summary(CITY, 2025)))
    for secret in ("10.", "sv1", "A-1", "CVE", "Windows", "弱点"):
        assert secret not in told


def decide(vulnerability: Vulnerability, step: str = "approved", **fields: Any) -> Decision:
    """A decision about one vulnerability."""
    now = timezone.now()
    target = MeasureTarget.objects.filter(vulnerability=vulnerability).first()
    measure = (
        target.measure
        if target
        else Measure.objects.create(
            municipality_id=CITY, fiscal_year=2025, kind="patch", title_ja="更新", created_at=now
        )
    )
    if target is None:
        MeasureTarget.objects.create(municipality_id=CITY, measure=measure, vulnerability=vulnerability, added_at=now)
    values = {"treatment": "fix", "reason_ja": "理由", "approver_ja": "課長", "approved_on": date(2025, 9, 1)}
    return Decision.objects.create(
        municipality_id=CITY, measure=measure, step=step, decided_at=timezone.now(), **{**values, **fields}
    )


def test_the_decided_share_and_what_is_overdue(city: Any) -> None:
    two_years()
    one = Vulnerability.objects.get(weakness__rule="10001")
    decide(one, due_on=date(2026, 3, 30))
    told = summary(CITY, 2025)
    assert (str(told.decided_rate), told.treatments, told.overdue_count) == ("1/2", (("fix", 1),), 1)
    assert summary(CITY, 2025, date(2026, 3, 30)).overdue_count == 0
    decide(one, "withdrawn")
    assert summary(CITY, 2025).decided_rate == 0


def test_two_tools_that_name_one_cve_are_told_as_such(city: Any) -> None:
    registered("A-1", fqdn="sv1.city.example")
    taken([host(), item(1, cves=("CVE-2024-1", "CVE-2024-2"))])
    taken(
        [host(), item(rule="CVE-2024-2", cves=("CVE-2024-2",), component=Component("openssl", "1.0"), port=None)],
        on(2024, 7),
        tool="trivy",
    )
    told = summary(CITY, 2024)
    assert (told.open_count, told.several_tools_count) == (2, 2)


def test_a_decision_is_never_changed_nor_deleted(city: Any) -> None:
    two_years()
    one = decide(Vulnerability.objects.get(weakness__rule="10001"))
    for act in (lambda: Decision.objects.filter(pk=one.pk).update(reason_ja="別の理由"), one.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert Decision.objects.get().reason_ja == "理由"


def test_an_accepted_risk_needs_its_approver_and_its_review(city: Any) -> None:
    two_years()
    one = Vulnerability.objects.get(weakness__rule="10001")
    for fields in ({"treatment": "accept"}, {"approver_ja": ""}, {"reason_ja": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            decide(one, **fields)
    assert decide(one, treatment="accept", review_on=date(2026, 9, 1)).pk
