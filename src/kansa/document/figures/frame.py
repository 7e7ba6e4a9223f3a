"""Which bound words frame the report: year, dates, scale, methods, rotation, plan?"""

from __future__ import annotations

from datetime import date

from kansa.core.fiscal import era_date_ja, era_year_ja, official_digits, rotation_place
from kansa.core.rounding import printed
from kansa.document.figure import Selection
from kansa.document.figures.maker import Maker

METHODS = ("technical_diagnosis", "mail_drill", "control_check")


def frame_figures(maker: Maker) -> None:
    """Year, municipality, scale and rotation, as words that can be traced."""
    year = maker.year
    fiscal_year = year.this.fiscal_year
    rules = Selection("rules", fiscal_year)
    maker.text("year.name", "対象年度", era_year_ja(fiscal_year), "era_year/1")
    maker.text("year.prior_name", "前年度", era_year_ja(fiscal_year - 1), "era_year/1")
    maker.text("report.municipality", "団体名", year.settings.municipality_ja, "stated/1", rules)
    report_on = year.settings.report_on
    shown = era_date_ja(date.fromisoformat(report_on)) if report_on else ""
    maker.text("report.on", "報告日", shown, "stated/1", rules)
    _scale(maker, rules)
    _methods(maker)
    _rotation(maker, rules)
    chosen = Selection("rules", fiscal_year, items=("small_cell_k",))
    maker.text(
        "rules.small_cell_k", "秘匿の基準とする人数", official_digits(maker.rules.small_cell_k), "rule/1", chosen
    )
    _coverage(maker)


def stated_or_rule(maker: Maker, figure_id: str, label_ja: str, shown: str, field: str) -> None:
    """A rule of the year: its own row first, then a published statement, then the default of the product."""
    rules = maker.year.this.rules
    if field not in dict(rules.sources) and figure_id in maker.published:
        stated = maker.published[figure_id]
        is_rotation = field.startswith("rotation") and stated.value is not None
        maker.stated(stated, label_ja, "text", shown if is_rotation else "")
        return
    maker.text(figure_id, label_ja, shown, "rule/1", Selection("rules", maker.year.this.fiscal_year, items=(field,)))


def _scale(maker: Maker, rules_chosen: Selection) -> None:
    rules = maker.rules
    stated_or_rule(maker, "scale.full_mark", "満点", printed(rules.full_mark, rules.mean_places), "full_mark")
    stated_or_rule(maker, "scale.pass_mark", "合格点", printed(rules.pass_mark, rules.mean_places), "pass_mark")
    _conforms_from(maker)
    for level in range(10):
        for name, label_ja in (("label", "表示"), ("criterion", "基準")):
            stated = maker.published.get(f"scale.{level}.{name}")
            if stated is not None and all(step.level != level for step in rules.scale):
                maker.stated(stated, f"レベル{level}の{label_ja}", "text")
    for step in rules.scale:
        chosen = Selection("rules", rules_chosen.fiscal_year, items=(f"scale.{step.level}",))
        maker.text(f"scale.{step.level}.label", f"レベル{step.level}の表示", step.label_ja, "rule/1", chosen)
        maker.text(f"scale.{step.level}.criterion", f"レベル{step.level}の基準", step.criterion_ja, "rule/1", chosen)


def _conforms_from(maker: Maker) -> None:
    """The lowest level that conforms, as a number."""
    field, figure_id = "conforms_from", "scale.conforms_from"
    stated = maker.published.get(figure_id)
    if field not in dict(maker.rules.sources) and stated is not None:
        maker.stated(stated, "適合とする最低のレベル", "level")
        return
    chosen = Selection("rules", maker.year.this.fiscal_year, items=(field,))
    maker.number(
        figure_id,
        "適合とする最低のレベル",
        lambda: maker.rules.conforms_from,
        unit="level",
        formula="rule/1",
        sources=[chosen],
    )


def _methods(maker: Maker) -> None:
    """Which of the three methods were carried out this year, and how many."""
    year = maker.year.this
    done = {engagement.method for engagement in year.engagements if engagement.stream == "external_audit"}
    if year.drills:
        done.add("mail_drill")
    chosen = Selection("engagements", year.fiscal_year, "external_audit")
    named = sorted(figure_id for figure_id in maker.published if _is_method(figure_id))
    for figure_id in named:
        maker.stated(maker.published[figure_id], "外部監査の手法", "text")
    if not done:
        count = maker.published.get("external.method_count")
        if count is not None:
            whole = count.value is not None and count.value.denominator == 1
            shown = official_digits(int(count.value or 0)) if whole else ""
            maker.stated(count, "外部監査の手法の数", "text", shown)
            return
        if named:
            shown = official_digits(len(named))
            maker.text("external.method_count", "外部監査の手法の数", shown, "count_methods/1", inputs=named)
            return
    maker.text(
        "external.method_count",
        "外部監査の手法の数",
        official_digits(len(done)) if done else "",
        "count_methods/1",
        chosen,
    )


def _is_method(figure_id: str) -> bool:
    return figure_id.startswith("external.method.") and not figure_id.endswith(".prior")


def _rotation(maker: Maker, rules_chosen: Selection) -> None:
    first_year, length = maker.rules.rotation_first_year, maker.rules.rotation_length
    stated_or_rule(maker, "rotation.first_year", "一巡の計画の開始年度", era_year_ja(first_year), "rotation_first_year")
    stated_or_rule(maker, "rotation.length", "一巡の年数", official_digits(length), "rotation_length")
    place = rotation_place(maker.year.this.fiscal_year, first_year, length)
    inputs = ["rotation.first_year", "rotation.length"]
    maker.text("rotation.round", "巡目", official_digits(place.round_number), "rotation_place/1", inputs=inputs)
    maker.text(
        "rotation.round_first_year",
        "今の巡目が始まった年度",
        era_year_ja(place.first_fiscal_year),
        "rotation_place/1",
        inputs=inputs,
    )
    maker.text(
        "rotation.year_in_round",
        "今の巡目の何年目か",
        official_digits(place.year_in_round),
        "rotation_place/1",
        inputs=inputs,
    )


def _coverage(maker: Maker) -> None:
    """How many departments the lap covers so far, by the plan and by what was done."""
    year = maker.year
    if not year.plan:
        return
    chosen = Selection("plan", year.this.fiscal_year)
    codes = {department.code for department in year.this.departments}
    planned = {cell.department_code for cell in year.plan if cell.stream == "internal_audit"}
    maker.count(
        "rotation.departments",
        "対象となる課所等の数",
        len(codes),
        "count_departments/1",
        Selection("departments", year.this.fiscal_year),
    )
    maker.count("rotation.planned", "今の巡目の計画にある課所等の数", len(planned & codes), "count_planned/1", chosen)
