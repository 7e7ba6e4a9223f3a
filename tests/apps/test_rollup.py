"""Do the counts of many municipalities add up in one statement, and does nothing of a few people leave one?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.people.models import Municipality
from kansa.apps.self_inspection.actions.importing import retally
from kansa.apps.self_inspection.models import Campaign, DepartmentTally
from kansa.apps.self_inspection.queries.rollup import Row, exported_rows, parquet_of, rolled_up, smallest_group
from kansa.core.errors import InputError, RuleError
from tests.apps.test_tallying import build, stored
from tests.cast import CITY, this_fiscal_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> int:
    """Ten people answer Q1, eight of them はい; two nursery teachers are asked Q4, too.

    Q2, which fewer answered, is hidden with Q4: the total of all items, which is printed, would tell Q4.
    """
    items = build()
    others = [{"Q1": "yes", "Q2": level} for level in ("1", "1", "1", "3", "3", "3")]
    stored(items, "101", "", [*others, {"Q1": "yes"}, {"Q1": "no"}])
    stored(items, "102", "保育士", [{"Q1": "yes", "Q4": "no"}, {"Q1": "no", "Q4": "yes"}])
    retally(CITY, [{one.code: one for one in items}])
    return this_fiscal_year()


def of_another(rows: Iterator[Row]) -> Iterator[Row]:
    """The same counts of another municipality, where 12 more said いいえ."""
    for fiscal_year, _name, department, job_type, item, yes, no, not_applicable, blank in rows:
        yield (fiscal_year, "となり市", department, job_type, item, yes, int(no) + 12, not_applicable, blank)


def files(folder: Path, year: int, *, has_departments: bool = False) -> list[Path]:
    """What two municipalities exported."""
    given = [*exported_rows(CITY, year, smallest_group(CITY, year), has_departments=has_departments)]
    for name, rows in (("own", given), ("other", of_another(iter(given)))):
        (folder / f"{name}.parquet").write_bytes(parquet_of(rows))
    return [folder / "own.parquet", folder / "other.parquet"]


def test_counts_of_few_people_stay_inside(year: int) -> None:
    assert smallest_group(CITY, year) == 5
    outside = {row[4]: row[5:] for row in exported_rows(CITY, year, 5)}
    assert outside["Q1"] == (8, 2, 0, 0)
    assert {*outside} == {"Q1"} and {row[2] for row in exported_rows(CITY, year, 5)} == {""}
    inside = {(row[2], row[3], row[4]): row[5:] for row in exported_rows(CITY, year, 5, has_departments=True)}
    assert inside["102", "保育士", "Q4"] == (1, 1, 0, 0)


def test_nothing_leaves_that_the_report_hides(year: int) -> None:
    """Twelve people were asked Q2 and two answered it: the report prints no cell of two people, so no file holds it."""
    items = list(ControlItem.objects.select_related("checklist").order_by("code"))
    DepartmentTally.objects.all().delete()
    stored(items, "101", "", [{"Q1": "no", "Q2": "1"}, {"Q1": "no", "Q2": "3"}])
    retally(CITY, [{one.code: one for one in items}])
    assert {row[4] for row in exported_rows(CITY, year, 5)} == {"Q1"}


def test_a_promise_holds_for_files_too(year: int) -> None:
    """The rule was lowered after people had answered; and departments are not handed out where names were not."""
    campaign = Campaign.objects.create(
        municipality_id=CITY,
        checklist=Checklist.objects.get(),
        title_ja="自己点検",
        opens_on="2026-06-01",
        closes_on="2026-06-30",
        privacy="confidential",
        state="closed",
        small_cell_k=9,
    )
    assert smallest_group(CITY, year) == 9
    with pytest.raises(RuleError) as refused:
        list(exported_rows(CITY, year, 9, has_departments=True))
    assert refused.value.code == "departments_promised"
    Campaign.objects.filter(pk=campaign.pk).update(privacy="identified")
    assert len(list(exported_rows(CITY, year, 9, has_departments=True))) > 3


def test_files_of_two_municipalities_add_up(year: int, tmp_path: Path) -> None:
    """16 of 32 answers to Q1 are はい: 8 of 10 here, 8 of 22 there."""
    paths = files(tmp_path, year)
    by_item = {one.labels: one.compliance_rate for one in rolled_up(paths, ["fiscal_year", "item_code"], 5)}
    assert by_item[year, "Q1"] == Fraction(16, 32)
    by_name = {one.labels[1]: one.compliance_rate for one in rolled_up(paths, ["fiscal_year", "municipality_ja"], 5)}
    assert by_name[Municipality.objects.get().name_ja] == Fraction(8, 10) and set(by_name) >= {"となり市"}
    small = rolled_up(files(tmp_path, year, has_departments=True), ["fiscal_year", "item_code"], 50)
    assert all(one.compliance_rate is None for one in small if one.respondent_count < 50)


def test_another_file_is_refused_with_its_name(year: int, tmp_path: Path) -> None:
    (tmp_path / "写真.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(InputError) as told:
        rolled_up([tmp_path / "写真.parquet"], ["fiscal_year"], 5)
    assert [(one.code, one.place.file) for one in told.value.refusals] == [("not_a_tally", "写真.parquet")]
