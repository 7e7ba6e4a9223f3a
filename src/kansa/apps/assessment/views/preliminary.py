"""How does the audited department answer the items before the auditors come?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.assessment.actions.preliminary import Answer, AnswerChanged, answer_item, submit_survey
from kansa.apps.assessment.forms import AnswerForm
from kansa.apps.assessment.queries import may_read_judgements, worksheet_for
from kansa.apps.assessment.queries.sheet import evidence_of, scale_of
from kansa.apps.assessment.queries.survey import answer_of, places_of, submission_of, survey_lines
from kansa.apps.assessment.queries.worksheets import references_ja
from kansa.apps.plan.queries import EngagementAccess
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import RuleError
from kansa.core.flow import STATES_JA


@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """The items with the answers given so far; a POST hands them in."""
    actor = permitted(request, "read_engagements")
    access = worksheet_for(actor, fiscal_year, code, is_survey=True)
    if request.method == "POST":
        attempt(request, lambda: submit_survey(actor, fiscal_year, code), _("予備調査の回答を提出しました。"))
        return redirect("assessment:survey", fiscal_year, code)
    lines = survey_lines(access.engagement)
    context = {
        "access": access,
        "engagement": access.engagement,
        "state_ja": STATES_JA[access.engagement.state],
        "lines": lines,
        "answered_count": sum(1 for line in lines if line.is_answered),
        "first": next((line for line in lines if not line.is_answered), lines[0] if lines else None),
        "submission": submission_of(access.engagement),
        "may_answer": access.may("preliminary"),
        "may_submit": access.may("preliminary") and "auditee_head" in access.roles,
        "evidence": evidence_of(access.engagement, None, "auditee"),
    }
    return render(request, "assessment/survey.html", context)


def answer_context(access: EngagementAccess, item_code: str) -> dict[str, object]:
    """Everything the page of one question shows. Raises Http404."""
    engagement = access.engagement
    item, place, total, before, after = places_of(engagement, item_code)
    row = answer_of(engagement, item.pk)
    return {
        "access": access,
        "engagement": engagement,
        "item": item,
        "place": place,
        "total": total,
        "before": before,
        "after": after,
        "row": row,
        "answer": Answer(row.answer_ja, row.claimed_level) if row else Answer(),
        "version": row.version if row else 0,
        "scale": scale_of(engagement),
        "references": references_ja(item),
        "may_answer": access.may("preliminary"),
        "may_see_judgements": may_read_judgements(access),
        "evidence": evidence_of(engagement, item.pk, "auditee"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, fiscal_year: int, code: str, item_code: str) -> HttpResponse:
    """One question: shown, or answered. What was typed stays on the page when it is not saved."""
    actor = permitted(request, "read_engagements")
    access = worksheet_for(actor, fiscal_year, code, is_survey=True)
    if request.method == "POST" and not access.may_ever("preliminary"):
        raise PermissionDenied
    context = answer_context(access, item_code)
    if request.method != "POST":
        return render(request, "assessment/question.html", context)
    form = AnswerForm(request.POST)
    told: dict[str, object] = {"fault": _("入力を読み取れません。画面を読み直してください。")}
    if form.is_valid():
        given = form.cleaned_data
        answer = Answer(given["answer_ja"], given["claimed_level"])
        try:
            answer_item(actor, fiscal_year, code, item_code, answer, given["version"])
        except AnswerChanged as fault:
            told = {"answer": answer, "theirs": fault.theirs, "version": fault.version, "fault": fault.reason_ja}
            return render(request, "assessment/question.html", context | told, status=409)
        except RuleError as fault:
            told = {"answer": answer, "fault": fault.reason_ja}
        else:
            after = context["after"] if request.POST.get("go") == "after" else ""
            return redirect("assessment:question", fiscal_year, code, after or item_code)
    return render(request, "assessment/question.html", context | told, status=400)
