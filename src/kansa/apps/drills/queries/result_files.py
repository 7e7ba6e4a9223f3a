"""How are the results of a drill taken away: a sheet for paper, plain tables, JSON? By the lines of the pages."""

from __future__ import annotations

import json
from collections.abc import Callable

from kansa.apps.drills.queries.shown import VIEWS_JA, GroupLine, RateLine, ShownResult, rate_lines
from kansa.core.fiscal import era_year_ja
from kansa.core.mail_drill.course import COURSE_MINUTES, course_in, step_ja
from kansa.core.mail_drill.results import COUNTS_JA, DEPARTMENT_COUNTS, Shown
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

HEADERS = ("年度", "訓練", "区分", "コード", "名称", "項目", "人数", "分母", "分母の人数", "率（％）", "示さない理由")
NUMBERS = ("人数", "分母の人数")
SCHEMA = 1
CITY_CELLS = ("市全体", "", "市全体")
SHORT_JA = {
    "listed": "名簿",
    "sent": "送信",
    "delivered": "届いた",
    "clicked": "開いた",
    "reported": "報告",
}
ROUNDED_NOTE_JA = (
    "職種別・難易度別の人数は、{k}の倍数に丸めてある。所属別との差引きで少人数の結果が分からないようにするためである。"
)
NOTES_JA = (
    "率は、分子と分母の人数から計算した。一人は一回だけ数える。",
    "訓練は教育のために行い、人事の評価に使わない。個人の順位は作らない。",
)


def columns() -> tuple[OutColumn, ...]:
    """The columns of the plain table."""
    return tuple(OutColumn(header, header not in NUMBERS) for header in HEADERS)


def rows(result: ShownResult) -> list[list[OutCell]]:
    """The plain table: a row for each number of the city and of each group; what is not told is empty and says why."""
    drill = result.campaign.drill
    head: list[OutCell] = [str(drill.fiscal_year), drill.name_ja]
    found: list[list[OutCell]] = []
    if not result.is_small:
        found += [[*head, *CITY_CELLS, COUNTS_JA[name], result.counts(name), "", None, "", ""] for name in COUNTS_JA]
    for one in rate_lines(result):
        sides: list[OutCell] = [None, "", None, ""]
        if one.rate is not None:
            share = printed(one.rate.value * 100, 1)
            sides = [one.rate.numerator, COUNTS_JA[one.words.denominator], one.rate.denominator, share]
        found.append([*head, *CITY_CELLS, one.words.name_ja, *sides, one.reason_ja])
    for line in result.groups:
        found += [[*head, *cells] for cells in group_rows(line)]
    return found


def group_rows(line: GroupLine) -> list[list[OutCell]]:
    """The numbers of one group, a row for each."""
    found: list[list[OutCell]] = []
    for name in DEPARTMENT_COUNTS:
        share = line.share(name) if name in ("clicked", "reported") else None
        reason = line.counts.get(name)
        found.append(
            [
                *(VIEWS_JA[line.view], line.code, line.name_ja, COUNTS_JA[name], line.number(name)),
                *((COUNTS_JA["delivered"], line.number("delivered")) if share is not None else ("", None)),
                printed(share * 100, 1) if share is not None else "",
                reason if isinstance(reason, str) else "",
            ]
        )
    return found


def csv_file(result: ShownResult) -> bytes:
    """The plain table as CSV."""
    return write_csv(columns(), rows(result))


def xlsx_file(result: ShownResult) -> bytes:
    """The plain table as an Excel file."""
    return write_table(columns(), rows(result), "訓練結果")


def notes_of(result: ShownResult) -> list[str]:
    """What has to stand under the numbers."""
    k = result.campaign.small_cell_k
    small = f"{k}人未満の区分と、差引きでそれが分かる欄は示さない。20人未満で全員又は０人の欄も同じ。"
    return [*NOTES_JA, small, ROUNDED_NOTE_JA.format(k=k), ROUNDING_RULE_JA]


