"""How is a finding rolled out, answered by each department, followed and closed?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.findings.actions import RolloutWords, answer_rollout, askable, close_rollout, order_rollout
from kansa.apps.findings.forms import ClosingForm, RolloutAnswerForm, RolloutForm
from kansa.apps.findings.models import ANSWERS_JA, ImprovementEvidence, LateralRollout, RolloutTarget
from kansa.apps.findings.queries.likely import Proposal, proposals
from kansa.apps.findings.queries.rollouts import is_office, progress
from kansa.apps.findings.views.shown import Shown, shown, uploads_of
from kansa.apps.trail.forms import differences, permitted, submit, version_of
from kansa.core.likeness import TITLE_JA
from kansa.core.permission import AUDITEES, can


@require_safe
def rollout_list(request: HttpRequest) -> HttpResponse:
    """The rollouts that concern the person: all for the office, those to answer for a department."""
    actor = permitted(request, "read_engagements")
    today = timezone.localdate()
    lines = [{"line": one, "is_late": one.is_late(today)} for one in progress(actor)]
    return render(request, "findings/rollouts.html", {"lines": lines, "is_office": is_office(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The office asks other departments; those likely to share it are proposed with reasons."""
    one = shown(permitted(request, "read_engagements"), pk)
    if not can(one.actor, "order_rollout"):
        raise PermissionDenied
    offered = proposals(one.finding, askable(one.finding, timezone.localdate()), timezone.localdate())
    form = RolloutForm(request.POST or None, initial=request_of(one))
    if request.method == "POST":
        made = submit(form, lambda: order_rollout(one.actor, pk, words_of(request, form), chosen_of(request, offered)))
        if made is not None:
            messages.success(request, _("水平展開を依頼しました。"))
            return redirect("findings:rollout", pk=made.pk)
    return render(request, "findings/order.html", order_context(request, one, form, offered))


def order_context(request: HttpRequest, one: Shown, form: RolloutForm, offered: tuple[Proposal, ...]) -> dict[str, Any]:
    """What the page of ordering shows."""
    chosen = (
        set(chosen_of(request, offered))
        if form.is_bound
        else {each.department.pk for each in offered if each.is_proposed}
    )
    return {
        "one": one,
        "form": form,
        "title_ja": TITLE_JA,
        "proposals": [{"proposal": each, "is_chosen": each.department.pk in chosen} for each in offered],
        "is_to_all": request.POST.get("whom") == "all",
        "is_anybody_proposed": any(each.is_proposed for each in offered),
    }


def request_of(one: Shown) -> dict[str, str]:
    """What the request begins with: no department, and no text that is secret."""
    finding = one.finding
    secret = {mark.field for mark in finding.secrecies.all()}
    texts = [getattr(finding, name) for name in ("criterion_ja", "recommendation_ja") if name not in secret]
    return {"title_ja": finding.title_ja[:200], "request_ja": "\n\n".join(text for text in texts if text)}


def words_of(request: HttpRequest, form: RolloutForm) -> RolloutWords:
    """What was typed."""
    data = form.cleaned_data
    return RolloutWords(data["title_ja"], data["request_ja"], data["due_on"], request.POST.get("whom") == "all")


def chosen_of(request: HttpRequest, offered: tuple[Proposal, ...]) -> dict[int, str]:
    """Key of each ticked department -> why it is asked."""
    ticked = set(request.POST.getlist("departments"))
    return {
        each.department.pk: "\n".join(each.reasons_ja) if each.is_proposed else ""
        for each in offered
        if str(each.department.pk) in ticked
    }


@require_http_methods(["GET", "HEAD", "POST"])
def rollout_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A rollout: progress by department for the office, the way to the own answer for a department."""
    actor = permitted(request, "read_engagements")
    rollout = LateralRollout.objects.visible_to(actor).filter(pk=pk).select_related("finding").first()
    if rollout is None:
        raise Http404(_("この水平展開はないか、見る権限がありません。"))
    form = ClosingForm(request.POST or None)
    if request.method == "POST" and not can(actor, "order_rollout"):
        raise PermissionDenied
    if request.method == "POST":
        done = submit(form, lambda: close_rollout(actor, pk, form.cleaned_data["closing_ja"]))
        if done is not None:
            messages.success(request, _("水平展開を締め切りました。"))
            return redirect("findings:rollout", pk=pk)
    line = next(one for one in progress(actor) if one.rollout.pk == pk)
    targets = RolloutTarget.objects.visible_to(actor).filter(rollout=rollout).select_related("department")
    context = {
        "line": line,
        "rollout": rollout,
        "targets": [
            {"row": one, "answer_ja": ANSWERS_JA.get(one.answer, "")} for one in targets.order_by("department__code")
        ],
        "is_late": line.is_late(timezone.localdate()),
        "counts": [(label, line.counts.get(code, 0)) for code, label in {**ANSWERS_JA, "": "未回答"}.items()],
        "is_office": is_office(actor),
        "may_close": can(actor, "order_rollout") and rollout.closed_at is None,
        "form": form,
    }
    return render(request, "findings/rollout.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One department's answer: written by the department, read by the office."""
    actor = permitted(request, "read_engagements")
    rows = RolloutTarget.objects.visible_to(actor).filter(pk=pk)
    target = rows.select_related("rollout", "department").first()
    if target is None:
        raise Http404(_("この水平展開はないか、見る権限がありません。"))
    is_own = target.department_id in actor.departments and not actor.roles.isdisjoint(AUDITEES)
    if request.method == "POST" and not is_own:
        raise PermissionDenied
    now = {"answer": target.answer, "answer_ja": target.answer_ja}
    version = version_of(request, target.version)
    form = RolloutAnswerForm(request.POST or None, request.FILES or None, initial=now)
    if request.method == "POST":

        def act() -> RolloutTarget:
            typed = form.cleaned_data
            return answer_rollout(actor, pk, version, typed["answer"], typed["answer_ja"], uploads_of(request))

        if submit(form, act) is not None:
            messages.success(request, _("回答を保存しました。"))
            return redirect("findings:answer", pk=pk)
    return render(request, "findings/answer.html", answer_context(target, form, version, now, is_own))


def answer_context(
    target: RolloutTarget, form: RolloutAnswerForm, version: int, now: dict[str, str], is_own: bool
) -> dict[str, Any]:
    """What the page of an answer shows."""
    is_changed = form.is_bound and version != target.version
    return {
        "target": target,
        "rollout": target.rollout,
        "answer_ja": ANSWERS_JA.get(target.answer, ""),
        "files": ImprovementEvidence.objects.filter(target=target, removed_at__isnull=True).order_by("pk"),
        "form": form,
        "is_own": is_own,
        "may_answer": is_own and target.rollout.closed_at is None,
        "version": target.version if is_changed else version,
        "is_changed": is_changed,
        "differences": differences(form, now) if is_changed else [],
    }
