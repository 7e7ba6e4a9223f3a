"""Where does a printed number come from? Formula, figures it is made of, records, file and row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kansa.core.publication import department_group, publish
from kansa.core.results import table_of
from kansa.core.runs import decode_rows
from kansa.core.streams import STREAMS_JA, control_checks
from kansa.core.vulnerability import STATES_JA
from kansa.core.weaknesses import KINDS_JA
from kansa.core.year import NOT_APPLICABLE, NOT_ASSIGNED, NOT_JUDGED, Engagement, SourceRows, YearData, YearRecords
from kansa.document.figure import Figure, FigureBook, Selection
from kansa.document.formulas import formula_ja


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One record a figure rests on, and where it was read."""

    label_ja: str
    value_ja: str
    file: str
    sheet: str
    rows: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The way from a printed number back to its records."""

    figure: Figure
    formula_ja: str
    inputs: tuple[Figure, ...]
    rows: tuple[TraceRow, ...]


def trace(year: YearData, book: FigureBook, figure_id: str) -> Trace:
    """The trace of one figure. Raises KeyError when the report has no such figure."""
    figure = book[figure_id]
    files = {file.sha256: file.name for file in year.files}
    rows: list[TraceRow] = []
    for selection in figure.sources:
        records = _records(year, selection.fiscal_year)
        if records is not None:
            rows += FINDERS[selection.kind](year, records, selection, files)
    inputs = tuple(book[name] for name in figure.inputs if name in book)
    return Trace(figure, formula_ja(figure.formula), inputs, tuple(rows))


def _records(year: YearData, fiscal_year: int) -> YearRecords | None:
    if fiscal_year == year.this.fiscal_year:
        return year.this
    return year.prior if year.prior is not None and year.prior.fiscal_year == fiscal_year else None


Files = dict[str, str]
Finder = Callable[[YearData, YearRecords, Selection, Files], Iterator[TraceRow]]


def _row(label_ja: str, value_ja: str, source: SourceRows | None, files: Files) -> TraceRow:
    if source is None:
        return TraceRow(label_ja, value_ja, "", "", "")
    return TraceRow(label_ja, value_ja, files.get(source.file_sha256, source.file_sha256), source.sheet, source.rows)


def _names(records: YearRecords) -> dict[str, str]:
    return {department.code: department.name_ja for department in records.departments}


def _judgements(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    names = _names(records)
    items = records.checklist(selection.stream).items
    wanted = {place for place, item in enumerate(items) if not selection.items or item.code in selection.items}
    for check in control_checks(records, selection.stream):
        if selection.departments and check.department_code not in selection.departments:
            continue
        places = _places(check)
        for place in sorted(wanted):
            level = check.levels[place]
            if level == NOT_ASSIGNED or (selection.levels and level not in selection.levels):
                continue
            name = names.get(check.department_code, check.department_code)
            label = f"{records.fiscal_year}年度 {name} {items[place].code}"
            source = places.get(place)
            yield _row(label, _level_ja(level), source, files)


def _level_ja(level: str) -> str:
    return {NOT_APPLICABLE: "対象外", NOT_JUDGED: "未判定"}.get(level, f"レベル{level}")


def _places(check: Engagement) -> dict[int, SourceRows]:
    """Position of an item -> the one row its judgement was read from."""
    found: dict[int, SourceRows] = {}
    for source in check.sources:
        rows = decode_rows(source.rows)
        positions = decode_rows(source.positions) if source.positions else range(len(rows))
        for place, row in zip(positions, rows, strict=True):
            found[place] = SourceRows(source.file_sha256, source.sheet, str(row))
    return found


def _tally(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    """Which departments' answers went in, and from which rows. Nobody's answers can be read off: a department's
    numbers of はい and いいえ are not shown, and departments hidden in the report stand in one row together."""
    names = _names(records)
    publication = publish(table_of(records))
    hidden_rows = []
    for row in records.tally:
        if selection.departments and row.department_code not in selection.departments:
            continue
        group = department_group(row.department_code)
        if group in publication.table.people and publication.hidden_reason(group):
            hidden_rows.append(row)
            continue
        label = f"{records.fiscal_year}年度 {names.get(row.department_code, row.department_code)}"
        for source in row.sources or (None,):
            yield _row(label, f"回答者{row.respondent_count}人", source, files)
    if hidden_rows:
        label = f"{records.fiscal_year}年度 秘匿とした{len(hidden_rows)}所属の合計"
        people = sum(row.respondent_count for row in hidden_rows)
        yield TraceRow(label, f"回答者{people}人", "（秘匿のため示さない）", "", "")


def _drill(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    """City-wide counts by file: a department's row could point at people."""
    for drill in records.drills:
        if selection.items and drill.code not in selection.items:
            continue
        sent = sum(row.sent for row in drill.rows)
        sources = dict.fromkeys((source.file_sha256, source.sheet) for row in drill.rows for source in row.sources)
        label = f"{records.fiscal_year}年度 訓練「{drill.name_ja or drill.code}」"
        for sha256, sheet in sources or {("", ""): None}:
            yield TraceRow(label, f"送信{sent}人", files.get(sha256, sha256), sheet, "")


