"""What does 監査中期計画書 say about a lap: matrix, targets by year, counts, who is left out, and the proof?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from kansa.apps.people.queries import municipality_of
from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries.laps import LapFrame
from kansa.apps.scheduling.queries.matrix import MatrixRow, YearLoad, lap_matrix, year_loads
from kansa.apps.scheduling.queries.papers.paper import PlanPaper, Words, digits, numbered
from kansa.apps.scheduling.queries.standing import standing_plan
from kansa.core.fiscal import era_date_ja, era_year_ja, short_era
from kansa.core.permission import Actor
from kansa.document.letters.lists import PLACES
from kansa.formats.words import AUDIT_STREAMS, DEPARTMENT_KINDS, METHODS
from kansa.formats.writers import OutCell, OutColumn, OutSheet, PrintColumn, PrintForm
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.coverage import coverage_ja
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, Breach, PlanCell, PlannedDepartment

UNREACHED = ("predecessor", "closed", "later", "excluded", "missing")
SHORT_JA = {
    "external": "外部監査を算入",
    "predecessor": "改編前に実施",
    "closed": "廃止",
    "later": "一巡の後に設置",
    "excluded": "対象外",
    "missing": "計画なし",
}
MARKS_JA = {"内部": "○", "外部": "外部", "外部・内部": "外部・○"}
TABLE = "監査中期計画（一覧）"
COLUMNS = (
    OutColumn("年度", is_text=False),
    OutColumn("所属コード"),
    OutColumn("課所等名"),
    OutColumn("部局名"),
    OutColumn("種別"),
    OutColumn("区分"),
    OutColumn("区分コード"),
    OutColumn("方法"),
    OutColumn("方法コード"),
    OutColumn("巡", is_text=False),
)


def lap_paper(actor: Actor, frame: LapFrame, this_year: int) -> PlanPaper:
    """監査中期計画書 of a lap as its accepted plan stands."""
    task, cells = standing_plan(actor.municipality_id, frame, this_year)
    rows, loads, found = lap_matrix(task, cells), year_loads(task, cells), breaches(task, cells)
    known = {one.code: one for one in task.departments}
    unreached = [row for row in rows if row.coverage.state in UNREACHED]
    words = _words(actor, frame) | {
        "対象の課所等の数": digits(len(rows)),
        "内部監査の件数": digits(sum(one.internal_count for one in loads)),
        "外部監査の件数": digits(sum(one.external_count for one in loads)),
        "対象外の数": digits(len(unreached)),
        "確認の結果": coverage_ja((row.coverage for row in rows), found),
    }
    lists = {
        "年度別件数": _count_rows(loads),
        "年度別対象": _target_rows(frame, cells, known),
        "計画表": numbered(_matrix_row(row) for row in rows),
        "対象外": [_left_out_row(row) for row in unreached],
        "合わない条件": [_unmet_row(one, known) for one in found],
    }
    return PlanPaper(
        "medium_term_plan",
        "lap",
        frame.first_fiscal_year,
        len(frame.years),
        words,
        lists,
        lambda values: _form(frame, values, rows, loads),
        OutSheet(TABLE, COLUMNS, _table_rows(frame, cells, known)),
    )


def _words(actor: Actor, frame: LapFrame) -> Words:
    name, length = municipality_of(actor).name_ja, digits(frame.rotation_length)
    first, last = era_year_ja(frame.years[0]), era_year_ja(frame.years[-1])
    visit = "外部監査を受けた年度を除き、" if frame.external_counts_for_rotation else ""
    return {
        "市区町村": name,
        "日付": era_date_ja(timezone.localdate()),
        "策定者": "情報セキュリティ監査統括責任者",
        "巡": f"第{digits(frame.round_number)}巡",
        "期間": first if first == last else f"{first}から{last}まで",
        "一巡の年数": length,
        "基本方針": f"全ての課所等（支所、保育園等の出先機関を含む。）を、{visit}{length}年間の一巡の間に一度ずつ"
        "内部監査の対象とする。外部監査の対象は年度ごとに替え、その年度の内部監査の対象から除く。",
        "監査の基準": f"{name}情報セキュリティポリシー",
        "監査の方法": "内部監査は監査員が書面調査、聞き取り及び現地での確認により、外部監査は委託した事業者が行う。",
        "計算の記録": _record_ja(actor, frame),
        "備考": "組織の改編、重大な事案等により計画を変える必要が生じたときは、変更の内容と理由を示して改める。",
        **dict.fromkeys((f"{place}の年度" for place in PLACES), ""),
        **{f"{place}の年度": short_era(year) for place, year in zip(PLACES, frame.years, strict=False)},
    }


def _record_ja(actor: Actor, frame: LapFrame) -> str:
    """How the accepted plan was computed, so that it can be computed again."""
    drafts = Draft.objects.visible_to(actor).filter(
        kind="rotation", fiscal_year=frame.first_fiscal_year, state="accepted"
    )
    draft = drafts.order_by("accepted_at").last()
    if draft is None:
        return "計算によらず、取り込み又は手により作成"
    best = "（これより小さい計画がないことを確かめた。）" if draft.gap == 0 else ""
    return f"{draft.solver}、種{draft.seed}、入力{draft.input_sha256[:16]}、費用{draft.objective:,}{best}"


def _matrix_row(row: MatrixRow) -> Words:
    marks = [MARKS_JA.get(cell.words_ja, "") for cell in row.cells]
    return {
        **_department_words(row.department),
        "種別": DEPARTMENT_KINDS.ja.get(row.department.kind, ""),
        **dict.fromkeys(PLACES, ""),
        **dict(zip(PLACES, marks, strict=False)),
        "摘要": SHORT_JA.get(row.coverage.state, ""),
    }


def _department_words(one: PlannedDepartment) -> Words:
    return {"コード": one.code, "部局": one.bureau_ja, "課所等": one.name_ja}


def _remark_ja(row: MatrixRow) -> str:
    """Why the department has no internal audit in this lap; "" where it has."""
    return row.coverage.reason_ja if row.coverage.state != "internal" else ""


def _count_rows(loads: Sequence[YearLoad]) -> list[Words]:
    """Counts of each year; a size that no department tells is unknown, not 0."""
    has_staff, has_systems = any(one.staff_count for one in loads), any(one.systems_count for one in loads)
    return [
        {
            "年度": era_year_ja(one.fiscal_year),
            "内部監査": digits(one.internal_count),
            "外部監査": digits(one.external_count),
            "職員数": digits(one.staff_count) if has_staff else "－",
            "システム数": digits(one.systems_count) if has_systems else "－",
        }
        for one in loads
    ]


def _left_out_row(row: MatrixRow) -> Words:
    return {"コード": row.department.code, "課所等": row.department.name_ja, "理由": row.coverage.reason_ja}


def _unmet_row(one: Breach, known: Mapping[str, PlannedDepartment]) -> Words:
    name = known[one.department_code].name_ja if one.department_code in known else "－"
    return {"課所等": name, "内容": one.reason_ja}


def _target_rows(frame: LapFrame, cells: Sequence[PlanCell], known: Mapping[str, PlannedDepartment]) -> list[Words]:
    """The targets of each year by stream and bureau, internal audits first."""
    rows = []
    for year in frame.years:
        for stream in (INTERNAL, EXTERNAL):
            bureaus: dict[tuple[str, str], list[str]] = {}
            for cell in cells:
                if (cell.fiscal_year, cell.stream) == (year, stream) and cell.department_code in known:
                    one = known[cell.department_code]
                    bureaus.setdefault((one.bureau_ja, cell.method), []).append(one.name_ja)
            rows += [
                {
                    "年度": era_year_ja(year),
                    "区分": AUDIT_STREAMS.ja[stream],
                    "部局": bureau,
                    "件数": digits(len(names)),
                    "課所等": "、".join(names),
                    "方法": METHODS.ja[method],
                }
                for (bureau, method), names in bureaus.items()
            ]
    return rows


def _table_rows(
    frame: LapFrame, cells: Sequence[PlanCell], known: Mapping[str, PlannedDepartment]
) -> list[list[OutCell]]:
    """One row for each cell of the plan, as the import reads it."""
    rows: list[list[OutCell]] = []
    for cell in cells:
        one = known.get(cell.department_code)
        rows.append(
            [
                cell.fiscal_year,
                cell.department_code,
                one.name_ja if one else "",
                one.bureau_ja if one else "",
                DEPARTMENT_KINDS.ja.get(one.kind, "") if one else "",
                AUDIT_STREAMS.ja[cell.stream],
                cell.stream,
                METHODS.ja[cell.method],
                cell.method,
                frame.round_number,
            ]
        )
    return rows


def _form(
    frame: LapFrame, values: Mapping[str, str], rows: Sequence[MatrixRow], loads: Sequence[YearLoad]
) -> PrintForm:
    heads = ("番号", "コード", "部局", "課所等", *(short_era(year) for year in frame.years), "摘要")
    align = ("right", "center", "left", "left", *("center" for _ in frame.years), "left")
    table: list[list[OutCell]] = [
        [
            place,
            row.department.code,
            row.department.bureau_ja,
            row.department.name_ja,
            *(MARKS_JA.get(cell.words_ja, "") for cell in row.cells),
            _remark_ja(row),
        ]
        for place, row in enumerate(rows, 1)
    ]
    internal: list[OutCell] = ["", "", "", "内部監査（件）", *(one.internal_count for one in loads), ""]
    external: list[OutCell] = ["", "", "", "外部監査（件）", *(one.external_count for one in loads), ""]
    return PrintForm(
        f"情報セキュリティ監査中期計画書　{values['巡']}（{values['期間']}）",
        tuple(filter(None, (values["文書番号"], values["日付"], values["策定者"]))),
        (
            f"基本方針　{values['基本方針']}",
            f"監査の方法　{values['監査の方法']}",
            "○は内部監査、「外部」は外部監査を示す。",
        ),
        [PrintColumn(*one) for one in zip(heads, align, strict=True)],
        table,
        (internal, external),
        tuple(filter(None, (values["確認の結果"], f"計算の記録　{values['計算の記録']}", values["備考"]))),
    )
