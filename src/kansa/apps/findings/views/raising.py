"""How does an auditor raise and mend a finding beside the worksheet?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import ControlItem
from kansa.apps.findings.actions import (
    FindingWords,
    assurance_warnings,
    edit_finding,
    mark_recurrence,
    raise_finding,
)
from kansa.apps.findings.forms import FindingForm
from kansa.apps.findings.models import TEXTS_JA, Finding
from kansa.apps.findings.queries import Standing
from kansa.apps.findings.queries.similar import earlier_of, item_of, similar
from kansa.apps.findings.views.acting import refuse
from kansa.apps.findings.views.shown import Shown, shown
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import engagement_for
from kansa.apps.trail.forms import attempt, differences, permitted, submit, version_of
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor

MODEL_TEXTS = ("criterion_ja", "cause_ja", "effect_ja", "recommendation_ja")  # the facts are never another's


def words_of(form: FindingForm) -> FindingWords:
    """What was typed; a text is secret when a reason stands beside it."""
    data = form.cleaned_data
    return FindingWords(
        title_ja=data["title_ja"],
        classification=data.get("classification", "detection"),
        severity=data["severity"],
        cause_kind=data["cause_kind"],
        texts={name: data[name] for name in TEXTS_JA},
        secrecies={name: data[f"secret_{name}"] for name in TEXTS_JA if data[f"secret_{name}"].strip()},
    )


def now_of(finding: Finding) -> dict[str, Any]:
    """The finding as it stands, by field of the form."""
    names = ("title_ja", "classification", "severity", "cause_kind", *TEXTS_JA)
    reasons = {f"secret_{one.field}": one.reason_ja for one in finding.secrecies.all()}
    return {name: getattr(finding, name) for name in names} | {f"secret_{name}": "" for name in TEXTS_JA} | reasons


def offered(request: HttpRequest, engagement: Engagement, item: ControlItem | None) -> dict[str, Any]:
    """What a new finding begins with: clause and criteria of the item, notes of the judgement, or a chosen model."""
    found: dict[str, Any] = {"classification": "detection"}
    if item is not None:
        found["criterion_ja"] = "\n".join(part for part in (item.policy_clause, item.criteria_ja) if part)
        judged = Judgement.objects.filter(engagement=engagement, item=item).first()
        if judged is not None:
            found |= {"fact_ja": judged.reason_ja, "evidence_ja": judged.evidence_ja}
    model = request.GET.get("model", "")
    if model.isascii() and model.isdecimal():
        chosen = Finding.objects.visible_to(request.actor).filter(pk=int(model)).first()  # type: ignore[attr-defined]
        if chosen is not None:
            secret = {one.field for one in chosen.secrecies.all()}
            texts = {name: getattr(chosen, name) for name in MODEL_TEXTS if name not in secret}
            found |= {"title_ja": chosen.title_ja, **{name: text for name, text in texts.items() if text}}
    return found


def raised_here(actor: Actor, engagement: Engagement, item: ControlItem) -> list[Finding]:
    """What this audit has raised about the item already."""
    rows = Finding.objects.visible_to(actor).filter(engagement=engagement, item=item, is_withdrawn=False)
    return list(rows.order_by("code"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_finding(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """A new finding of an engagement, of one item when `?item=` names it."""
    actor = permitted(request, "read_engagements")
    try:
        engagement = engagement_for(actor, fiscal_year, code, write="finding").engagement
    except RuleError as fault:
        messages.error(request, fault.reason_ja)
        return redirect("findings:board")
    item_code = request.GET.get("item", "")
    item = item_of(engagement, item_code) if item_code else None
    if item_code and item is None:
        raise Http404(_("この項目は、この監査のチェックリストにありません。"))
    form = FindingForm(request.POST or None, initial=offered(request, engagement, item))
    if request.method == "POST":
        made = submit(form, lambda: raise_finding(actor, fiscal_year, code, item_code, words_of(form)))
        if made is not None:
            return after_saving(request, made, _("検出事項を登録しました。"))
    context = {
        "engagement": engagement,
        "item": item,
        "form": form,
        "similar": similar(actor, item) if item else [],
        "raised": raised_here(actor, engagement, item) if item else [],
    }
    return render(request, "findings/raise.html", context)


def after_saving(request: HttpRequest, finding: Finding, done: str) -> HttpResponse:
    """To the finding, with every phrase that reads like assurance."""
    messages.success(request, done)
    for warning in assurance_warnings(finding):
        messages.warning(request, warning)
    return redirect("findings:finding", pk=finding.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for a finding; who saved meanwhile is shown side by side."""
    one = shown(permitted(request, "read_engagements"), pk)
    if "edit" not in one.acts:
        return refuse(request, one, "edit")
    now = now_of(one.finding)
    version = version_of(request, one.finding.version)
    form = FindingForm(request.POST or None, initial=now)
    if request.method == "POST":
        made = submit(form, lambda: edit_finding(one.actor, pk, version, words_of(form)))
        if made is not None:
            return after_saving(request, made, _("検出事項を保存しました。"))
    return render(request, "findings/raise.html", edit_context(one, form, now, version))


def edit_context(one: Shown, form: FindingForm, now: dict[str, Any], version: int) -> dict[str, Any]:
    """What the page of changing a finding shows."""
    finding = one.finding
    is_changed = form.is_bound and version != finding.version
    item = finding.item
    return {
        "one": one,
        "engagement": finding.engagement,
        "item": item,
        "form": form,
        "version": finding.version if is_changed else version,
        "is_changed": is_changed,
        "differences": differences(form, now) if is_changed else [],
        "similar": similar(one.actor, item, besides=finding.pk) if item else [],
    }


@require_POST
def recurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """Links a finding to the earlier one that it repeats, or takes the link away."""
    one = shown(permitted(request, "read_engagements"), pk)
    if "edit" not in one.acts:
        return refuse(request, one, "edit")
    code = request.POST.get("code", "")[:40]
    done = _("再発として結び付けました。") if code else _("結び付けを取り消しました。")
    attempt(request, lambda: mark_recurrence(one.actor, pk, version_of(request, one.finding.version), code), done)
    return redirect("findings:finding", pk=pk)


@require_safe
def beside(request: HttpRequest, fiscal_year: int, code: str, item_code: str) -> HttpResponse:
    """A part of the worksheet: earlier findings of this department on this item, and what was raised now."""
    actor = permitted(request, "read_engagements")
    access = engagement_for(actor, fiscal_year, code)
    item = item_of(access.engagement, item_code)
    if item is None:
        raise Http404
    earlier = earlier_of(actor, access.engagement, item, timezone.localdate())
    visible = Finding.objects.visible_to(actor)
    readable = set(visible.filter(pk__in=[one.finding.pk for one in earlier]).values_list("pk", flat=True))
    context = {
        "engagement": access.engagement,
        "item": item,
        "earlier": [earlier_line(one, one.finding.pk in readable) for one in earlier],
        "raised": visible.filter(engagement=access.engagement, item=item).order_by("code"),
        "may_raise": access.may("finding"),
    }
    return render(request, "findings/beside.html", context)


def earlier_line(standing: Standing, is_readable: bool) -> dict[str, Any]:
    """An earlier finding with its plan; a secret text is left out for whoever may not open the finding itself."""
    secret = {one.field for one in standing.finding.secrecies.all()}
    return {
        "one": standing,
        "year_ja": era_year_ja(standing.finding.fiscal_year),
        "is_readable": is_readable,
        "fact_ja": standing.finding.fact_ja if is_readable or "fact_ja" not in secret else "",
    }
