"""What stands in a letter: the words that the records give, what the office typed, and on which template?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.core.files.storage import storages
from django.utils import timezone

from kansa.apps.assessment.models import Judgement
from kansa.apps.assessment.queries import prior_levels
from kansa.apps.audits.models import Letter, LetterTemplate
from kansa.apps.audits.queries.auditors import auditor_lines
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.findings.models import SEVERITIES_JA, FactCheck, Finding, FindingSecrecy, ImprovementPlan
from kansa.apps.findings.queries import Standing, loaded, standings
from kansa.apps.people.queries import municipality_of
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import era_date_ja, era_year_ja, official_digits
from kansa.core.permission import Actor
from kansa.core.rounding import printed
from kansa.document.letters.defaults import default_template
from kansa.document.letters.kinds import KINDS, LetterKind
from kansa.document.letters.offer import LetterField

Words = dict[str, str]
ABOUT_ENGAGEMENTS = (
    "engagement_plan",
    "notice",
    "checklist",
    "working_paper",
    "result_notice",
    "improvement_plan",
    "follow_up",
)
STREAMS_JA = {"external_audit": "情報セキュリティ外部監査", "internal_audit": "情報セキュリティ内部監査"}
LINEAGES_JA = {"carried": "継続", "revised": "見直し", "added": "追加"}
METHODS_JA = {"document": "文書", "interview": "聞き取り", "inspection": "現物"}
AGREEMENTS_JA = {
    "agreement": "同意する。",
    "disagreement_of_fact": "事実に関する見解の相違がある。",
    "disagreement_of_judgement": "判断に関する見解の相違がある。",
}
SECRET_JA = "（非公開）"


@dataclass(frozen=True, slots=True)
class LetterSubject:
    """What a letter is about. `words`: the fields that the records answer; `rows`: the lists, made from all fields.

    `more`: what is typed besides the kind's single fields, because it stands in a row and needs the office's eye.
    """

    name: str  # one of models.SUBJECTS
    key: str
    told_key: str  # in the trail
    words: Words
    rows: Callable[[Words], dict[str, list[Words]]]
    more: tuple[LetterField, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterForm:
    """A letter as it stands: what every field says, which of them the records gave, and its version."""

    kind: LetterKind
    fields: tuple[LetterField, ...]
    values: Words
    given: frozenset[str]
    version: int


def template_of(actor: Actor, kind: str) -> tuple[bytes, LetterTemplate | None]:
    """The Word template of a kind: the city's newest one, else kansa's own."""
    rows = LetterTemplate.objects.visible_to(actor).filter(kind=kind, withdrawn_at__isnull=True)
    newest = rows.order_by("uploaded_at", "pk").last()
    if newest is None:
        return default_template(kind), None
    with storages["default"].open(newest.stored_name) as stored:
        return bytes(stored.read()), newest


def letter_form(actor: Actor, kind: str, subject: LetterSubject) -> LetterForm:
    """One letter about its subject. What was typed wins over what the records say."""
    fields = (*KINDS[kind].fields, *subject.more)
    letter = saved_letter(actor, kind, subject)
    typed: Mapping[str, str] = letter.fields if letter else {}
    names = [field.name for field in fields]
    values = {name: typed.get(name, subject.words.get(name, "")) for name in names}
    given = frozenset(name for name in names if subject.words.get(name) and name not in typed)
    return LetterForm(KINDS[kind], fields, values, given, letter.version if letter else 0)


def saved_letter(actor: Actor, kind: str, subject: LetterSubject) -> Letter | None:
    """What was typed into it so far."""
    rows = Letter.objects.visible_to(actor).filter(kind=kind, subject=subject.name, subject_key=subject.key)
    found: Letter | None = rows.first()
    return found


def engagement_subject(actor: Actor, engagement: Engagement) -> LetterSubject:
    """Letters about one audit."""
    return LetterSubject(
        "engagement",
        str(engagement.pk),
        f"{engagement.fiscal_year}/{engagement.code}",
        engagement_words(actor, engagement),
        lambda _values: letter_lists(engagement),
    )


def engagement_words(actor: Actor, engagement: Engagement) -> Words:
    """The single fields that the records of an engagement answer."""
    auditors = "、".join(line.name_ja for line in auditor_lines(engagement))
    first, last = engagement.started_on, engagement.ended_on
    words = {
        "市区町村": municipality_of(actor).name_ja,
        "年度": era_year_ja(engagement.fiscal_year),
        "監査の種別": STREAMS_JA[engagement.stream],
        "実施番号": engagement.code,
        "被監査部門": engagement.department.name_ja if engagement.department else "全庁",
        "宛先": f"{engagement.department.name_ja}の長" if engagement.department else "",
        "監査員": auditors,
        "対象外とした範囲": engagement.scope_left_out_ja,
        "実施方法": "書面調査、聞き取り及び現地での確認",
        "結果通知の番号": engagement.result_number,
        "結果通知の日付": era_date_ja(engagement.result_on) if engagement.result_on else "",
        "日付": era_date_ja(timezone.localdate()),
    }
    if first is not None:
        until = f"から{era_date_ja(last)}まで" if last is not None and last != first else ""
        words |= {"期間": f"{era_date_ja(first)}{until}", "実地監査日時": era_date_ja(first)}
    return words | judged_words(engagement)


def judged_words(engagement: Engagement) -> Words:
    """Numbers of judged items, their mean with two digits, and of findings."""
    levels = list(
        Judgement.objects.filter(
            municipality_id=engagement.municipality_id, engagement=engagement, state="judged"
        ).values_list("level", flat=True)
    )
    left_out = Judgement.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, state="not_applicable"
    ).count()
    found = findings_of(engagement)
    return {
        "判定した項目数": official_digits(len(levels)),
        "対象外の項目数": official_digits(left_out),
        "判定の平均": mean_words(levels),
        "検出事項の数": official_digits(len(found)),
    }


def mean_words(levels: Sequence[int | None]) -> str:
    """The mean of these levels as it is printed; a dash where nothing was judged."""
    judged = [level for level in levels if level is not None]
    return printed(Fraction(sum(judged), len(judged)), 2) if judged else "－"


def findings_of(engagement: Engagement) -> list[Finding]:
    """The findings of an engagement that were not withdrawn, by code."""
    rows = Finding.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement, is_withdrawn=False)
    return list(loaded(rows).order_by("code"))


def letter_lists(engagement: Engagement) -> dict[str, list[Words]]:
    """Every list that letters about an engagement repeat rows for."""
    found = findings_of(engagement)
    standing = standings(found, timezone.localdate())
    return {
        "監査体制": auditor_rows(engagement),
        "日程": schedule_rows(engagement),
        "監査項目": item_rows(engagement),
        "検出事項": finding_rows(engagement, found),
        "改善計画": [plan_row(place, one) for place, one in enumerate(standing, 1)],
        "フォローアップ": [follow_up_row(place, one) for place, one in enumerate(standing, 1)],
    }


def auditor_rows(engagement: Engagement) -> list[Words]:
    """監査体制: the lead first."""
    rows = []
    for line in auditor_lines(engagement):
        is_lead = line.auditor is not None and line.auditor.is_lead
        place = f"{line.staff.department.name_ja}　{line.staff.post_ja}".strip() if line.staff is not None else ""
        firm = engagement.firm.name_ja if engagement.firm else ""
        rows.append({"役割": "監査員（主任）" if is_lead else "監査員", "氏名": line.name_ja, "所属": place or firm})
    return rows


def schedule_rows(engagement: Engagement) -> list[Words]:
    """日程: the day of the fieldwork; other days are written into the template or the remarks."""
    if engagement.started_on is None:
        return []
    return [{"日付": era_date_ja(engagement.started_on), "時間": "", "内容": "実地監査", "場所": ""}]


def item_rows(engagement: Engagement) -> list[Words]:
    """監査項目 in checklist order with what is judged already, in the wording that was judged."""
    items = active_items(engagement.municipality_id, [engagement.fiscal_year])
    chosen = list(items.get((engagement.fiscal_year, engagement.stream), {}).values())
    rows = Judgement.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    judged = {row.item_id: row for row in rows.select_related("wording")}
    if judged:
        chosen = [item for item in chosen if item.pk in judged]
    prior = prior_levels(engagement)
    return [item_row(place, item, judged.get(item.pk), prior) for place, item in enumerate(chosen, 1)]


def item_row(place: int, item: ControlItem, row: Judgement | None, prior: Mapping[str, str]) -> Words:
    """One item of the checklist or the working paper; a judged one in the wording that was judged."""
    level = "" if row is None or row.level is None else str(row.level)
    words = row.wording if row is not None and row.wording is not None else item
    return {
        "番号": official_digits(place),
        "分野": item.domain_ja,
        "本文": words.text_ja,
        "着眼点": words.criteria_ja,
        "由来": LINEAGES_JA.get(item.lineage, ""),
        "前年度": prior.get(item.prior_code, "") if item.prior_code else "",
        "判定": "対象外" if row is not None and row.state == "not_applicable" else level,
        "対象外の理由": row.reason_ja if row else "",
        "確認方法": "、".join(METHODS_JA[word] for word in row.methods.split(",") if word) if row else "",
        "証拠": row.evidence_ja if row else "",
        "所見": "",
    }


def finding_rows(engagement: Engagement, found: Sequence[Finding]) -> list[Words]:
    """検出事項 as the audited department is told; a field that is secret from it is not printed."""
    keys = [one.pk for one in found]
    secret = set(FindingSecrecy.objects.filter(finding__in=keys).values_list("finding_id", "field"))
    checks = {one.finding_id: one for one in FactCheck.objects.filter(finding__in=keys, answered_at__isnull=False)}

    def words(one: Finding, field: str) -> str:
        return SECRET_JA if (one.pk, field) in secret else str(getattr(one, field))

    rows = []
    for place, one in enumerate(found, 1):
        check = checks.get(one.pk)
        rows.append(
            {
                "番号": official_digits(place),
                "区分": "検出事項" if one.classification == "detection" else "改善提言",
                "題名": one.title_ja,
                "監査項目": one.item.code if one.item else "",
                "基準": words(one, "criterion_ja"),
                "事実": words(one, "fact_ja"),
                "原因": words(one, "cause_ja"),
                "影響": words(one, "effect_ja"),
                "改善提言": words(one, "recommendation_ja"),
                "重要度": SEVERITIES_JA.get(one.severity, "－"),
                "被監査部門の見解": AGREEMENTS_JA[check.answer] + check.text_ja if check else "",
            }
        )
    return rows


def plan_row(place: int, one: Standing) -> Words:
    """改善計画 of one finding; empty cells are for the department to fill by hand."""
    plan = one.plan or ImprovementPlan()
    year = plan.promised_fiscal_year
    return {
        "番号": official_digits(place),
        "題名": one.finding.title_ja,
        "重要度": SEVERITIES_JA.get(one.finding.severity, "－"),
        "改善提言": one.finding.recommendation_ja,
        "改善措置": plan.measure_ja,
        "担当者": plan.owner_ja,
        "改善期限": era_date_ja(plan.due_on) if plan.due_on else "",
        "改善予定年度": era_year_ja(year) if year else "",
        "証拠": plan.done_note_ja,
        "確認者": plan.verifier_ja,
        "確認日": era_date_ja(plan.verified_on) if plan.verified_on else "",
    }


def follow_up_row(place: int, one: Standing) -> Words:
    """フォローアップ of one finding."""
    plan = one.plan or ImprovementPlan()
    return {
        "番号": official_digits(place),
        "題名": one.finding.title_ja,
        "改善措置": plan.measure_ja,
        "改善期限": era_date_ja(plan.due_on) if plan.due_on else "",
        "状況": one.state_ja,
        "証拠": plan.done_note_ja,
        "確認者": plan.verifier_ja,
        "確認日": era_date_ja(plan.verified_on) if plan.verified_on else "",
        "所見": plan.verify_note_ja,
    }