def _findings(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    for finding in records.findings:
        if finding.stream == selection.stream and (not selection.items or finding.code in selection.items):
            dates = (("計画", finding.planned_on), ("改善", finding.improved_on), ("確認", finding.verified_on))
            value = "、".join(f"{word}{day}" for word, day in dates if day) or "計画なし"
            yield _row(f"{finding.code} {finding.title_ja}", value, finding.source, files)


def _published(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    for stated in records.published:
        if not selection.items or stated.figure_id in selection.items:
            place = " ".join(part for part in (stated.document_ja, stated.page, stated.line) if part)
            quote = f"「{stated.quote_ja}」" if stated.quote_ja else ""
            yield _row(f"{place}{quote}", stated.shown, stated.source, files)


def _rules(year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    sources = dict(records.rules.sources) | dict(year.settings.sources)
    sources |= {f"scale.{step.level}": step.source for step in records.rules.scale if step.source is not None}
    for field in selection.items:
        if field in sources:
            yield _row("年度設定", field, sources[field], files)
        else:
            yield TraceRow("kansa の既定値", field, "", "", "")


def _departments(_year: YearData, records: YearRecords, _selection: Selection, files: Files) -> Iterator[TraceRow]:
    for department in records.departments:
        yield _row(f"{department.code} {department.name_ja}", department.bureau_ja, department.source, files)


def _engagements(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    names = _names(records)
    for engagement in records.engagements:
        if selection.items and engagement.code not in selection.items:
            continue
        if not selection.stream or engagement.stream == selection.stream:
            name = names.get(engagement.department_code, engagement.department_code) or "全庁"
            value = f"{STREAMS_JA.get(engagement.stream, engagement.stream)} {engagement.started_on}"
            source = engagement.sources[0] if engagement.sources else None
            yield _row(f"{engagement.code} {name}", value, source, files)


def _items(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    for item in records.checklist(selection.stream).items:
        if not selection.items or item.code in selection.items:
            yield _row(f"{item.code} {item.text_ja}", item.domain_ja, item.source, files)


def _plan(year: YearData, records: YearRecords, _selection: Selection, files: Files) -> Iterator[TraceRow]:
    names = _names(records)
    for cell in year.plan:
        label = f"{names.get(cell.department_code, cell.department_code)} {cell.fiscal_year}年度"
        yield _row(label, STREAMS_JA.get(cell.stream, cell.stream), cell.source, files)


def _trainings(_year: YearData, records: YearRecords, selection: Selection, files: Files) -> Iterator[TraceRow]:
    for training in records.trainings:
        if not selection.items or training.kind in selection.items:
            source = training.sources[0] if training.sources else None
            yield _row(f"{training.title_ja} {training.held_on}", f"{training.attendee_count}人", source, files)


def _vulnerabilities(_year: YearData, records: YearRecords, selection: Selection, _files: Files) -> Iterator[TraceRow]:
    """The counts that were frozen: which host each is on stays with the departments. `stream` is a zone."""
    for cell in records.diagnosis.cells if records.diagnosis else ():
        if selection.stream in ("", cell.zone_code) and (not selection.items or cell.kind in selection.items):
            label = f"{cell.zone_ja}・{KINDS_JA[cell.kind]}・{STATES_JA[cell.state]}"
            yield _row(label, str(cell.count), None, {})


FINDERS: dict[str, Finder] = {
    "judgements": _judgements,
    "tally": _tally,
    "drill": _drill,
    "findings": _findings,
    "published": _published,
    "rules": _rules,
    "departments": _departments,
    "engagements": _engagements,
    "items": _items,
    "plan": _plan,
    "trainings": _trainings,
    "vulnerabilities": _vulnerabilities,
}
