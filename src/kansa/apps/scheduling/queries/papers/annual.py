"""What does 年度監査計画書 say about a year: audits with days and auditors, those of the whole city, training?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kansa.apps.controls.queries import active_items
from kansa.apps.people.models import Department
from kansa.apps.people.queries import municipality_of
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.plan.models import PlanCell as PlanRow
from kansa.apps.plan.queries import trainings
from kansa.apps.scheduling.models import HALVES_JA, EngagementSlot
from kansa.apps.scheduling.queries.laps import frame_of
from kansa.apps.scheduling.queries.papers.paper import PlanPaper, Words, digits, numbered
from kansa.core.fiscal import era_date_ja, era_year_ja, official_digits, parse_era_date
from kansa.core.permission import Actor
from kansa.formats.words import AUDIT_STREAMS, METHODS, TRAINING_KINDS
from kansa.formats.writers import OutCell, OutColumn, OutSheet, PrintColumn, PrintForm
from kansa.planning.rotation.values import CONTROL_CHECK, EXTERNAL, INTERNAL

LATER_JA = "別に定める"
INSPECTION = "self_inspection"
COLUMNS = (
    OutColumn("年度", is_text=False),
    OutColumn("区分コード"),
    OutColumn("区分"),
    OutColumn("手法コード"),
    OutColumn("手法"),
    OutColumn("実施番号"),
    OutColumn("所属コード"),
    OutColumn("課所等名"),
    OutColumn("部局名"),
    OutColumn("開始日"),
    OutColumn("終了日"),
    OutColumn("監査員"),
    OutColumn("特命"),
    OutColumn("中期計画"),
)


WEEKDAYS_JA = "月火水木金土日"


def day_ja(day: date) -> str:
    """A day within the fiscal year, which the title names: 10月16日（水）."""
    return f"{digits(day.month)}月{digits(day.day)}日（{WEEKDAYS_JA[day.weekday()]}）"


@dataclass(frozen=True, slots=True)
class AnnualLine:
    """One audit of the year: planned, with or without an engagement yet, or ordered outside the plan."""

    stream: str
    method: str
    department: Department | None
    engagement: Engagement | None
    auditors: tuple[str, ...]
    is_planned: bool
    half_ja: str = ""  # 午前 or 午後, where a half day is set

    @property
    def remark_ja(self) -> str:
        """What is unusual about it."""
        if self.engagement is not None and self.engagement.is_special:
            return "特命監査"
        return "" if self.is_planned or self.department is None else "中期計画の外"

    @property
    def days_ja(self) -> str:
        """The days, or that they are not set yet."""
        one = self.engagement
        if one is None or one.started_on is None:
            return LATER_JA
        until = one.ended_on if one.ended_on is not None and one.ended_on != one.started_on else None
        return day_ja(one.started_on) + self.half_ja + (f"から{day_ja(until)}まで" if until else "")

    @property
    def auditors_ja(self) -> str:
        """The auditors, the lead first; the firm where none is named."""
        firm = self.engagement.firm if self.engagement else None
        return "、".join(self.auditors) or (firm.name_ja if firm else LATER_JA)


def annual_lines(actor: Actor, fiscal_year: int) -> list[AnnualLine]:
    """Every audit of the year by department code, city-wide ones by their code. Five queries."""
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year).select_related("department", "firm")
    names: dict[int, list[str]] = {}
    people = EngagementAuditor.objects.filter(
        municipality_id=actor.municipality_id, engagement__fiscal_year=fiscal_year
    ).select_related("staff")
    for one in people.order_by("-is_lead", "reference"):
        names.setdefault(one.engagement_id, []).append(one.staff.name_ja if one.staff else one.reference)
    slots = EngagementSlot.objects.filter(
        municipality_id=actor.municipality_id, engagement__fiscal_year=fiscal_year
    ).values_list("engagement_id", "day", "half")
    halves: dict[tuple[int, date | None], str] = {(key, day): HALVES_JA[half] for key, day, half in slots}
    cells = PlanRow.objects.filter(municipality_id=actor.municipality_id, fiscal_year=fiscal_year)
    planned = {(one.department.code, one.stream): one.department for one in cells.select_related("department")}
    lines, met = [], set()
    for row in rows.order_by("code"):
        key = (row.department.code, row.stream) if row.department and row.method == CONTROL_CHECK else None
        is_planned = key in planned and not row.is_special
        if key is not None and is_planned:
            met.add(key)
        own = tuple(names.get(row.pk, ()))
        half = halves.get((row.pk, row.started_on), "")
        lines.append(AnnualLine(row.stream, row.method, row.department, row, own, is_planned, half))
    lines += [
        AnnualLine(stream, CONTROL_CHECK, department, None, (), True)
        for (code, stream), department in planned.items()
        if (code, stream) not in met
    ]
    return sorted(lines, key=_order)


def _order(one: AnnualLine) -> tuple[str, str]:
    return one.department.code if one.department else "", one.engagement.code if one.engagement else ""


def annual_paper(actor: Actor, fiscal_year: int) -> PlanPaper:
    """年度監査計画書 of a fiscal year."""
    lines = annual_lines(actor, fiscal_year)
    streams = {stream: [one for one in lines if one.department and one.stream == stream] for stream in AUDIT_STREAMS.ja}
    city_wide = [one for one in lines if one.department is None]
    auditors = _auditor_rows(actor, fiscal_year)
    lists = {
        "内部監査": numbered(map(_line_row, streams[INTERNAL])),
        "外部監査": numbered(map(_line_row, streams[EXTERNAL])),
        "全庁": numbered(_city_wide_rows(actor, fiscal_year, city_wide)),
        "研修": _training_rows(actor, fiscal_year),
        "監査員": auditors,
    }
    words = _words(actor, fiscal_year, lines) | {
        "内部監査の件数": digits(len(streams[INTERNAL])),
        "外部監査の件数": digits(len(streams[EXTERNAL])),
        "監査員の数": digits(len(auditors)),
    }
    return PlanPaper(
        "annual_plan",
        "fiscal_year",
        fiscal_year,
        1,
        words,
        lists,
        lambda values: _form(values, lists),
        OutSheet("年度監査計画（一覧）", COLUMNS, [_table_row(fiscal_year, one) for one in lines]),
    )


def _words(actor: Actor, fiscal_year: int, lines: Sequence[AnnualLine]) -> Words:
    name, frame = municipality_of(actor).name_ja, frame_of(actor.municipality_id, fiscal_year)
    place = digits(fiscal_year - frame.first_fiscal_year + 1)
    days = [
        day for one in lines if one.engagement for day in (one.engagement.started_on, one.engagement.ended_on) if day
    ]
    period = f"{era_date_ja(min(days))}から{era_date_ja(max(days))}まで" if days else era_year_ja(fiscal_year)
    return {
        "市区町村": name,
        "年度": era_year_ja(fiscal_year),
        "日付": era_date_ja(timezone.localdate()),
        "策定者": "情報セキュリティ監査統括責任者",
        "巡": f"第{digits(frame.round_number)}巡の{place}年目",
        "監査の目的": "情報資産の取扱いが情報セキュリティポリシーに沿っているかを確かめ、改善を助言すること。",
        "重点項目": "特に定めない。",
        "監査の基準": f"{name}情報セキュリティポリシー",
        "監査の方法": "内部監査は監査員が書面調査、聞き取り及び現地での確認により、外部監査は委託した事業者が行う。",
        "期間": period,
        "備考": f"日程及び監査員を「{LATER_JA}」とした監査は、実施計画書により定める。",
    }


def _line_row(one: AnnualLine) -> Words:
    assert one.department is not None
    return {
        "実施番号": one.engagement.code if one.engagement else "",
        "コード": one.department.code,
        "部局": one.department.bureau_ja,
        "課所等": one.department.name_ja,
        "方法": METHODS.ja[one.method],
        "日程": one.days_ja,
        "監査員": one.auditors_ja,
        "摘要": one.remark_ja,
    }


def _city_wide_rows(actor: Actor, fiscal_year: int, lines: Iterable[AnnualLine]) -> Iterator[Words]:
    """Diagnoses, drills and other audits of the whole city, then the self-inspection where it has questions."""
    for one in lines:
        yield {
            "方法": METHODS.ja[one.method],
            "実施番号": one.engagement.code if one.engagement else "",
            "対象": "全庁",
            "日程": one.days_ja,
            "担当": one.auditors_ja,
        }
    if (fiscal_year, INSPECTION) in active_items(actor.municipality_id, [fiscal_year]):
        yield {"方法": "自己点検", "実施番号": "", "対象": "全職員", "日程": LATER_JA, "担当": "各職員"}


def _training_rows(actor: Actor, fiscal_year: int) -> list[Words]:
    return [
        {
            "日付": era_date_ja(parse_era_date(one.held_on)),
            "区分": TRAINING_KINDS.ja[one.kind],
            "題名": one.title_ja,
            "時間": f"{official_digits(one.minutes)}分",
            "人数": digits(one.attendee_count),
        }
        for one in trainings(actor.municipality_id, fiscal_year)
    ]


def _auditor_rows(actor: Actor, fiscal_year: int) -> list[Words]:
    """The members of staff who audit in this year, by department and number."""
    people = EngagementAuditor.objects.filter(
        municipality_id=actor.municipality_id, engagement__fiscal_year=fiscal_year, staff__isnull=False
    ).select_related("staff__department")
    found = [one.staff for one in people if one.staff is not None]
    counts = Counter(one.staff_number for one in found)
    known = {one.staff_number: one for one in found}
    ordered = sorted(known.values(), key=lambda one: (one.department.code, one.staff_number))
    return [
        {
            "氏名": one.name_ja,
            "所属": f"{one.department.bureau_ja}{one.department.name_ja}　{one.post_ja}".strip("　"),
            "件数": digits(counts[one.staff_number]),
        }
        for one in ordered
    ]


def _table_row(fiscal_year: int, one: AnnualLine) -> list[OutCell]:
    engagement, department = one.engagement, one.department
    first, last = (engagement.started_on, engagement.ended_on) if engagement else (None, None)
    return [
        fiscal_year,
        one.stream,
        AUDIT_STREAMS.ja[one.stream],
        one.method,
        METHODS.ja[one.method],
        engagement.code if engagement else "",
        department.code if department else "",
        department.name_ja if department else "全庁",
        department.bureau_ja if department else "",
        first.isoformat() if first else "",
        last.isoformat() if last else "",
        "、".join(one.auditors),
        "○" if engagement and engagement.is_special else "",
        "○" if one.is_planned else "",
    ]


FORM_COLUMNS = (
    PrintColumn("区分", "center"),
    PrintColumn("番号", "center"),
    PrintColumn("実施番号", "center"),
    PrintColumn("部局"),
    PrintColumn("課所等・題名"),
    PrintColumn("方法"),
    PrintColumn("日程"),
    PrintColumn("監査員・担当"),
    PrintColumn("摘要"),
)


def _form(values: Mapping[str, str], lists: Mapping[str, list[Words]]) -> PrintForm:
    rows: list[list[OutCell]] = []
    for name in ("内部監査", "外部監査"):
        cells = ("番号", "実施番号", "部局", "課所等", "方法", "日程", "監査員", "摘要")
        rows += [[name, *(row[cell] for cell in cells)] for row in lists[name]]
    for row in lists["全庁"]:
        rows.append(["全庁", row["番号"], row["実施番号"], "", row["対象"], row["方法"], row["日程"], row["担当"], ""])
    for place, row in enumerate(lists["研修"], 1):
        size = f"{row['時間']}、{row['人数']}人"
        rows.append(["研修", digits(place), "", "", row["題名"], row["区分"], row["日付"], "", size])
    counts = f"内部監査　{values['内部監査の件数']}件　外部監査　{values['外部監査の件数']}件"
    people = "、".join(f"{row['氏名']}（{row['所属']}、{row['件数']}件）" for row in lists["監査員"])
    return PrintForm(
        f"{values['年度']}情報セキュリティ監査計画書（{values['巡']}）",
        tuple(filter(None, (values["文書番号"], values["日付"], values["策定者"]))),
        (f"監査の目的　{values['監査の目的']}", f"監査の期間　{values['期間']}　{counts}"),
        FORM_COLUMNS,
        rows,
        (),
        tuple(filter(None, (f"監査員　{people}" if people else "", values["備考"]))),
    )
