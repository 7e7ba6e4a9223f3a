"""How long do the queue of measures and its Excel list take with 10,000 open vulnerabilities?

Twenty departments, 500 assets, 20 weaknesses on each. Twice: all in 2,000 measures, a third of them decided about, and
all without a measure, so that the page proposes them. Then a hundredth of it: the number of queries is the same.
Reference: reading the same vulnerabilities once, by their keys and states.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from benchmarks.city import new_home
from benchmarks.harness import Result, main, timed

OPEN, SMALL = 10_000, 100
DEPARTMENTS, ON_AN_ASSET, OF_A_MEASURE = 20, 20, 5
PAGE_SECONDS = 0.3
LIST_SECONDS = 5.0  # the Excel file of a department with all 10,000
AT = datetime(2026, 4, 20, tzinfo=UTC)


def built(count: int) -> None:
    """So many open vulnerabilities more, none of them in a measure."""
    from kansa.apps.diagnosis import models
    from kansa.apps.diagnosis.actions.zones import zones_of
    from kansa.apps.people.models import Department
    from tests.cast import CITY, this_fiscal_year

    year, zones = this_fiscal_year(), list(zones_of(CITY).values())
    owners = list(Department.objects.order_by("code")[:DEPARTMENTS])
    city: dict[str, Any] = {"municipality_id": CITY}
    assets = models.Asset.objects.bulk_create(
        models.Asset(
            **city, asset_number=f"A{count}-{n}", owning_department=owners[n % len(owners)], network_zone=zones[n % 3]
        )
        for n in range(count // ON_AN_ASSET)
    )
    models.AssetYear.objects.bulk_create(
        models.AssetYear(
            **city,
            asset=one,
            fiscal_year=year,
            owning_department=one.owning_department,
            network_zone=one.network_zone,
            importance="high",
        )
        for one in assets
    )
    weaknesses = models.Weakness.objects.bulk_create(
        models.Weakness(
            **city,
            tool="nessus",
            rule=f"{count}-{n}",
            component=f"software {n % 400}",
            title=f"Software {n % 400} < 2.0",
            solution="Upgrade.",
            cves=f"CVE-2024-{n}",
            kind="patch",
            latest_at=AT,
        )
        for n in range(min(count, 2000))
    )
    rows = models.Vulnerability.objects.bulk_create(
        models.Vulnerability(
            **city,
            asset=assets[n // ON_AN_ASSET],
            weakness=weaknesses[n % len(weaknesses)],
            place_key=str(n),
            severity="high",
            first_year=year,
            last_year=year,
            last_state="new",
            latest_at=AT,
        )
        for n in range(count)
    )
    models.VulnerabilityYear.objects.bulk_create(
        models.VulnerabilityYear(**city, vulnerability=one, fiscal_year=year, state="new", is_detected=True)
        for one in rows
    )


def measured() -> None:
    """Every open vulnerability in a measure of its department, five in each; every third is decided about."""
    from kansa.apps.diagnosis import models
    from tests.cast import CITY, this_fiscal_year

    city: dict[str, Any] = {"municipality_id": CITY}
    by_owner: dict[int, list[int]] = {}
    waiting = models.Vulnerability.objects.filter(targets__isnull=True).order_by("pk")
    for pk, owner in waiting.values_list("pk", "asset__owning_department_id"):
        by_owner.setdefault(owner, []).append(pk)
    groups = [
        (owner, keys[start : start + OF_A_MEASURE])
        for owner, keys in by_owner.items()
        for start in range(0, len(keys), OF_A_MEASURE)
    ]
    made = models.Measure.objects.bulk_create(
        models.Measure(
            **city,
            fiscal_year=this_fiscal_year(),
            owning_department_id=owner,
            kind="patch",
            title_ja=f"対策{number}",
            created_at=AT,
        )
        for number, (owner, _keys) in enumerate(groups)
    )
    models.MeasureTarget.objects.bulk_create(
        models.MeasureTarget(**city, measure=one, vulnerability_id=pk, added_at=AT)
        for one, (_owner, keys) in zip(made, groups, strict=True)
        for pk in keys
    )
    models.Decision.objects.bulk_create(
        models.Decision(
            **city,
            measure=one,
            step=step,
            treatment="fix",
            priority="scheduled",
            reason_ja="業務に支障がない",
            approver_ja="課長",
            approved_on=AT.date(),
            decided_at=AT,
            evidence={"inputs": {}, "proposed_because": {}},
        )
        for one in made[::3]
        for step in ("proposed", "approved")
    )


def queries_of(path: str, client: Any) -> int:
    """How many queries a page takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(seen)


def run() -> list[Result]:
    """The page with measures, the page with proposals, the list, and queries at both sizes."""
    new_home()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    from kansa.apps.diagnosis.models import Asset, Measure, Vulnerability
    from kansa.apps.people.models import Department
    from tests import builders
    from tests.cast import browser_of, sign_up

    builders.build_city()
    builders.imported("departments", [builders.department(f"{100 + n}") for n in range(DEPARTMENTS)])
    sign_up("clerk")
    queue, proposals = "/diagnosis/measures/", "/diagnosis/measures/proposed/"
    built(SMALL)
    measured()
    client = browser_of("clerk")
    few = queries_of(queue, client)
    built(OPEN)
    floor = timed("reading them once", lambda: list(Vulnerability.objects.values_list("pk", "last_state")), runs=5)
    waiting = timed("the page that proposes", lambda: client.get(proposals), runs=5)
    measured()
    many = queries_of(queue, client)
    page = timed("the queue", lambda: client.get(queue), runs=5)
    first = Department.objects.order_by("code")[0]
    Asset.objects.update(owning_department=first)
    Measure.objects.update(owning_department=first)
    path = f"/diagnosis/measures/list.xlsx?department={first.pk}"
    size = len(client.get(path).content)
    listed = timed("the Excel list", lambda: client.get(path), runs=3)
    note = f"{few} queries with {SMALL}, {many} with {OPEN:,}{'' if few == many else ': NOT constant'}"
    return [
        Result("the queue of 10,000 open", page, floor, limit_seconds=PAGE_SECONDS, note=note, by_processor=True),
        Result("10,000 without a measure", waiting, floor, limit_seconds=PAGE_SECONDS, by_processor=True),
        Result(
            "the list of one department with 10,000",
            listed,
            floor,
            limit_seconds=LIST_SECONDS,
            note=f"{size:,} bytes",
            by_processor=True,
        ),
    ]


if __name__ == "__main__":
    main(run)