def print_file(result: ShownResult) -> bytes:
    """One sheet for paper, with the plain table behind it."""
    drill = result.campaign.drill
    words = [PrintColumn("区分"), PrintColumn("名称")]
    numbers = [PrintColumn(SHORT_JA[name], "right") for name in DEPARTMENT_COUNTS]
    shares = [PrintColumn("開封率（％）", "right"), PrintColumn("報告率（％）", "right")]
    form = PrintForm(
        title_ja="標的型攻撃メール訓練の結果",
        head=[era_year_ja(drill.fiscal_year)],
        lines=[drill.name_ja, *(rate_words(one) for one in rate_lines(result))],
        columns=[*words, *numbers, *shares],
        rows=[print_row(line) for line in result.groups],
        sums=[city_row(result)],
        below=notes_of(result),
    )
    return write_form(form, OutSheet("表", columns(), rows(result)))


def rate_words(one: RateLine) -> str:
    """A rate with both sides in words."""
    if one.rate is None:
        return f"{one.words.name_ja}：—（{one.reason_ja}）"
    sides = f"{one.rate.numerator:,}人 ÷ {one.rate.denominator:,}人。{one.rate.formula_ja}"
    return f"{one.words.name_ja}：{printed(one.rate.value * 100, 1)}％（{sides}）"


def percent(line: GroupLine, name: str) -> str:
    """A rate of a line as printed; a dash where it is not told."""
    share = line.share(name)
    return "—" if share is None else printed(share * 100, 1)


def print_row(line: GroupLine) -> list[OutCell]:
    """A line of the sheet for paper."""
    counts = [line.number(name) for name in DEPARTMENT_COUNTS]
    shown: list[OutCell] = ["非表示" if count is None else count for count in counts]
    return [
        VIEWS_JA.get(line.view, "市全体"),
        line.name_ja,
        *shown,
        percent(line, "clicked"),
        percent(line, "reported"),
    ]


def city_row(result: ShownResult) -> list[OutCell]:
    """The whole city as a line for paper."""
    return print_row(city_group(result))


def city_group(result: ShownResult) -> GroupLine:
    """The whole city as a line of a table."""
    counts: Shown = {name: "非表示" if result.is_small else result.counts(name) for name in DEPARTMENT_COUNTS}
    return GroupLine("city", "", "市全体", counts)


def json_file(result: ShownResult) -> bytes:
    """Everything for a machine; rates as exact fractions, what is not told with its reason."""
    drill = result.campaign.drill
    whole = {
        "schema": SCHEMA,
        "fiscal_year": drill.fiscal_year,
        "code": drill.code,
        "name_ja": drill.name_ja,
        "state": result.campaign.state,
        "small_cell_k": result.campaign.small_cell_k,
        "counts": {} if result.is_small else {name: result.counts(name) for name in COUNTS_JA},
        "counts_ja": COUNTS_JA,
        "rates": [
            {
                "code": one.code,
                "name_ja": one.words.name_ja,
                "numerator": one.words.numerator,
                "denominator": one.words.denominator,
                "rate": str(one.rate.value) if one.rate else None,
                "strict": str(one.low) if one.low is not None else None,
                "loose": str(one.high) if one.high is not None else None,
                "reason_ja": one.reason_ja,
            }
            for one in rate_lines(result)
        ],
        "minutes": {name: result.city.get(name) for name in ("first_click_minutes", "first_report_minutes")},
        "reports_before_first_click": result.city.get("reports_before_first_click"),
        "course": {
            "steps_ja": [step_ja(minutes) for minutes in COURSE_MINUTES],
            **{act: course_in(result.city, act) for act in ("clicked", "reported")},
        },
        "groups": [
            {"view": one.view, "code": one.code, "name_ja": one.name_ja, "counts": dict(one.counts)}
            for one in result.groups
        ],
        "notes_ja": notes_of(result),
    }
    if result.is_small:
        whole |= {"minutes": {}, "course": {}, "reports_before_first_click": None}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA: dict[str, tuple[str, Callable[[ShownResult], bytes]]] = {
    "print.xlsx": (EXCEL, print_file),
    "table.xlsx": (EXCEL, xlsx_file),
    "table.csv": ("text/csv; charset=utf-8", csv_file),
    "results.json": ("application/json", json_file),
}
