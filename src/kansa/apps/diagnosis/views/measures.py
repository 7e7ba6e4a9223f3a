"""Which measures are to be taken next, what could become one, and what is known and decided about one?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.diagnosis.actions import decisions, measures
from kansa.apps.diagnosis.forms import DecisionForm, DoneForm, decision_values
from kansa.apps.diagnosis.models import Measure
from kansa.apps.diagnosis.queries.alike import alike, listed
from kansa.apps.diagnosis.queries.assets import zones_known
from kansa.apps.diagnosis.queries.measure_rights import is_in_charge, may_approve, may_propose, may_verify
from kansa.apps.diagnosis.queries.measures import (
    MeasureFilter,
    MeasureLine,
    fitting,
    lines_of,
    measure_lines,
    measure_of,
    proposed_measures,
    same_elsewhere,
    steps_of,
    targets_of,
)
from kansa.apps.diagnosis.views.assets import departments_now
from kansa.apps.diagnosis.views.measures_shown import (
    decision_shown,
    inputs_shown,
    options_shown,
    queue_key_shown,
    queue_picture,
)
from kansa.apps.diagnosis.views.shown import number_asked, this_year
from kansa.apps.people.models import Department
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.measures import MEASURE_KINDS_JA, queue_counts
from kansa.core.permission import Actor, can
from kansa.core.vulnerability import STATES_JA

ON_A_PAGE = 50
TARGETS_SHOWN = 300
STAGES: dict[str, Any] = {
    "": gettext_lazy("解消していないもの"),
    "acting": gettext_lazy("所管課の番"),
    "undecided": gettext_lazy("決定していないもの"),
    "late": gettext_lazy("期限超過・見直し"),
    "soon": gettext_lazy("30日以内に期限"),
    "all": gettext_lazy("全て"),
}


def measure_permitted(request: HttpRequest) -> Actor:
    """Who may look at measures: the office, the CISO, the departments. A firm reports; it does not decide."""
    actor = permitted(request, "read_diagnosis")
    if actor.firms and not actor.departments and not can(actor, "read_all"):
        raise PermissionDenied
    return actor


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """The measures in the order in which they are to be taken."""
    actor = measure_permitted(request)
    stage = request.GET.get("stage", "")
    asked = MeasureFilter(
        number_asked(request, "zone"), number_asked(request, "department"), stage if stage in STAGES else ""
    )
    today = timezone.localdate()
    every = measure_lines(actor, today, is_whole=False)
    lines = fitting(every, asked, today)
    waiting = proposed_measures(actor, this_year())
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects([one.measure for one in page.object_list], "owning_department")
    context = {
        "asked": asked,
        "stages": list(STAGES.items()),
        "zones": zones_known(actor),
        "departments": departments_now(actor) if can(actor, "read_all") else [],
        "page": page,
        "total": len(lines),
        "has_any": bool(every),
        "late_count": sum(one.is_late for one in every),
        "picture": queue_picture(queue_counts((one.priority, one.standing) for one in every)),
        "picture_key": queue_key_shown(),
        "waiting_count": len(waiting),
        "waiting_targets": sum(len(one.keys) for one in waiting),
        "may_create": can(actor, "manage_diagnosis") or bool(actor.departments),
    }
    return render(request, "diagnosis/measures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proposals_page(request: HttpRequest) -> HttpResponse:
    """What could become a measure; chosen ones become one each."""
    actor = measure_permitted(request)
    if request.method == "POST":
        made = attempt(request, lambda: measures.create_measures(actor, request.POST.getlist("chosen")))
        if made is not None:
            messages.success(request, _("対策を{count}件作りました。").format(count=len(made)))
            return redirect("diagnosis:measures")
        return redirect("diagnosis:measure_proposals")
    found = proposed_measures(actor, this_year())
    names = dict(Department.objects.visible_to(actor).values_list("pk", "name_ja"))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        (measures.proposal_code(one), one, names.get(one.owner, "－"), MEASURE_KINDS_JA[one.kind])
        for one in page.object_list
        if may_propose(actor, one.owner)
    ]
    context = {"rows": rows, "page": page, "total": len(found), "may_create": bool(rows)}
    return render(request, "diagnosis/measure_proposals.html", context)


def measure_context(actor: Actor, measure: Measure) -> dict[str, Any]:
    """Everything that the page of a measure tells."""
    (line,) = lines_of(actor.municipality_id, [measure], timezone.localdate())
    steps = steps_of(measure)
    shown = line.shown
    targets = [(one, STATES_JA[one.state]) for one in targets_of(measure, this_year())[:TARGETS_SHOWN]]
    elsewhere = same_elsewhere(actor, measure, this_year()) if can(actor, "order_rollout") else []
    return {
        "measure": measure,
        "line": line,
        "kind_ja": MEASURE_KINDS_JA[measure.kind],
        "decision": decision_shown(shown) if shown else None,
        "inputs": inputs_shown(shown) if shown else [],
        "options": options_shown(shown) if shown else [],
        "steps": [decision_shown(one) for one in steps],
        "base": steps[0].pk if steps else 0,
        "targets": targets,
        "more_targets": max(0, line.tally.total - TARGETS_SHOWN),
        "elsewhere": elsewhere,
        "unseen": _unseen(actor, measure),
        "siblings": _siblings(actor, measure) if not steps else [],
        "done_form": DoneForm(initial={"done_on": timezone.localdate()}),
        **rights_of(actor, measure, line),
    }


def rights_of(actor: Actor, measure: Measure, line: MeasureLine) -> dict[str, bool]:
    """What the person may do about it now."""
    may_act = may_propose(actor, measure.owning_department_id)
    is_decided = line.in_force is not None and line.in_force.treatment != "accept"
    latest = line.latest
    return {
        "may_propose": may_act and line.tally.total > 0,
        "may_split": may_act and line.tally.total > 1,
        "may_answer": latest is not None and latest.step == "proposed" and may_approve(actor, measure, latest),
        "may_withdraw": may_act and latest is not None and latest.step in ("proposed", "approved"),
        "may_report": may_act and is_decided and line.standing in ("decided", "overdue", "review", "returned"),
        "may_verify": measure.done_on is not None and line.standing == "done" and may_verify(actor, measure),
        "is_own": is_in_charge(actor, measure.owning_department_id),
    }


def _unseen(actor: Actor, measure: Measure) -> list[tuple[str, str]]:
    """(department, numbers of its assets) that the register calls the same and that no such scan has looked at."""
    if not can(actor, "order_rollout"):
        return []
    found = {pk: one.unseen for pk, one in alike(actor.municipality_id, [measure.pk], this_year()).items()}
    names = dict(Department.objects.visible_to(actor).filter(pk__in=found).values_list("pk", "name_ja"))
    return [(names.get(pk, "－"), listed(numbers)) for pk, numbers in sorted(found.items()) if numbers]


def _siblings(actor: Actor, measure: Measure) -> list[Measure]:
    """Undecided measures of the same department, to be put together."""
    rows = Measure.objects.visible_to(actor).filter(
        owning_department=measure.owning_department_id, decisions__isnull=True, targets__removed_at__isnull=True
    )
    return list(rows.exclude(pk=measure.pk).distinct().order_by("title_ja", "pk")[:100])


@require_http_methods(["GET", "HEAD", "POST"])
def measure_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: what it settles, what was weighed, who is to act."""
    actor = measure_permitted(request)
    measure = measure_of(actor, pk)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("do", ""))
        made = attempt(request, lambda: act(actor, measure, request), _("記録しました。")) if act else None
        return redirect("diagnosis:measure", made.pk if isinstance(made, Measure) else measure.pk)
    return render(request, "diagnosis/measure.html", measure_context(actor, measure))


