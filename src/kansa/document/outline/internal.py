"""Chapter 3: who was audited by the staff auditors, and how did it come out?"""

from __future__ import annotations

from kansa.core.fiscal import short_era
from kansa.core.year import YearData
from kansa.document.blocks import Block, Cell, Chart, Column, Table
from kansa.document.charts import RotationRow, rotation_map
from kansa.document.figure import FigureBook
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.outline.audit_parts import (
    change_sentences,
    findings_paragraph,
    mean_sentence,
    special_paragraph,
)
from kansa.document.outline.external import remark
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.pictures import audit_pictures
from kansa.document.outline.sentences import amount, by_length, has, para, text_cell

KIND_WORDS = (
    ("branch_office", "支所"),
    ("nursery", "保育園"),
    ("school", "学校"),
    ("fire_station", "消防署"),
    ("facility", "施設"),
)


def internal(year: YearData, facts: AuditFacts, book: FigureBook, numbering: Numbering) -> list[Block]:
    """The chapter on the internal audit."""
    blocks: list[Block] = [numbering.chapter("情報セキュリティ内部監査", "internal")]
    blocks.append(numbering.section("内部監査の概要", "internal-outline"))
    blocks.append(_outline(year, facts, book))
    blocks += _rotation(year, book, numbering)
    blocks.append(numbering.section("内部監査の結果", "internal-result"))
    if not has(book, "internal.mean"):
        reason = book["internal.mean"].missing_ja
        blocks.append(para(book, f"対策レベルの平均は算出できない（{reason}）。"))
        return [*blocks, *special_paragraph(book, "internal"), *remark(year, book, "internal")]
    sentences = [mean_sentence(book, "internal"), *_contribution(year, book), *change_sentences(year, book, "internal")]
    blocks.append(para(book, *sentences))
    blocks += findings_paragraph(year, book, "internal.finding")
    blocks += special_paragraph(book, "internal")
    blocks += remark(year, book, "internal")
    return [*blocks, *audit_pictures(year, facts, book, numbering)]


def _scope_ja(year: YearData) -> str:
    """「（支所、保育園を含む）」: the office's own words, or made from the kinds of the departments."""
    if year.settings.rotation_scope_ja:
        return f"（{year.settings.rotation_scope_ja}）"
    kinds = {department.kind for department in year.this.departments}
    named = [name_ja for kind, name_ja in KIND_WORDS if kind in kinds]
    return f"（{'、'.join(named)}を含む）" if named else ""


def _outline(year: YearData, facts: AuditFacts, book: FigureBook) -> Block:
    rules = year.this.rules
    excluded = "外部監査の対象所属を除いた" if not rules.external_counts_for_rotation else ""
    sentences = [
        (
            f"情報セキュリティ内部監査は、職員が監査員となり、{excluded}課所等{_scope_ja(year)}を対象に、"
            "{rotation.first_year}から{rotation.length}か年で一巡する計画で実施している。"
        ),
        _round_sentence(book),
    ]
    if has(book, "internal.departments"):
        sentences.append("今年度は、{internal.departments}の課所等を対象とした。")
    if has(book, "internal.auditors") and amount(book, "internal.auditors") and rules.text_length != "brief":
        sentences.append("監査員を務めた職員は、延べ{internal.auditors}人である。")
    if any(item.same_as_code for item in facts.items):
        sentences.append("監査項目の一部は、外部監査と同じである。")
    sentences += _training(book)
    if has(book, "internal.mean"):
        sentences.append(
            "確認の結果は、外部監査と同様に成熟度モデルを参考に数値化し、"
            "{scale.full_mark}点満点中{scale.pass_mark}点以上を合格点とした。"
        )
    return para(book, *sentences)


def _round_sentence(book: FigureBook) -> str:
    if book["rotation.round_first_year"].shown == book["year.name"].shown:
        return "今年度から{rotation.round}巡目を開始した。"
    start = "{rotation.round_first_year}から{rotation.round}巡目を開始しており、"
    return start + "今年度はその{rotation.year_in_round}年目に当たる。"


