"""Which pictures and tables go with an audit: levels by department, domains, the change from last year?"""

from __future__ import annotations

from fractions import Fraction

from kansa.core.comparison import EFFECTS_JA
from kansa.core.maturity import department_counts
from kansa.core.year import YearData
from kansa.document.blocks import Block, Chart, Column, Table
from kansa.document.charts import (
    DotRow,
    LevelChangeRow,
    LevelRow,
    Step,
    level_bars,
    level_change,
    mean_dots,
    waterfall,
)
from kansa.document.figure import FigureBook
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.figures.audits import domains_of
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import amount, has, number_cell, text_cell

SHORT_JA = {
    "same_departments": "同じ所属",
    "department_turnover": "所属入替え",
    "coverage": "構成の変化",
    "inseparable": "分離不能",
    "carried_not_applicable": "片年対象外",
    "revised": "見直し項目",
    "added": "追加項目",
    "dropped": "廃止項目",
    "not_comparable": "比較不能",
}


def audit_pictures(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> list[Block]:
    """Charts with their data; nothing where there are no records."""
    if not has(book, f"{facts.prefix}.judged"):
        return []
    blocks: list[Block] = [_by_department(year, facts, book, numbering), _by_domain(facts, book, numbering)]
    if has(book, f"{facts.prefix}.mean.judgements.prior"):
        blocks.append(_distribution(year, facts, book, numbering))
    if has(book, f"{facts.prefix}.pooled_change"):
        blocks.append(_waterfall(facts, book, numbering))
    return blocks


def level_labels(year: YearData, facts: AuditFacts) -> list[str]:
    """The printed name of each level, the lowest first."""
    named = {step.level: step.label_ja for step in year.this.rules.scale}
    return [named.get(level, f"レベル{level}") for level in range(len(facts.counts.counts))]


def _by_department(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> Chart:
    names = {department.code: department.name_ja for department in year.this.departments}
    prefix = facts.prefix
    labels = level_labels(year, facts)
    rows, cells = [], []
    for code, counts in department_counts(facts.grid).items():
        base = f"{prefix}.department.{code}"
        rows.append(LevelRow(names.get(code, code), counts.counts, book[f"{base}.mean"].shown))
        levels = [number_cell(book, f"{base}.level.{level}") for level in range(len(labels))]
        others = [number_cell(book, f"{base}.{name}") for name in ("not_applicable", "judged", "detections", "mean")]
        cells.append((text_cell(names.get(code, code), is_header=True), *levels, *others))
    columns = (
        Column("department", "所属", width=5),
        *(Column(f"level_{level}", label, "判定", "right", 2) for level, label in enumerate(labels)),
        Column("not_applicable", "対象外", "判定", "right", 2),
        Column("judged", "判定数", "判定", "right", 2),
        Column("detections", "検出数", "件", "right", 2),
        Column("mean", "平均", "点", "right", 2),
    )
    caption = f"{facts.stream_ja}の所属別の判定の分布"
    alt = f"{caption}。合格水準以上の判定と検出の割合を所属ごとの帯で示し、右に判定数と平均を記す。"
    svg = level_bars(caption, alt, rows, labels, year.this.rules.conforms_from)
    table = Table(f"{prefix}_departments", "", caption, columns, tuple(cells))
    return Chart(f"{prefix}_departments_chart", numbering.chart(), caption, svg, alt, table)


def _value(book: FigureBook, figure_id: str) -> Fraction | None:
    return amount(book, figure_id) if has(book, figure_id) else None


def _shown(book: FigureBook, figure_id: str) -> str:
    return book[figure_id].shown if figure_id in book else "—"


def _by_domain(facts: AuditFacts, book: FigureBook, numbering: Numbering) -> Chart:
    rows, cells = [], []
    rules = facts.year.this.rules
    for number, domain in enumerate(domains_of(facts), start=1):
        base = f"{facts.prefix}.domain.{number}"
        this, prior = f"{base}.mean", f"{base}.mean.prior"
        rows.append(DotRow(domain, _value(book, this), _value(book, prior), _shown(book, this), _shown(book, prior)))
        names = ("judged", "detections", "mean", "mean.prior")
        cells.append((text_cell(domain, is_header=True), *(number_cell(book, f"{base}.{name}") for name in names)))
    caption = f"{facts.stream_ja}の領域別の平均"
    alt = f"{caption}。今年度と前年度の平均を領域ごとに点で示し、合格点を破線で示す。"
    lowest = min((value for row in rows for value in (row.this, row.prior) if value is not None), default=Fraction(0))
    low = max(Fraction(0), Fraction(lowest * 2 // 1, 2) - Fraction(1, 2))
    svg = mean_dots(
        caption, alt, rows, rules.pass_mark, low, rules.full_mark, pass_shown=_shown(book, "scale.pass_mark")
    )
    columns = (
        Column("domain", "領域", width=6),
        Column("judged", "判定数", "判定", "right", 2),
        Column("detections", "検出数", "件", "right", 2),
        Column("mean", "平均", "点", "right", 2),
        Column("mean_prior", "前年度の平均", "点", "right", 3),
    )
    table = Table(f"{facts.prefix}_domains", "", caption, columns, tuple(cells))
    return Chart(f"{facts.prefix}_domains_chart", numbering.chart(), caption, svg, alt, table)


def _distribution(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> Chart:
    prefix = facts.prefix
    rows, cells = [], []
    for level, label in enumerate(level_labels(year, facts)):
        this, prior = f"{prefix}.level.{level}.share", f"{prefix}.level.{level}.share.prior"
        rows.append(
            LevelChangeRow(label, _value(book, prior), _value(book, this), _percent(book, prior), _percent(book, this))
        )
        names = ("count.prior", "share.prior", "count", "share")
        numbers = (number_cell(book, f"{prefix}.level.{level}.{name}") for name in names)
        cells.append((text_cell(label, is_header=True), *numbers))
    caption = f"{facts.stream_ja}の判定レベルの分布の前年度との比較"
    alt = f"{caption}。レベルごとの割合を、前年度と今年度の二本の帯で示す。"
    svg = level_change(caption, alt, rows, "今年度", "前年度")
    columns = (
        Column("level", "レベル", width=3),
        Column("count_prior", "前年度の判定数", "判定", "right", 3),
        Column("share_prior", "前年度の割合", "％", "right", 3),
        Column("count", "今年度の判定数", "判定", "right", 3),
        Column("share", "今年度の割合", "％", "right", 3),
    )
    table = Table(f"{prefix}_levels", "", caption, columns, tuple(cells))
    return Chart(f"{prefix}_levels_chart", numbering.chart(), caption, svg, alt, table)


def _percent(book: FigureBook, figure_id: str) -> str:
    return f"{_shown(book, figure_id)}％" if has(book, figure_id) else "—"


def _waterfall(facts: AuditFacts, book: FigureBook, numbering: Numbering) -> Chart:
    prefix = facts.prefix
    start, end = f"{prefix}.mean.judgements.prior", f"{prefix}.mean.judgements"
    effects = [(code, f"{prefix}.effect.{code}") for code in SHORT_JA if has(book, f"{prefix}.effect.{code}")]
    steps = [
        Step(SHORT_JA[code], amount(book, figure_id), _shown(book, figure_id))
        for code, figure_id in effects
        if amount(book, figure_id) != 0
    ]
    caption = f"{facts.stream_ja}の平均の前年度からの変化の内訳"
    alt = f"{caption}。前年度の平均から、項目と所属の入替えごとの押し上げと押し下げを経て、今年度の平均に至る。"
    svg = waterfall(
        caption,
        alt,
        Step("前年度", amount(book, start), _shown(book, start)),
        steps,
        Step("今年度", amount(book, end), _shown(book, end)),
    )
    rows = [
        ("前年度の平均", start),
        *((EFFECTS_JA[code], figure_id) for code, figure_id in effects),
        ("今年度の平均", end),
    ]
    cells = tuple((text_cell(label, is_header=True), number_cell(book, figure_id)) for label, figure_id in rows)
    columns = (Column("part", "内訳", width=8), Column("points", "点", "点", "right", 2))
    table = Table(f"{prefix}_change", "", caption, columns, cells)
    return Chart(f"{prefix}_change_chart", numbering.chart(), caption, svg, alt, table)