def _base(request: HttpRequest) -> int:
    text = request.POST.get("base", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _chosen(request: HttpRequest, name: str) -> list[int]:
    return [int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdecimal() and len(one) < 12]


def _words(request: HttpRequest, name: str = "words") -> str:
    return str(request.POST.get(name, ""))[:2000]


def _approve(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return decisions.approve(actor, measure.pk, _base(request))


def _send_back(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return decisions.send_back(actor, measure.pk, _base(request), _words(request))


def _withdraw(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return decisions.withdraw(actor, measure.pk, _base(request), _words(request))


def _split(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return measures.split_measure(actor, measure.pk, _chosen(request, "target"), _words(request, "title"))


def _merge(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return measures.merge_measures(actor, measure.pk, _chosen(request, "other"), _words(request, "title"))


def _roll_out(actor: Actor, measure: Measure, _request: HttpRequest) -> object:
    return measures.roll_out_measure(actor, measure.pk)


def _done(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    form = DoneForm(request.POST)
    day = form.cleaned_data["done_on"] if form.is_valid() else timezone.localdate()
    return measures.report_measure_done(actor, measure.pk, day, _words(request, "note_ja") if form.is_valid() else "")


def _verify(actor: Actor, measure: Measure, request: HttpRequest) -> object:
    return measures.verify_measure(actor, measure.pk, _words(request), holds=request.POST.get("do") == "verify")


ACTS = {
    "approve": _approve,
    "send_back": _send_back,
    "withdraw": _withdraw,
    "split": _split,
    "merge": _merge,
    "roll_out": _roll_out,
    "done": _done,
    "verify": _verify,
    "return": _verify,
}


@require_http_methods(["GET", "HEAD", "POST"])
def decide_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Weighing a measure: condition, side effects, cost, the ways compared, the conclusion."""
    actor = measure_permitted(request)
    measure = measure_of(actor, pk)
    if not may_propose(actor, measure.owning_department_id):
        raise PermissionDenied
    (line,) = lines_of(actor.municipality_id, [measure], timezone.localdate())
    if line.proposed is None:
        return redirect("diagnosis:measure", measure.pk)
    initial = decision_values(line.latest) if line.latest else {}
    form = DecisionForm(line.proposed, request.POST or None, initial=initial)
    base = _base(request) if request.method == "POST" else line.latest.pk if line.latest else 0
    is_sent = request.method == "POST"
    if is_sent and submit(form, lambda: decisions.propose(actor, measure.pk, form.weighed(), base)) is not None:
        return redirect("diagnosis:measure", measure.pk)
    context = {"measure": measure, "line": line, "form": form, "base": base}
    return render(request, "diagnosis/measure_decide.html", context)