def _training(book: FigureBook) -> list[str]:
    parts = []
    if has(book, "training.prior_study.sessions"):
        parts.append("理解度の向上を目的とした事前学習の時間を設け")
    if has(book, "training.case_study.sessions"):
        parts.append("判定の精度の向上のため具体的な検出内容の事例を紹介し")
    if has(book, "training.exercise.sessions"):
        parts.append("判定の演習を行い")
    return [f"監査員への教育では、{'、'.join(parts)}た。"] if parts else []


def _contribution(year: YearData, book: FigureBook) -> list[str]:
    """「検出数が減少し、レベル４判定が増加したことが…寄与」: only the parts that point the way of the change."""
    if not has(book, "internal.pooled_change", "internal.contribution.above", "internal.contribution.fewer"):
        return []
    change = amount(book, "internal.pooled_change")
    top = max(step.level for step in year.this.rules.scale) if year.this.rules.scale else None
    if not change or top is None or not has(book, f"scale.{top}.label"):
        return []
    rising = change > 0
    parts = []
    if amount(book, "internal.contribution.fewer") * change > 0:
        parts.append("検出の割合が減少し" if rising else "検出の割合が増加し")
    if amount(book, "internal.contribution.above") * change > 0:
        parts.append(f"{{scale.{top}.label}}の判定の割合が{'増加し' if rising else '減少し'}")
    if not parts:
        return []
    direction = "向上" if rising else "低下"
    brief = [f"{'、'.join(parts)}たことが、平均の{direction}に寄与している。"]
    standard = [
        (
            "検出数は前年度の{internal.detections.prior}件（検出率{internal.detection_rate.prior}％）に対し"
            "{internal.detections}件（同{internal.detection_rate}％）、"
        ),
        f"{{scale.{top}.label}}の判定は前年度の{{internal.level.{top}.count.prior}}件に対し{{internal.level.{top}.count}}件であった。",
    ]
    detailed = [
        (
            "平均の変化{internal.pooled_change}点のうち、検出の割合の変化による分は{internal.contribution.fewer}点、"
            "検出の深さの変化による分は{internal.contribution.shallower}点、"
            "合格水準を超える判定の変化による分は{internal.contribution.above}点である。"
        )
    ]
    return by_length(year.this.rules.text_length, brief, standard, detailed)


def _rotation(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    """The map of the lap: which department is audited when."""
    if not year.plan:
        return []
    years = sorted({cell.fiscal_year for cell in year.plan})
    marks: dict[tuple[str, int], set[str]] = {}
    for cell in year.plan:
        marks.setdefault((cell.department_code, cell.fiscal_year), set()).add(cell.stream)
    rows, cells = [], []
    for department in year.this.departments:
        found = [_mark(marks.get((department.code, fiscal_year), set())) for fiscal_year in years]
        rows.append(RotationRow(department.bureau_ja, department.name_ja, found))
        names = [text_cell(department.bureau_ja), text_cell(department.name_ja, is_header=True)]
        cells.append((*names, *(_plan_cell(mark) for mark in found)))
    caption = "監査中期計画における課所等ごとの監査の年度"
    alt = f"{caption}。課所等ごとに、内部監査の年度と外部監査の年度を格子で示す。"
    heads = [short_era(fiscal_year) for fiscal_year in years]
    svg = rotation_map(caption, alt, heads, rows)
    columns = (
        Column("bureau", "部局", width=4),
        Column("department", "課所等", width=5),
        *(
            Column(f"fiscal_year_{fiscal_year}", head, align="center", width=2)
            for fiscal_year, head in zip(years, heads, strict=True)
        ),
    )
    table = Table("rotation", "", caption, columns, tuple(cells), machine_only=True)
    return [Chart("rotation_chart", numbering.chart(), caption, svg, alt, table)]


def _mark(streams: set[str]) -> str:
    if len(streams) > 1:
        return "both"
    return {"internal_audit": "internal", "external_audit": "external"}.get(next(iter(streams), ""), "")


def _plan_cell(mark: str) -> Cell:
    return text_cell({"internal": "内部", "external": "外部", "both": "内部・外部"}.get(mark, ""), align="center")
