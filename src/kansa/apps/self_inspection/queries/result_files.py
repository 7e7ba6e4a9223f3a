"""How are the results taken away: one sheet for paper, and one plain table for machines, by the same publication?"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence

from kansa.apps.self_inspection.queries.result_lines import (
    LINEAGES_JA,
    VIEWS_JA,
    Line,
    Scope,
    all_lines,
    city_line,
    hidden_notes,
    view_lines,
)
from kansa.core.compliance import RATE_EFFECTS_JA, AnswerCounts
from kansa.core.errors import NotComputable
from kansa.core.fiscal import era_year_ja
from kansa.core.publication import TOTAL
from kansa.core.results import HIDDEN_JA, TEACH_REASONS_JA, TEACH_RULE_JA, ShownRate, YearResults
from kansa.core.rounding import ROUNDING_RULE_JA, printed
from kansa.formats.writers import (
    OutCell,
    OutColumn,
    OutSheet,
    PrintColumn,
    PrintForm,
    write_csv,
    write_form,
    write_table,
)

NUMBERS = ("対象者数", "回答者数", "はい", "いいえ", "該当なし", "無回答", "前年度はい", "前年度いいえ")
HEADERS = (
    *("年度", "区分", "所属コード", "名称", "部局", "項目コード", "点検項目", "項目の区分"),
    *("対象者数", "回答者数", "回答率", "はい", "いいえ", "該当なし", "無回答", "遵守率", "遵守率の状態", "理由"),
    *("前年度はい", "前年度いいえ", "前年度遵守率", "増減", "向上・維持・低下", "率の単位", "増減の単位"),
)
STATES_JA = {
    "exact": "表示",
    "nobody": "回答なし",
    "at_least_95": "幅で表示",
    "at_most_5": "幅で表示",
    "primary": HIDDEN_JA,
    "complementary": HIDDEN_JA,
}
SCHEMA = 1


def table_columns() -> tuple[OutColumn, ...]:
    """The columns of the plain table."""
    return tuple(OutColumn(header, header not in NUMBERS) for header in HEADERS)


def table_rows(results: YearResults, scope: Scope) -> Iterator[list[OutCell]]:
    """The plain table: a row for each group and item; what is not printed is empty and says so."""
    return (row_of(results, line) for line in all_lines(results, scope))


def row_of(results: YearResults, line: Line) -> list[OutCell]:
    """One row."""
    item = results.item(line.item_code) if line.item_code != TOTAL else None
    prior = line.prior
    return [
        str(results.table.fiscal_year),
        "市全体" if line.view == "city" else VIEWS_JA[line.view],
        line.code,
        line.name_ja,
        line.bureau_ja,
        line.item_code,
        item.text_ja if item else "全項目",
        LINEAGES_JA.get(item.lineage, "") if item else "",
        line.asked or None,
        line.answered,
        line.response_shown,
        *numbers_of(line.rate.counts),
        shown_or_blank(line.rate),
        STATES_JA[line.rate.state],
        line.rate.reason_ja,
        *(numbers_of(prior.counts if prior else None)[:2]),
        shown_or_blank(prior) if prior else "",
        line.change_shown,
        line.direction_ja,
        "％",
        "ポイント",
    ]


def numbers_of(counts: AnswerCounts | None) -> list[OutCell]:
    """はい, いいえ, 該当なし, 無回答; empty when not printed, which is not 0."""
    return [counts.yes, counts.no, counts.not_applicable, counts.blank] if counts else [None] * 4


def shown_or_blank(rate: ShownRate) -> str:
    """The rate or its band; empty when hidden or nobody answered."""
    return "" if rate.is_hidden or rate.state == "nobody" else rate.shown


def print_columns() -> tuple[PrintColumn, ...]:
    """The columns of the sheet for paper."""
    words = (("区分", "left"), ("名称", "left"), *((one, "right") for one in ("対象者", "回答者", "回答率（％）")))
    rates = ("遵守率（％）", "はい", "はい＋いいえ", "前年度（％）", "増減（ポイント）")
    return tuple(PrintColumn(*one) for one in (*words, *((one, "right") for one in rates)))


def print_row(line: Line) -> list[OutCell]:
    """A line of the sheet for paper."""
    counts = line.rate.counts
    return [
        "市全体" if line.view == "city" else VIEWS_JA[line.view],
        line.name_ja,
        line.asked or None,
        line.answered,
        line.response_shown or "—",
        line.rate.shown,
        counts.yes if counts else "",
        counts.applicable if counts else "",
        line.prior.shown if line.prior else "—",
        line.change_shown or "—",
    ]


def print_form(results: YearResults, scope: Scope) -> bytes:
    """Excel: the sheet for paper with all groups, and beside it the plain table."""
    lines = [city_line(results)]
    for view in VIEWS_JA:
        lines += view_lines(results, view, scope)
    year_ja = era_year_ja(results.table.fiscal_year)
    form = PrintForm(
        f"{year_ja} 情報セキュリティ自己点検 結果",
        (),
        ("遵守率＝「はい」÷（「はい」＋「いいえ」）。該当なしと無回答は分母に入れない。回答率＝回答者÷対象者。",),
        print_columns(),
        [print_row(line) for line in lines],
        below=(*hidden_notes(results), ROUNDING_RULE_JA),
    )
    return write_form(form, OutSheet("表", table_columns(), list(table_rows(results, scope))))


def table_xlsx(results: YearResults, scope: Scope) -> bytes:
    """The plain table as Excel."""
    return write_table(table_columns(), list(table_rows(results, scope)), "自己点検結果")


def table_csv(results: YearResults, scope: Scope) -> bytes:
    """The plain table as CSV."""
    return write_csv(table_columns(), table_rows(results, scope))


def results_json(results: YearResults, scope: Scope) -> bytes:
    """Everything as JSON: exact numbers as numerator and denominator, what is not printed as null with its state.

    A cell is a line, written one after the other, so that the memory it takes is that of the text alone.
    """
    told = {
        "schema": SCHEMA,
        "fiscal_year": results.table.fiscal_year,
        "small_cell_k": results.table.k,
        "notes_ja": [*hidden_notes(results), ROUNDING_RULE_JA],
        "change": change_of_city(results),
        "to_teach": teach_of(results),
    }
    text = io.StringIO()
    text.write('{"cells": [')
    for number, line in enumerate(all_lines(results, scope)):
        text.write(",\n" if number else "\n")
        text.write(json.dumps(cell_of(line), ensure_ascii=False, sort_keys=True))
    text.write("\n],\n")
    text.write(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)[1:])
    return text.getvalue().encode()


TEACH_HEADERS = ("年度", "順", "項目コード", "点検項目", "理由", "遵守率", "はい", "いいえ", "前年度遵守率", "増減")


def teach_rows(results: YearResults) -> list[list[OutCell]]:
    """The items to teach first, in their order."""
    found: list[list[OutCell]] = []
    for number, one in enumerate(results.to_teach, 1):
        move, places = one.movement, results.table.places
        counts = move.this.counts or AnswerCounts(0, 0)
        change = printed(move.change * 100, places, signed=True) if move.change is not None else ""
        reasons = "、".join(TEACH_REASONS_JA[code] for code in one.reasons)
        words = (move.item.code, move.item.text_ja, reasons, move.this.shown)
        prior = shown_or_blank(move.prior) if move.prior else ""
        found.append([str(results.table.fiscal_year), number, *words, counts.yes, counts.no, prior, change])
    return found


def teach_columns() -> tuple[OutColumn, ...]:
    """The columns of the items to teach."""
    return tuple(OutColumn(header, header not in ("順", "はい", "いいえ")) for header in TEACH_HEADERS)


def teach_form(results: YearResults, scope: Scope) -> bytes:
    """Excel: the items to teach for paper, with room for what is planned, and beside it the table."""
    del scope  # of the whole city, which everybody who sees results sees
    year_ja = era_year_ja(results.table.fiscal_year)
    heads = ("順", "項目", "点検の内容", "理由", "遵守率（％）", "増減（ポイント）", "いいえ", "教える予定　　　")
    rows = [[row[1], *row[2:6], row[9] or "—", row[7], ""] for row in teach_rows(results)]
    sides = ("right", "left", "left", "left", "right", "right", "right", "left")
    columns = tuple(PrintColumn(*one) for one in zip(heads, sides, strict=True))
    form = PrintForm(
        f"{year_ja} 情報セキュリティ自己点検 先に教える項目",
        (),
        (TEACH_RULE_JA,),
        columns,
        rows,
        below=(*hidden_notes(results), ROUNDING_RULE_JA),
    )
    return write_form(form, OutSheet("表", teach_columns(), teach_rows(results)))


def teach_csv(results: YearResults, scope: Scope) -> bytes:
    """The items to teach as CSV."""
    del scope
    return write_csv(teach_columns(), teach_rows(results))


def cell_of(line: Line) -> dict[str, object]:
    """A line as JSON."""
    counts = line.rate.counts
    prior = line.prior.counts if line.prior else None
    return {
        "view": line.view,
        "department_code": line.code,
        "name_ja": line.name_ja,
        "item_code": line.item_code,
        "asked_count": line.asked or None,
        "respondent_count": line.answered,
        "state": line.rate.state,
        "shown": line.rate.shown,
        "reason_ja": line.rate.reason_ja,
        "yes_count": counts.yes if counts else None,
        "applicable_count": counts.applicable if counts else None,
        "not_applicable_count": counts.not_applicable if counts else None,
        "blank_count": counts.blank if counts else None,
        "prior_state": line.prior.state if line.prior else None,
        "prior_shown": line.prior.shown if line.prior else None,
        "prior_yes_count": prior.yes if prior else None,
        "prior_applicable_count": prior.applicable if prior else None,
        "change_points": line.change_shown or None,
    }


def change_of_city(results: YearResults) -> dict[str, object]:
    """The city's change and its parts, exact as text."""
    comparison = results.comparison
    if isinstance(comparison, NotComputable):
        return {"reason_ja": comparison.reason_ja}
    parts: Sequence[dict[str, object]] = [
        {
            "code": one.code,
            "label_ja": RATE_EFFECTS_JA[one.code],
            "exact": str(one.value),
            "points": printed(one.value * 100, results.table.places + 1, signed=True),
        }
        for one in comparison.effects
    ]
    points = printed(comparison.change * 100, results.table.places, signed=True)
    return {"exact": str(comparison.change), "points": points, "parts": parts}


def teach_of(results: YearResults) -> dict[str, object]:
    """The items to teach first with their reasons."""
    items = [
        {"item_code": one.movement.item.code, "reasons_ja": [TEACH_REASONS_JA[code] for code in one.reasons]}
        for one in results.to_teach
    ]
    return {"rule_ja": TEACH_RULE_JA, "items": items}


MEDIA = {
    "print.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", print_form),
    "table.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", table_xlsx),
    "table.csv": ("text/csv; charset=utf-8", table_csv),
    "results.json": ("application/json", results_json),
    "teach.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", teach_form),
    "teach.csv": ("text/csv; charset=utf-8", teach_csv),
}
