"""Does a year freeze to the same bytes, name what blocks it, and keep its versions and its approval?"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from kansa.apps.annual_report.actions import confirm, freeze
from kansa.apps.annual_report.models import FrozenYear
from kansa.apps.annual_report.queries import (
    confirmation_of,
    frozen_bytes,
    frozen_year,
    frozen_years,
    latest_frozen,
    year_data,
    years_recorded,
)
from kansa.apps.trail.models import Event
from kansa.apps.trail.queries import chain_head, verify_chain
from kansa.core.errors import InputError, RuleError
from kansa.document.frozen import sha256
from kansa.formats.records import PublishedRecord
from tests.builders import (
    YEAR,
    build_audit,
    engagement,
    imported,
    item,
    judgement,
    plan_cell,
    setting,
    source,
    upload,
)
from tests.cast import CITY, CLERK, OTHER_CLERK, OUTSIDER, VIEWER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def published(figure_id: str = "external.mean", shown: str = "2.88", fiscal_year: int = YEAR) -> PublishedRecord:
    return PublishedRecord(
        fiscal_year, figure_id, shown, Fraction(shown), 2, "point", False, "報告書", "2", "", "", None, source()
    )


def judged_year() -> None:
    build_audit()
    imported("plan", [plan_cell()])
    imported("judgements", [judgement("A1", 3), judgement("A2", 2)])


def test_freezing_twice_gives_the_same_version_and_hash() -> None:
    judged_year()
    first = freeze(CLERK, YEAR, "")
    again = freeze(CLERK, YEAR, "")
    assert (first.version, first.is_new) == (1, True)
    assert (again.version, again.is_new, again.sha256) == (1, False, first.sha256)
    assert again.trail_head == first.trail_head == chain_head(CITY)
    assert FrozenYear.objects.count() == 1


def test_the_frozen_bytes_are_what_was_hashed_and_read_back_the_same() -> None:
    judged_year()
    frozen = freeze(CLERK, YEAR, "初回")
    assert sha256(frozen_bytes(VIEWER, YEAR)) == frozen.sha256
    assert frozen_year(VIEWER, YEAR) == year_data(CITY, YEAR)


def test_one_changed_judgement_makes_a_new_version_and_needs_a_reason() -> None:
    judged_year()
    first = freeze(CLERK, YEAR, "")
    before = frozen_bytes(CLERK, YEAR)
    outcome = imported("judgements", [judgement("A1", 4), judgement("A2", 2)], file=upload("訂正.csv"))
    assert "frozen_year" in [warning.code for warning in outcome.plan.warnings]
    with pytest.raises(RuleError, match="理由"):
        freeze(CLERK, YEAR, " ")
    second = freeze(CLERK, YEAR, "判定の訂正")
    assert (second.version, second.is_new) == (2, True)
    assert second.sha256 != first.sha256
    assert frozen_bytes(CLERK, YEAR, 1) == before
    assert frozen_year(CLERK, YEAR).this.engagements[0].levels == "42"


def test_the_order_in_which_files_came_does_not_matter() -> None:
    judged_year()
    data = year_data(CITY, YEAR)
    assert data == year_data(CITY, YEAR)
    assert [one.code for one in data.this.departments] == ["101", "102"]
    assert [file.sha256 for file in data.files] == sorted(file.sha256 for file in data.files)


def test_only_files_that_a_value_came_from_are_named() -> None:
    judged_year()
    imported("judgements", [judgement("A1", 1), judgement("A2", 1)], file=upload("訂正.csv"))
    names = {file.name for file in year_data(CITY, YEAR).files}
    assert names == {"year.csv", "departments.csv", "checklist.csv", "engagements.csv", "訂正.csv", "plan.csv"}


def test_an_empty_year_blocks() -> None:
    with pytest.raises(InputError) as fault:
        freeze(CLERK, YEAR, "")
    assert "empty_year" in [refusal.code for refusal in fault.value.refusals]
    with pytest.raises(RuleError, match="理由を付けても"):
        freeze(CLERK, YEAR, "", {"empty_year": "急ぐため"})


def test_a_half_judged_year_freezes_only_with_a_reason() -> None:
    build_audit()
    imported("plan", [plan_cell()])
    imported("judgements", [judgement("A1", 3), judgement("A2", None, state="not_judged", reason_ja="")])
    with pytest.raises(InputError) as fault:
        freeze(CLERK, YEAR, "")
    assert [refusal.code for refusal in fault.value.refusals] == ["half_judged"]
    with pytest.raises(RuleError, match="理由が必要"):
        freeze(CLERK, YEAR, "", {"half_judged": " "})
    freeze(CLERK, YEAR, "", {"half_judged": "翌年度に継続"})
    assert [(one.code, one.reason_ja) for one in frozen_year(CLERK, YEAR).accepted] == [("half_judged", "翌年度に継続")]
    with pytest.raises(RuleError, match="この年度にありません"):
        freeze(CLERK, YEAR, "やり直し", {"half_judged": "翌年度に継続", "no_such_thing": "念のため"})


def test_last_year_stands_beside_this_year_when_it_has_records() -> None:
    judged_year()
    assert year_data(CITY, YEAR).prior is None
    imported("published", [published("external.mean", "2.83", YEAR - 1)])
    prior = year_data(CITY, YEAR).prior
    assert prior is not None
    assert (prior.fiscal_year, prior.published[0].value) == (YEAR - 1, Fraction(283, 100))
    assert years_recorded(CITY) == (YEAR - 1, YEAR)


def test_the_plan_of_the_whole_rotation_round_is_there() -> None:
    judged_year()
    imported("plan", [plan_cell("102", year, "internal_audit") for year in (2019, 2020, 2023, 2025, 2026)])
    # FY2023-2025 is the seventh round since FY2005; last year (2023) is in the same one.
    assert [cell.fiscal_year for cell in year_data(CITY, YEAR).plan] == [2023, 2024, 2025]
    imported("year", [setting("rotation_first_year", "2024")])
    assert [cell.fiscal_year for cell in year_data(CITY, YEAR).plan] == [2023, 2024, 2025, 2026]


def test_freezing_seals_the_trail_and_leaves_an_event() -> None:
    judged_year()
    frozen = freeze(CLERK, YEAR, "")
    report = verify_chain(CITY)
    assert (report.faults_ja, report.unsealed_count, report.head) == ((), 0, frozen.trail_head)
    assert Event.objects.filter(verb="freeze").get().after["sha256"] == frozen.sha256


def test_the_newest_version_is_approved_once() -> None:
    judged_year()
    freeze(CLERK, YEAR, "")
    imported("judgements", [judgement("A1", 4), judgement("A2", 2)], file=upload("訂正.csv"))
    freeze(CLERK, YEAR, "訂正")
    day = date(2025, 3, 31)
    with pytest.raises(RuleError, match="最新"):
        confirm(CLERK, YEAR, 1, day, "監第12号", "副市長")
    with pytest.raises(RuleError, match="決裁番号"):
        confirm(CLERK, YEAR, 2, day, "", "副市長")
    confirm(CLERK, YEAR, 2, day, "監第12号", "副市長")
    with pytest.raises(RuleError, match="記録済み"):
        confirm(CLERK, YEAR, 2, day, "監第12号", "副市長")
    assert [(form.version, form.is_draft) for form in frozen_years(VIEWER)] == [(2, False), (1, True)]
    assert confirmation_of(VIEWER, YEAR, 2).approval_number == "監第12号"  # type: ignore[union-attr]
    assert confirmation_of(VIEWER, YEAR, 1) is None


def test_a_report_of_an_unfrozen_year_is_told_the_way_on() -> None:
    with pytest.raises(RuleError, match="kansa freeze 2024"):
        frozen_bytes(CLERK, YEAR)
    assert latest_frozen(CLERK, YEAR) is None
    with pytest.raises(RuleError, match="まだ凍結"):
        confirm(CLERK, YEAR, 1, date(2025, 3, 31), "監第12号", "副市長")


def test_damaged_bytes_are_found() -> None:
    judged_year()
    frozen = freeze(CLERK, YEAR, "")
    FrozenYear.objects.create(
        municipality_id=CITY,
        fiscal_year=YEAR,
        version=2,
        schema=1,
        sha256=frozen.sha256,
        body=b"not packed",
        reason_ja="",
        frozen_by="甲",
        frozen_at="2025-04-01T00:00:00+09:00",
    )
    with pytest.raises(RuleError, match="壊れています"):
        frozen_bytes(CLERK, YEAR)


@pytest.mark.parametrize("actor", [VIEWER, OUTSIDER])
def test_only_the_operator_freezes_and_confirms(actor: object) -> None:
    judged_year()
    with pytest.raises(RuleError, match="権限"):
        freeze(actor, YEAR, "")  # type: ignore[arg-type]
    freeze(CLERK, YEAR, "")
    with pytest.raises(RuleError, match="権限"):
        confirm(actor, YEAR, 1, date(2025, 3, 31), "監第12号", "副市長")  # type: ignore[arg-type]


def test_outsiders_and_other_cities_see_no_frozen_year() -> None:
    judged_year()
    freeze(CLERK, YEAR, "")
    with pytest.raises(RuleError, match="権限"):
        frozen_years(OUTSIDER)
    assert frozen_years(OTHER_CLERK) == ()
    with pytest.raises(RuleError, match="まだ凍結"):
        frozen_bytes(OTHER_CLERK, YEAR)


def test_published_figures_stay_exact_and_say_where_they_stand() -> None:
    imported("published", [published("internal.mean", "3.12")])
    (figure,) = year_data(CITY, YEAR).this.published
    assert (figure.value, figure.shown, figure.page) == (Fraction(78, 25), "3.12", "2")
    outcome = imported("published", [published("internal.mean", "3.13")], file=upload("正誤.csv"))
    assert outcome.plan.changed == 1


def test_reading_a_year_takes_few_queries(django_assert_max_num_queries: object) -> None:
    judged_year()
    imported("checklist", [item(f"A{number}") for number in range(1, 30)])
    imported("engagements", [engagement(f"E{number}") for number in range(1, 20)])
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        year_data(CITY, YEAR)
