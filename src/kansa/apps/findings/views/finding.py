"""What does a person see of one finding, its files, and what was done about it?"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.findings.actions import remove_file
from kansa.apps.findings.forms import CLASSES_JA, DECISIONS_JA, FACT_ANSWERS_JA
from kansa.apps.findings.models import (
    SEVERITIES_JA,
    TEXTS_JA,
    CarryOver,
    Finding,
    ImprovementEvidence,
    LateralRollout,
    RiskAcceptance,
)
from kansa.apps.findings.queries.board import urgency_ja
from kansa.apps.findings.queries.may import is_before_result, is_followed
from kansa.apps.findings.queries.similar import suggested_recurrence
from kansa.apps.findings.views.acting import PAGES
from kansa.apps.findings.views.shown import Shown, shown
from kansa.apps.trail.forms import attempt, permitted
from kansa.apps.trail.models import Event
from kansa.core.fiscal import era_year_ja
from kansa.core.likeness import CAUSES_JA
from kansa.core.permission import can

STREAMS_JA = {"external_audit": "外部監査", "internal_audit": "内部監査", "technical_diagnosis": "技術的診断"}
VERBS_JA = {
    "raise": gettext_lazy("登録"),
    "edit": gettext_lazy("書換え"),
    "mark_recurrence": gettext_lazy("再発の結び付け"),
    "draft_answer": gettext_lazy("事実誤認の確認の下書き"),
    "answer": gettext_lazy("事実誤認の確認への回答"),
    "decide": gettext_lazy("見解の相違への判断"),
    "write_plan": gettext_lazy("改善計画"),
    "report_done": gettext_lazy("改善の報告"),
    "verify": gettext_lazy("改善の確認"),
    "send_back": gettext_lazy("差戻し"),
    "ask_acceptance": gettext_lazy("リスク受容の求め"),
    "record_acceptance": gettext_lazy("リスク受容"),
    "carry_over": gettext_lazy("繰越"),
    "order_rollout": gettext_lazy("水平展開の依頼"),
    "remove_evidence": gettext_lazy("証拠の取除き"),
    "add_measure": gettext_lazy("対策の追加"),
    "remove_measure": gettext_lazy("対策の取外し"),
}
FOR_INSIDERS = {"draft_answer", "edit", "raise", "mark_recurrence", "order_rollout"}


def texts_of(finding: Finding) -> list[dict[str, str]]:
    """The texts that are filled in, with the reason of those that are secret."""
    reasons = {one.field: one.reason_ja for one in finding.secrecies.all()}
    return [
        {"label": label, "text": getattr(finding, name), "secret": reasons.get(name, "")}
        for name, label in TEXTS_JA.items()
        if getattr(finding, name)
    ]


def history_of(one: Shown) -> list[dict[str, Any]]:
    """Who did what when; what auditors do before the department is told stays with them."""
    finding = one.finding
    events = Event.objects.filter(
        municipality_id=finding.municipality_id,
        object_kind="finding",
        object_key=f"{finding.fiscal_year}/{finding.code}",
    ).order_by("pk")
    is_auditee = finding.department_id in one.actor.departments
    return [
        {"at": event.at, "name": event.actor_name, "verb": VERBS_JA.get(event.verb, event.verb)}
        for event in events
        if not is_auditee or event.verb not in FOR_INSIDERS
    ]


def improvement_of(one: Shown) -> dict[str, Any]:
    """Everything that was recorded about the improvement."""
    finding = one.finding
    promised = one.standing.plan.promised_fiscal_year if one.standing.plan else None
    through, actor = one.standing.measured, one.actor
    accepted = RiskAcceptance.objects.filter(finding=finding).order_by("-accepted_on", "-pk")
    return {
        "plan": one.standing.plan,
        "may_see_measures": can(actor, "read_all") or finding.department_id in actor.departments,
        "promised_ja": era_year_ja(promised) if promised else "",
        "files": ImprovementEvidence.objects.filter(finding=finding, removed_at__isnull=True).order_by("pk"),
        "acceptances": accepted if through is None else [one.standing.acceptance] if through.acceptance else [],
        "carried": [
            {"row": row, "to_ja": era_year_ja(row.to_year)}
            for row in CarryOver.objects.filter(finding=finding).order_by("to_year")
        ],
    }


def check_of(one: Shown) -> dict[str, str]:
    """The fact check in words."""
    check = one.check
    if check is None:
        return {}
    return {"answer_ja": FACT_ANSWERS_JA[check.answer], "decision_ja": DECISIONS_JA.get(check.decision, "")}


def links_of(one: Shown) -> dict[str, Any]:
    """Earlier and later findings of the same, and the rollouts, as far as the person may see them."""
    finding, actor = one.finding, one.actor
    visible = Finding.objects.visible_to(actor)
    return {
        "recurs": visible.filter(code=finding.recurrence_of).exclude(pk=finding.pk).first()
        if finding.recurrence_of
        else None,
        "again": visible.filter(recurrence_of=finding.code, fiscal_year__gte=finding.fiscal_year).exclude(
            pk=finding.pk
        ),
        "suggested": "" if finding.recurrence_of else suggested_recurrence(actor, finding, timezone.localdate()),
        "rollouts": LateralRollout.objects.visible_to(actor).filter(finding=finding) if "rollout" in one.acts else [],
    }


@require_safe
def finding_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: what was found, what the department says, and what becomes of it."""
    one = shown(permitted(request, "read_engagements"), pk)
    finding = one.finding
    context = {
        "one": one,
        "year_ja": era_year_ja(finding.fiscal_year),
        "stream_ja": STREAMS_JA[finding.stream],
        "class_ja": CLASSES_JA[finding.classification],
        "severity_ja": SEVERITIES_JA.get(finding.severity, ""),
        "cause_ja": CAUSES_JA.get(finding.cause_kind, ""),
        "urgency_ja": urgency_ja(one.standing),
        "texts": texts_of(finding),
        "check_words": check_of(one),
        "history": history_of(one),
        "may_ask_plans": can(one.actor, "manage_engagements")
        and finding.engagement is not None
        and is_followed(finding),
        "is_before_result": is_before_result(one.standing),
        "buttons": [(act, PAGES[act].title) for act in one.acts if act in PAGES],
        **improvement_of(one),
        **links_of(one),
    }
    return render(request, "findings/finding.html", context)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes of a file, for whom its finding or its rollout concerns; pictures are shown, all else is kept."""
    actor = permitted(request, "read_engagements")
    file = ImprovementEvidence.objects.visible_to(actor).filter(pk=pk, removed_at__isnull=True).first()
    if file is None:
        raise Http404(_("このファイルはないか、見る権限がありません。"))
    with storages["restricted"].open(file.stored_name) as stored:
        answer = HttpResponse(stored.read(), content_type=file.content_type)
    kind = "inline" if file.is_inline else "attachment"
    answer.headers["Content-Disposition"] = disposition(kind, file)
    return answer


def disposition(kind: str, file: ImprovementEvidence) -> str:
    """The header with the file's own name, and an ASCII one for old programs (RFC 6266)."""
    ending = file.name.rpartition(".")[2]
    return f"{kind}; filename=\"evidence-{file.pk}.{ending}\"; filename*=UTF-8''{quote(file.name, safe='')}"


@require_POST
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file away before the improvement is reported."""
    actor = permitted(request, "read_engagements")
    file = ImprovementEvidence.objects.visible_to(actor).filter(pk=pk, removed_at__isnull=True).first()
    if file is None or file.finding_id is None:
        raise Http404(_("このファイルはないか、見る権限がありません。"))
    attempt(request, lambda: remove_file(actor, pk), _("証拠を取り除きました。"))
    return redirect("findings:finding", pk=file.finding_id)
