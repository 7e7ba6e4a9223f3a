"""Where do a department's はい and the audit of the same year disagree, for a page, for paper and for machines?"""

from __future__ import annotations

from dataclasses import dataclass

from kansa.apps.annual_report.queries.department import TOLD_STATES
from kansa.apps.assessment.models import Judgement
from kansa.apps.self_inspection.queries import asked_results
from kansa.apps.self_inspection.queries.result_lines import Scope, hidden_notes
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.core.results import AUDITED_AT_MOST, SAID_YES_FROM, Audited, Contradiction, YearResults
from kansa.core.rounding import ROUNDING_RULE_JA
from kansa.core.streams import AUDIT_STREAMS
from kansa.core.year import Department
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

RULE_JA = (
    f"自己点検の遵守率が{int(SAID_YES_FROM * 100)}％以上で、同じ年度の監査の同じ条項の項目が"
    f"レベル{AUDITED_AT_MOST}以下の所属。"
)
ADVICE_JA = (
    "どちらかが誤りと決まったわけではない。"
    "質問の意味が伝わっているか、監査が一部だけを見ていないかを、所属と一緒に確かめる。"
)
HEADERS = (
    *("年度", "所属コード", "課所等", "部局", "条項", "点検項目コード", "点検項目", "遵守率", "遵守率の状態"),
    *("はい", "はい＋いいえ", "監査の番号", "監査項目コード", "監査項目", "監査のレベル"),
)
NUMBERS = ("はい", "はい＋いいえ", "監査のレベル")
STATES_JA = {"exact": "表示", "at_least_95": "幅で表示"}


def audited_low(municipality_id: int, fiscal_year: int, *, told_only: bool) -> list[Audited]:
    """Judgements of the year's control checks that are low enough to contradict a はい; special ones included.

    `told_only`: those that the department was told of. One query.
    """
    rows = Judgement.objects.filter(
        municipality_id=municipality_id,
        engagement__fiscal_year=fiscal_year,
        engagement__stream__in=AUDIT_STREAMS,
        engagement__method="control_check",
        engagement__department__isnull=False,
        state="judged",
        level__lte=AUDITED_AT_MOST,
    )
    if told_only:
        rows = rows.filter(engagement__state__in=TOLD_STATES)
    values = ("engagement__code", "engagement__department__code", "item__code", "item__text_ja")
    found = rows.order_by("engagement__code", "item__position").values_list(*values, "item__policy_clause", "level")
    return [Audited(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Disagreements:
    """The contradictions that a person may see, each with its department; a head those of the own ones only."""

    results: YearResults
    scope: Scope
    lines: tuple[tuple[Department, Contradiction], ...]


def disagreements(actor: Actor, fiscal_year: int) -> Disagreements | None:
    """What page and files print; None for a year without a tally. Raises NotDecided.

    By the decision of the year: a hidden rate says nothing, and a band is printed as a band.
    """
    asked = asked_results(actor, fiscal_year)
    if asked is None:
        return None
    results, scope = asked
    found = results.contradictions(audited_low(actor.municipality_id, fiscal_year, told_only=not scope.reads_all))
    names = results.table.department
    seen = tuple((names[one.department_code], one) for one in found if scope.sees(one.department_code))
    return Disagreements(results, scope, seen)


def table_row(fiscal_year: int, place: Department, one: Contradiction) -> list[OutCell]:
    """A row for machines; numbers only where the rate is printed exactly."""
    counts = one.said.counts
    return [
        *(str(fiscal_year), place.code, place.name_ja, place.bureau_ja, one.audited.policy_clause),
        *(one.item.code, one.item.text_ja, one.said.shown, STATES_JA.get(one.said.state, one.said.state)),
        *(counts.yes if counts else None, counts.applicable if counts else None),
        *(one.audited.engagement_code, one.audited.item_code, one.audited.text_ja, one.audited.level),
    ]


def table_columns() -> tuple[OutColumn, ...]:
    """The columns of the table for machines."""
    return tuple(OutColumn(header, header not in NUMBERS) for header in HEADERS)


def table_rows(found: Disagreements) -> list[list[OutCell]]:
    """The table for machines."""
    return [table_row(found.results.table.fiscal_year, place, one) for place, one in found.lines]


def print_form(found: Disagreements) -> bytes:
    """Excel: the list for paper, with room for what was found out, and beside it the table."""
    year_ja = era_year_ja(found.results.table.fiscal_year)
    columns = (
        *(
            PrintColumn("課所等"),
            PrintColumn("条項"),
            PrintColumn("自己点検の項目"),
            PrintColumn("遵守率（％）", "right"),
        ),
        *(
            PrintColumn("監査の項目"),
            PrintColumn("レベル", "center"),
            PrintColumn("監査"),
            PrintColumn("確かめた結果　　　"),
        ),
    )
    rows: list[list[OutCell]] = [
        [
            *(place.name_ja, one.audited.policy_clause, f"{one.item.code} {one.item.text_ja}", one.said.shown),
            *(f"{one.audited.item_code} {one.audited.text_ja}", one.audited.level, one.audited.engagement_code, ""),
        ]
        for place, one in found.lines
    ]
    lines = (RULE_JA, ADVICE_JA, *(() if rows else ("食い違いは見付からなかった。",)))
    below = (*hidden_notes(found.results), ROUNDING_RULE_JA)
    form = PrintForm(f"{year_ja} 自己点検と監査の食い違い", (), lines, columns, rows, below=below)
    return write_form(form, OutSheet("表", table_columns(), table_rows(found)))


def table_xlsx(found: Disagreements) -> bytes:
    """The table as Excel."""
    return write_table(table_columns(), table_rows(found), "監査との食い違い")


def table_csv(found: Disagreements) -> bytes:
    """The table as CSV."""
    return write_csv(table_columns(), table_rows(found))


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTRADICTION_FILES = {
    "print.xlsx": (EXCEL, print_form),
    "table.xlsx": (EXCEL, table_xlsx),
    "table.csv": ("text/csv; charset=utf-8", table_csv),
}
