"""Which form does each act on a finding show, and what does it do?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kansa.apps.findings import actions
from kansa.apps.findings import forms as typed
from kansa.apps.findings.queries.may import may_ever_act
from kansa.apps.findings.views.shown import Shown, shown, uploads_of
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.forms import differences, permitted, submit, version_of

Do = Callable[[Shown, int, dict[str, Any], list[Upload], bool], object]


@dataclass(frozen=True, slots=True)
class ActPage:
    """A page with one form about a finding. `now`: what stands at present, by field; `version`: of what is saved."""

    title: str | Promise
    form: type[forms.Form]
    do: Do
    button: str | Promise
    done: str | Promise
    now: Callable[[Shown], dict[str, Any]] = lambda one: {}
    version: Callable[[Shown], int] = lambda one: 0


def plan_version(one: Shown) -> int:
    """The version of the plan."""
    return one.standing.plan.version if one.standing.plan else 0


def check_version(one: Shown) -> int:
    """The version of the fact check."""
    return one.check.version if one.check else 0


def check_now(one: Shown) -> dict[str, Any]:
    """The answer as it stands."""
    return {"answer": one.check.answer, "text_ja": one.check.text_ja} if one.check else {}


def decision_now(one: Shown) -> dict[str, Any]:
    """The decision as it stands."""
    return {"decision": one.check.decision, "decision_ja": one.check.decision_ja} if one.check else {}


def plan_now(one: Shown) -> dict[str, Any]:
    """The plan as it stands."""
    plan = one.standing.plan
    names = ("measure_ja", "owner_ja", "due_on", "promised_fiscal_year")
    return {name: getattr(plan, name) for name in names} if plan else {}


def today(one: Shown) -> dict[str, Any]:
    """Nothing is recorded yet: today is offered."""
    day = timezone.localdate()
    return {"improved_on": day, "verified_on": day, "accepted_on": day}


def asked_now(one: Shown) -> dict[str, Any]:
    """The request as it stands."""
    return {"acceptance_asked_ja": one.standing.plan.acceptance_asked_ja} if one.standing.plan else {}


def answer(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """事実誤認の確認."""
    is_final = is_final and "auditee_head" in one.roles
    return actions.answer_fact_check(
        one.actor, one.finding.pk, version, data["answer"], data["text_ja"], is_final=is_final
    )


def decide(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """The decision about a disagreement."""
    return actions.decide(one.actor, one.finding.pk, version, data["decision"], data["decision_ja"])


def write_plan(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """改善計画."""
    return actions.write_plan(one.actor, one.finding.pk, version, actions.PlanWords(**data))


def report_done(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """改善の報告."""
    return actions.report_done(one.actor, one.finding.pk, version, data["improved_on"], data["done_note_ja"], files)


def verify(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """改善の確認."""
    return actions.verify(one.actor, one.finding.pk, version, data["verified_on"], data["verify_note_ja"])


def send_back(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """差戻し."""
    return actions.send_back(one.actor, one.finding.pk, version, data["verify_note_ja"])


def ask_acceptance(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """The department asks to leave the risk."""
    return actions.ask_acceptance(one.actor, one.finding.pk, version, data["acceptance_asked_ja"])


def accept(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """リスク受容."""
    return actions.record_acceptance(one.actor, one.finding.pk, actions.AcceptanceWords(**data))


def carry_over(one: Shown, version: int, data: dict[str, Any], files: list[Upload], is_final: bool) -> object:
    """繰越."""
    return actions.carry_over(one.actor, one.finding.pk, data["reason_ja"])


SAVE = gettext_lazy("保存する")
PAGES: dict[str, ActPage] = {
    "fact-check": ActPage(
        gettext_lazy("事実誤認の確認に回答する"),
        typed.AnswerForm,
        answer,
        gettext_lazy("回答を提出する"),
        gettext_lazy("回答を保存しました。"),
        check_now,
        check_version,
    ),
    "decision": ActPage(
        gettext_lazy("見解の相違への判断を記録する"),
        typed.DecisionForm,
        decide,
        SAVE,
        gettext_lazy("判断を記録しました。"),
        decision_now,
        check_version,
    ),
    "plan": ActPage(
        gettext_lazy("改善計画を書く"),
        typed.PlanForm,
        write_plan,
        SAVE,
        gettext_lazy("改善計画を保存しました。"),
        plan_now,
        plan_version,
    ),
    "done": ActPage(
        gettext_lazy("改善を報告する"),
        typed.DoneForm,
        report_done,
        gettext_lazy("報告する"),
        gettext_lazy("改善を報告しました。別の者が確認すると「確認済」になります。"),
        today,
        plan_version,
    ),
    "ask-acceptance": ActPage(
        gettext_lazy("リスク受容を求める"),
        typed.AskAcceptanceForm,
        ask_acceptance,
        SAVE,
        gettext_lazy("保存しました。受容するかどうかは、承認者が決めます。"),
        asked_now,
        plan_version,
    ),
    "verification": ActPage(
        gettext_lazy("改善を確認する"),
        typed.VerifyForm,
        verify,
        gettext_lazy("確認済とする"),
        gettext_lazy("改善を確認しました。"),
        today,
        plan_version,
    ),
    "send-back": ActPage(
        gettext_lazy("改善の報告を差し戻す"),
        typed.SendBackForm,
        send_back,
        gettext_lazy("差し戻す"),
        gettext_lazy("報告を差し戻しました。"),
        version=plan_version,
    ),
    "acceptance": ActPage(
        gettext_lazy("リスク受容を記録する"),
        typed.AcceptanceForm,
        accept,
        SAVE,
        gettext_lazy("リスク受容を記録しました。"),
        today,
    ),
    "carry-over": ActPage(
        gettext_lazy("翌年度以降へ繰り越す"),
        typed.CarryOverForm,
        carry_over,
        gettext_lazy("繰り越す"),
        gettext_lazy("繰り越しました。確認されるまで追跡します。"),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act_page(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on a finding: its form, and what it does."""
    one = shown(permitted(request, "read_engagements"), pk)
    page = PAGES.get(act)
    if page is None:
        raise Http404
    if act not in one.acts and not (request.method == "POST" and may_ever_act(act, one.actor, one.finding, one.roles)):
        return refuse(request, one, act)
    now = page.version(one)
    version = version_of(request, now)
    form = page.form(request.POST or None, request.FILES or None, initial=page.now(one))
    if request.method == "POST":
        is_final = "draft" not in request.POST
        done = submit(form, lambda: page.do(one, version, typed_into(form), uploads_of(request), is_final))
        if done is not None:
            messages.success(request, str(page.done))
            return redirect("findings:finding", pk=pk)
    return render(request, "findings/act.html", form_context(one, act, page, form, version, now))


def typed_into(form: forms.Form) -> dict[str, Any]:
    """What was typed, without the files."""
    return {name: value for name, value in form.cleaned_data.items() if name != "evidence"}


def refuse(request: HttpRequest, one: Shown, act: str) -> HttpResponse:
    """Not now: back to the finding with a word. Never: 403."""
    if not may_ever_act(act, one.actor, one.finding, one.roles):
        raise PermissionDenied
    messages.error(request, _("今は、この操作はできません。画面の内容を確かめてください。"))
    return redirect("findings:finding", pk=one.finding.pk)


def form_context(one: Shown, act: str, page: ActPage, form: forms.Form, version: int, now: int) -> dict[str, Any]:
    """What the page of an act shows; after a save that met a newer version, both texts side by side."""
    is_changed = form.is_bound and version != now
    return {
        "one": one,
        "act": act,
        "page": page,
        "form": form,
        "version": now if is_changed else version,
        "is_changed": is_changed,
        "differences": differences(form, page.now(one)) if is_changed else [],
        "is_draft_possible": act == "fact-check",
        "is_final_possible": act != "fact-check" or "auditee_head" in one.roles,
    }
