"""Does every figure come out of the records, by the rule, and say so when it cannot?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from kansa.core.year import PublishedFigure, YearData, YearRecords, YearRules
from kansa.document.figure import FigureBook
from kansa.document.figures import build_figures
from kansa.document.formulas import formula_ja
from tests.document.made_year import check, department, made_year, prior_records, tally_row, this_records


@pytest.fixture(scope="module")
def book() -> FigureBook:
    return build_figures(made_year())


def test_external_mean_is_sum_of_levels_over_judgements(book: FigureBook) -> None:
    # 3+3+2+4+2 = 14 over five judgements; the N counts nowhere.
    assert book["external.mean"].value == Fraction(14, 5)
    assert book["external.mean"].shown == "2.80"
    assert book["external.mean"].n == 5
    assert book["external.not_applicable"].value == 1
    # 3+2+2+3+3+1 = 14 over six.
    assert book["external.mean.prior"].value == Fraction(14, 6)
    assert book["external.verdict"].shown == "下回った"


def test_means_over_departments_and_items_are_named_apart(book: FigureBook) -> None:
    # A 8/3, B 6/2 -> (8/3 + 3) / 2; items 7/2, 3/1, 4/2.
    assert book["external.mean.departments"].value == (Fraction(8, 3) + 3) / 2
    assert book["external.mean.items"].value == (Fraction(7, 2) + 3 + 2) / 3


def test_effects_sum_exactly_to_the_change_of_the_mean(book: FigureBook) -> None:
    for prefix in ("external", "internal"):
        effects = [figure.value for figure in book.figures.values() if figure.id.startswith(f"{prefix}.effect.")]
        assert sum(effects) == book[f"{prefix}.pooled_change"].value
        assert book[f"{prefix}.pooled_change"].value == book[f"{prefix}.change"].value


def test_external_carried_item_by_hand(book: FigureBook) -> None:
    # E1 is the only carried item: 3,3 -> 3,4, the same departments both years.
    assert book["external.carried_change"].value == Fraction(1, 2)
    assert book["external.effect.same_departments"].value == Fraction(1, 2)
    assert book["external.effect.department_turnover"].value == 0
    assert book["external.carried_change.word"].shown == "0.5点程度"


def test_contributions_sum_to_the_change(book: FigureBook) -> None:
    parts = [book[f"internal.contribution.{name}"].value for name in ("above", "fewer", "shallower")]
    # Internal: (3+3+3+1)/4 -> (4+4+3+2)/4.
    assert sum(parts) == Fraction(13, 4) - Fraction(10, 4)


def test_compliance_rate_leaves_blank_and_not_applicable_out(book: FigureBook) -> None:
    # Yes 9+20+27+8+15+24 = 103, no 1+0+1+2+5+4 = 13.
    assert book["self.rate"].value == Fraction(103, 116)
    assert book["self.rate"].shown == "88.8"
    assert book["self.rate"].n == 116
    assert book["self.blank"].value == 1
    assert book["self.response_rate"].value == Fraction(60, 63)
    assert book["self.rate.prior"].value == Fraction(108, 120)
    effects = [figure.value for figure in book.figures.values() if figure.id.startswith("self.effect.")]
    assert sum(effects) == book["self.change"].value == Fraction(103, 116) - Fraction(9, 10)


def test_drill_rates_name_numerator_and_denominator(book: FigureBook) -> None:
    assert book["drill.1.open_rate"].value == Fraction(6, 48)
    assert book["drill.1.report_rate"].value == Fraction(12, 48)
    assert book["drill.1.report_rate_among_clicked"].value == Fraction(2, 6)
    assert "届いた職員数" in formula_ja(book["drill.1.open_rate"].formula)


def test_planned_is_not_improved(book: FigureBook) -> None:
    assert book["external.finding.detected"].value == 2
    assert book["external.finding.planned"].value == 2
    assert book["external.finding.improved"].value == 1
    assert book["external.finding.promised"].value == 1
    assert book["external.finding.planned.word"].shown == "全て"


def test_a_mean_just_below_the_pass_mark_prints_one_digit_more() -> None:
    # 749 judgements at 3 and one at 0: 2247/750 = 2.996.
    levels = "3" * 749 + "0"
    items = tuple(replace(this_records().checklists[0].items[0], code=f"E{n}") for n in range(750))
    this = replace(
        this_records(),
        checklists=(replace(this_records().checklists[0], items=items),),
        engagements=(check("external_audit", "A", levels),),
        tally=(),
    )
    figure = build_figures(made_year(this=this, prior=None))["external.mean"]
    assert figure.value == Fraction(2247, 750)
    assert figure.shown == "2.996"


@pytest.mark.parametrize("basis", ["judgements", "departments", "items"])
def test_the_year_says_which_mean_is_the_headline(basis: str) -> None:
    this = replace(this_records(), rules=replace(this_records().rules, headline_mean=basis))
    book = build_figures(made_year(this=this))
    assert book["external.mean"].value == book[f"external.mean.{basis}"].value


def test_without_last_year_the_change_is_missing_by_name() -> None:
    book = build_figures(made_year(prior=None))
    for figure_id in ("external.mean.prior", "external.change", "external.pooled_change", "self.change"):
        assert book[figure_id].value is None
        assert book[figure_id].shown == "—"
        assert book[figure_id].missing_ja


def test_an_empty_year_has_no_zero_in_place_of_unknown() -> None:
    empty = YearData(made_year().settings, YearRecords(2024, this_records().rules), None)
    book = build_figures(empty)
    for figure_id in ("external.mean", "internal.mean", "self.rate", "self.response_rate"):
        assert book[figure_id].value is None
        assert book[figure_id].missing_ja


def test_changing_one_judgement_changes_the_figures() -> None:
    this = this_records()
    first = replace(this.engagements[0], levels="333")
    changed = build_figures(made_year(this=replace(this, engagements=(first, *this.engagements[1:]))))
    assert changed["external.mean"].value == Fraction(15, 5)
    assert changed["external.verdict"].shown == "満たした"


def stated(figure_id: str, shown: str, fiscal_year: int = 2023, unit: str = "点") -> PublishedFigure:
    value = Fraction(shown)
    return PublishedFigure(
        fiscal_year, figure_id, shown, value, 2, unit, False, "報告書", "2頁", "20行", f"{shown}点", "2024-03-31"
    )


def test_half_published_half_recorded_year_compares_printed_values() -> None:
    prior = YearRecords(2023, this_records().rules, published=(stated("external.mean", "2.33"),))
    book = build_figures(made_year(prior=prior))
    assert book["external.mean.prior"].is_published
    assert book["external.mean.prior"].shown == "2.33"
    assert book["external.change"].value == Fraction(14, 5) - Fraction(233, 100)
    assert book["external.change"].formula == "difference_of_published/1"
    assert book["external.pooled_change"].value is None
    assert "前年度" in book["external.pooled_change"].missing_ja


def test_records_win_over_a_published_figure_of_the_same_name() -> None:
    this = replace(this_records(), published=(stated("external.mean", "2.99", 2024),))
    assert build_figures(made_year(this=this))["external.mean"].value == Fraction(14, 5)


def test_a_published_percentage_is_a_rate() -> None:
    prior = YearRecords(2023, this_records().rules, published=(stated("self.rate", "94.1", unit="％"),))
    book = build_figures(made_year(prior=prior))
    assert book["self.rate.prior"].value == Fraction(941, 1000)
    assert book["self.rate.prior"].shown == "94.1"


def test_small_departments_and_what_would_give_them_away_are_hidden() -> None:
    this = replace(
        this_records(),
        departments=(*this_records().departments, department("S", "福祉部", "nursery")),
        tally=(*this_records().tally, tally_row("S", 3, (3, 0, 0, 0), (1, 2, 0, 0))),
    )
    book = build_figures(made_year(this=this))
    assert book["self.department.S.rate"].shown == "秘匿"
    # The bureau holds C and S only: with C shown, the bureau's rate would give S away.
    hidden = {figure.id for figure in book.figures.values() if figure.shown == "秘匿"}
    assert {"self.department.C.rate", "self.bureau.福祉部.rate"} & hidden
    assert "self.kind.nursery.rate" in hidden or "self.department.C.rate" in hidden


def test_every_formula_has_words(book: FigureBook) -> None:
    for figure in book.figures.values():
        assert formula_ja(figure.formula)


def test_prior_year_of_published_figures_only_is_traced_to_its_line() -> None:
    from kansa.document.trace import trace

    prior = YearRecords(2023, prior_records().rules, published=(stated("internal.mean", "2.83"),))
    year = made_year(prior=prior)
    found = trace(year, build_figures(year), "internal.mean.prior")
    assert len(found.rows) == 1
    assert "2頁" in found.rows[0].label_ja
    assert found.rows[0].value_ja == "2.83"


def test_a_published_pass_mark_is_the_one_that_is_judged_by() -> None:
    rules = YearRules(())
    published = (stated("external.mean", "3.20", 2024), stated("scale.pass_mark", "3.50", 2024))
    book = build_figures(made_year(this=YearRecords(2024, rules, published=published), prior=None))
    assert book["scale.pass_mark"].shown == "3.50"
    assert book["external.verdict"].shown == "下回った"


def test_published_rotation_is_printed_as_an_era_year() -> None:
    published = (stated("rotation.first_year", "2005", 2024, "年度"), stated("rotation.length", "3", 2024, "年"))
    book = build_figures(made_year(this=YearRecords(2024, YearRules(()), published=published), prior=None))
    assert book["rotation.first_year"].shown == "平成17年度"
    assert book["rotation.first_year"].is_published
    assert book["rotation.round"].shown == "７"
    assert book["rotation.round_first_year"].shown == "令和５年度"


def test_how_many_answered_is_shown_even_where_what_they_answered_is_not() -> None:
    this = replace(
        this_records(),
        departments=(*this_records().departments, department("S", "福祉部", "nursery")),
        tally=(*this_records().tally, tally_row("S", 3, (3, 0, 0, 0), (1, 2, 0, 0))),
    )
    book = build_figures(made_year(this=this))
    assert book["self.department.S.response_rate"].value == Fraction(3, 4)
    assert book["self.bureau.総務部.respondents"].value == 30
    assert book["self.department.S.rate"].value is None


def test_departments_audited_both_years_are_compared_like_for_like(book: FigureBook) -> None:
    # E1 is the only carried item; A stays at 3, B rises from 3 to 4.
    assert book["external.paired"].value == Fraction(1, 2)
    assert book["external.paired.departments"].value == 2
    # Internal N1, N2: only C in both years, 3+1 -> 3+2.
    assert book["internal.paired"].value == Fraction(1, 2)
    assert book["internal.paired.interval"].value is None


def test_a_difference_that_does_not_match_its_printed_parts_carries_the_standard_note() -> None:
    # 2.344 after 2.336 prints 2.34 and 2.34; the difference 0.008 prints 0.01.
    this = replace(this_records(), rules=replace(this_records().rules, effect_places=2), tally=())
    items = tuple(replace(this.checklists[0].items[0], code=f"E{n}") for n in range(125))
    lists = (replace(this.checklists[0], items=items),)
    years = [
        replace(records, checklists=lists, engagements=(check("external_audit", "A", levels),), tally=())
        for records, levels in ((this, "2" * 82 + "3" * 43), (prior_records(), "2" * 83 + "3" * 42))
    ]
    book = build_figures(made_year(this=years[0], prior=years[1]))
    assert (book["external.mean"].shown, book["external.mean.prior"].shown) == ("2.34", "2.34")
    assert book["external.change"].shown == "+0.01"
    assert "四捨五入の関係で" in book["external.change"].note_ja
