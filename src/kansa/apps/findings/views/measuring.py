"""Which finding does a measure of a diagnosis carry, and how does one come of it in one step?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kansa.apps.diagnosis.models import Measure, Scan
from kansa.apps.diagnosis.queries.measures import MeasureLine, lines_of, measure_of, targets_of
from kansa.apps.findings.actions import add_measure, raise_by_measure, remove_measure
from kansa.apps.findings.actions.measuring import may_carry, open_engagements
from kansa.apps.findings.forms import MeasureFindingForm
from kansa.apps.findings.models import Finding
from kansa.apps.findings.queries import standings
from kansa.apps.findings.queries.measured import findings_of
from kansa.apps.findings.queries.standing import loaded
from kansa.apps.findings.views.raising import after_saving, words_of
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor, can
from kansa.core.weaknesses import KINDS_JA

SECRET_JA = "公にすると、攻撃に使われるおそれがあるため"
ASSETS_TOLD = 30
SECRET = ("fact_ja", "evidence_ja", "effect_ja", "recommendation_ja")


@require_http_methods(["GET", "HEAD", "POST"])
def of_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The findings of a measure, and for the office the form of a new one, filled in from what the scans say."""
    actor = permitted(request, "read_diagnosis")
    measure = measure_of(actor, pk)
    is_office = can(actor, "manage_diagnosis")
    if request.method == "POST" and not is_office:
        raise PermissionDenied
    (line,) = lines_of(actor.municipality_id, [measure], timezone.localdate())
    audits = open_engagements(actor, measure, fiscal_year_of(timezone.localdate()))
    is_raising = request.method == "POST" and request.POST.get("do") == "raise"
    form = MeasureFindingForm(audits, request.POST if is_raising else None, initial=texts_of(measure, line, audits))
    if request.method == "POST" and not is_raising:
        return change_link(request, actor, measure)
    if is_raising:
        made = submit(form, lambda: raise_by_measure(actor, pk, form.cleaned_data["engagement"], words_of(form)))
        if made is not None:
            return after_saving(request, made, _("検出事項を登録しました。"))
    found = standings(
        loaded(Finding.objects.filter(pk__in=[one.pk for one in findings_of(actor, measure)])), timezone.localdate()
    )
    is_free = is_office and not any(one.is_open for one in found)
    context = {
        "measure": measure,
        "found": found,
        "form": form if is_raising or (is_free and line.tally.open_count) else None,
        "others": carriers(actor, measure) if is_free else [],
        "is_office": is_office,
    }
    return render(request, "findings/of_measure.html", context)


def change_link(request: HttpRequest, actor: Actor, measure: Measure) -> HttpResponse:
    """Another finding is carried by the measure, or is not any more."""
    given = request.POST.get("finding", "")
    finding = int(given) if given.isascii() and given.isdecimal() and len(given) < 12 else 0
    if request.POST.get("do") == "remove":
        attempt(request, lambda: remove_measure(actor, finding, measure.pk), _("検出事項から外しました。"))
    elif attempt(request, lambda: add_measure(actor, finding, measure.pk)) is not None:
        messages.success(request, _("検出事項に加えました。"))
        return redirect("findings:finding", pk=finding)
    return redirect("findings:of_measure", measure.pk)


def carriers(actor: Actor, measure: Measure) -> list[Finding]:
    """Open findings of the department that the measure may carry too, newest first."""
    rows = Finding.objects.visible_to(actor).filter(
        department=measure.owning_department_id, classification="detection", is_withdrawn=False
    )
    opened = [
        one.finding
        for one in standings(loaded(rows).order_by("-fiscal_year", "code")[:50], timezone.localdate())
        if one.is_open
    ]
    return [one for one in opened if may_carry(one, measure)]


def texts_of(measure: Measure, line: MeasureLine, audits: list[Any]) -> dict[str, Any]:
    """What a new finding begins with: what is printed names no host; what does is marked as secret."""
    targets = list(targets_of(measure, fiscal_year_of(timezone.localdate()))[:1000])
    kinds = "・".join(dict.fromkeys(KINDS_JA[one.weakness.kind] for one in targets))
    numbers = list(dict.fromkeys(one.asset.asset_number for one in targets))
    scans = Scan.objects.filter(
        municipality_id=measure.municipality_id, observations__vulnerability__targets__measure=measure
    )
    days = {f"{one.tool_ja}（{timezone.localtime(one.scanned_at):%Y-%m-%d}）": None for one in scans.order_by("pk")}
    solutions = dict.fromkeys(one.weakness.solution for one in targets if one.weakness.solution)
    where = "、".join(line.tally.zones.values())
    return {
        "title_ja": f"{kinds or '脆弱性'}の機器がある（{where}）",
        "engagement": audits[0].code if audits else "",
        "severity": {"immediate": "high", "out_of_cycle": "high", "scheduled": "medium"}.get(line.priority, "low"),
        "criterion_ja": "対策基準のうち、脆弱性に関する情報を集め、更新プログラムの適用などの対応を求める部分",
        "fact_ja": f"{measure.title_ja}により解消する検出が{line.tally.open_count}件、"
        f"{len(numbers)}台に残る（{'、'.join(numbers[:ASSETS_TOLD])}）。",
        "evidence_ja": "診断：" + "、".join(days),
        "effect_ja": f"優先度：{line.priority_ja}。悪用されると、業務の停止や情報の漏えいにつながるおそれがある。",
        "recommendation_ja": "\n".join(solutions)[:2000]
        or "対応方針と期限を決め、実施した後に診断で確かめることが望ましい。",
        **{f"secret_{name}": SECRET_JA for name in SECRET},
    }
