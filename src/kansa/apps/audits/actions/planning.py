"""How is an audit planned: its target, days and firm, and who audits?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from kansa.apps.audits.queries import auditor_concerns
from kansa.apps.people.models import AuditFirm, Department, StaffMember
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.plan.queries import engagement_for
from kansa.apps.trail.actions import record, require
from kansa.core.engagement_codes import code_fault_ja
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor


@dataclass(frozen=True, slots=True)
class Planned:
    """What the office decides about an engagement."""

    stream: str
    method: str
    department: Department | None
    firm: AuditFirm | None
    started_on: date | None
    ended_on: date | None
    is_special: bool
    scope_left_out_ja: str = ""


def locked(actor: Actor, fiscal_year: int, code: str, what: str) -> Engagement:
    """The engagement, held against other writers, after asking whether the person may edit `what` now."""
    engagement = engagement_for(actor, fiscal_year, code, write=what).engagement
    rows = Engagement.objects.filter(pk=engagement.pk).select_related("department", "firm")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(of=("self",))
    return rows.get()


def same_version(engagement: Engagement, version: int) -> None:
    """Raises RuleError when somebody saved the engagement after the page was opened."""
    if engagement.version != version:
        raise RuleError(
            "changed_meanwhile",
            "この画面を開いたあとに、ほかの人が変更しました。今の内容を確かめてから、もう一度行ってください。",
        )


def check_planned(planned: Planned) -> None:
    """Raises InputError for days in the wrong order, a control check without target, an outside firm inside."""
    faults = []
    if planned.started_on and planned.ended_on and planned.ended_on < planned.started_on:
        faults.append(Refusal("days_reversed", "終了日が開始日より前です。", Place(column="終了日")))
    if planned.method == "control_check" and planned.department is None:
        reason = "対策状況確認には、対象の課所等を選んでください。"
        faults.append(Refusal("department_needed", reason, Place(column="対象の課所等")))
    if planned.firm is not None and planned.stream != "external_audit":
        reason = "監査事業者を指定できるのは外部監査だけです。"
        faults.append(Refusal("firm_not_here", reason, Place(column="監査事業者")))
    if faults:
        raise InputError(*faults)


def told(engagement: Engagement) -> dict[str, object]:
    """An engagement as the trail keeps it."""
    return {
        "stream": engagement.stream,
        "method": engagement.method,
        "department": engagement.department.code if engagement.department else "",
        "firm": engagement.firm.name_ja if engagement.firm else "",
        "started_on": engagement.started_on.isoformat() if engagement.started_on else "",
        "ended_on": engagement.ended_on.isoformat() if engagement.ended_on else "",
        "is_special": engagement.is_special,
        "scope_left_out_ja": engagement.scope_left_out_ja,
    }


def create_engagement(actor: Actor, fiscal_year: int, code: str, planned: Planned) -> Engagement:
    """A new engagement in the state planned. Raises InputError for a number that is taken or wrong fields."""
    require(actor, "manage_engagements")
    check_planned(planned)
    code = code.strip()
    reason = code_fault_ja(code)
    if reason:
        raise InputError(Refusal("bad_engagement_code", reason, Place(column="実施番号")))
    with transaction.atomic():
        engagement = Engagement(municipality_id=actor.municipality_id, fiscal_year=fiscal_year, code=code)
        _take(engagement, planned)
        try:
            with transaction.atomic():
                engagement.save()
        except IntegrityError:
            reason = f"実施番号「{code}」は、この年度で既に使われています。"
            raise InputError(Refusal("code_taken", reason, Place(column="実施番号"))) from None
        record(actor, "plan", "engagement", f"{fiscal_year}/{code}", {}, told(engagement))
    return engagement


def _take(engagement: Engagement, planned: Planned) -> None:
    engagement.stream, engagement.method = planned.stream, planned.method
    engagement.department, engagement.firm = planned.department, planned.firm
    engagement.started_on, engagement.ended_on = planned.started_on, planned.ended_on
    engagement.is_special, engagement.scope_left_out_ja = planned.is_special, planned.scope_left_out_ja


def edit_engagement(actor: Actor, fiscal_year: int, code: str, version: int, planned: Planned) -> Engagement:
    """Changes target, days and firm. The target cannot change once somebody was notified or something was judged.

    Raises RuleError (changed_meanwhile, target_fixed), InputError.
    """
    check_planned(planned)
    with transaction.atomic():
        engagement = locked(actor, fiscal_year, code, "engagement")
        same_version(engagement, version)
        before = told(engagement)
        is_same_target = (engagement.stream, engagement.method, engagement.department) == (
            planned.stream,
            planned.method,
            planned.department,
        )
        if not is_same_target and (engagement.state != "planned" or engagement.judgements.exists()):
            raise RuleError(
                "target_fixed",
                "通知した後、又は判定がある監査の対象・種別・方法は変えられません。新しい監査を作ってください。",
            )
        _take(engagement, planned)
        engagement.version += 1
        engagement.save()
        record(actor, "edit", "engagement", f"{fiscal_year}/{code}", before, told(engagement))
    return engagement


def assign(actor: Actor, fiscal_year: int, code: str, *, staff_number: str = "", name_ja: str = "") -> tuple[str, ...]:
    """Assigns a member of staff by number, or an outside auditor by name; what to keep in mind about it.

    Raises RuleError when the independence of the person forbids it, InputError for an unknown or missing person.
    """
    with transaction.atomic():
        engagement = locked(actor, fiscal_year, code, "engagement")
        staff: StaffMember | None = None
        warnings: tuple[str, ...] = ()
        if staff_number:
            staff = StaffMember.objects.filter(
                municipality_id=actor.municipality_id, fiscal_year=fiscal_year, staff_number=staff_number
            ).first()
            if staff is None:
                reason = f"職員番号「{staff_number}」は、この年度の職員名簿にいません。"
                raise InputError(Refusal("unknown_staff", reason, Place(column="監査員")))
            found = auditor_concerns(engagement, [staff_number])[staff_number]
            if any(one.is_blocking for one in found):
                reasons = "".join(one.reason_ja for one in found if one.is_blocking)
                raise RuleError("not_independent", f"この人は割り当てられません。{reasons}")
            warnings = tuple(one.reason_ja for one in found)
        elif not name_ja.strip():
            raise InputError(Refusal("no_auditor", "監査員を選ぶか、氏名を入力してください。", Place(column="監査員")))
        reference = staff_number or name_ja.strip()[:100]
        rows = EngagementAuditor.objects.filter(engagement=engagement)
        if rows.filter(reference=reference).exists():
            raise InputError(Refusal("assigned_already", "既に割り当てられています。", Place(column="監査員")))
        EngagementAuditor.objects.create(
            municipality_id=actor.municipality_id,
            engagement=engagement,
            reference=reference,
            staff=staff,
            is_lead=not rows.exists(),
        )
        after = {"staff_number": staff_number, "is_outside": staff is None, "concern_count": len(warnings)}
        record(actor, "assign", "engagement", f"{fiscal_year}/{code}", {}, dict(after))
    return warnings


def unassign(actor: Actor, fiscal_year: int, code: str, auditor_id: int) -> None:
    """Takes an auditor off. Judgements that the person made stay."""
    with transaction.atomic():
        engagement = locked(actor, fiscal_year, code, "engagement")
        found = auditor_of(engagement, auditor_id)
        staff_number = found.staff.staff_number if found.staff else ""
        record(actor, "unassign", "engagement", f"{fiscal_year}/{code}", {"staff_number": staff_number}, {})
        found.delete()


def set_lead(actor: Actor, fiscal_year: int, code: str, auditor_id: int) -> None:
    """Makes one auditor the lead, and nobody else."""
    with transaction.atomic():
        engagement = locked(actor, fiscal_year, code, "engagement")
        found = auditor_of(engagement, auditor_id)
        EngagementAuditor.objects.filter(engagement=engagement).update(is_lead=False)
        EngagementAuditor.objects.filter(pk=found.pk).update(is_lead=True)
        after = {"staff_number": found.staff.staff_number if found.staff else ""}
        record(actor, "set_lead", "engagement", f"{fiscal_year}/{code}", {}, dict(after))


def auditor_of(engagement: Engagement, auditor_id: int) -> EngagementAuditor:
    """One auditor of the engagement. Raises RuleError when there is none."""
    found = EngagementAuditor.objects.filter(engagement=engagement, pk=auditor_id).select_related("staff").first()
    if found is None:
        raise RuleError("no_such_auditor", "この監査員は割り当てられていません。画面を読み直してください。")
    return found
