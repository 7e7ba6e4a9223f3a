"""How is a case found, made of a finding, looked at and published?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.education.actions import publish_case, save_case, withdraw_case
from kansa.apps.education.forms import CaseForm, case_values
from kansa.apps.education.models import Case, ExerciseAnswer, ExerciseCase
from kansa.apps.education.queries import case_residues, case_words, draft_of, levels_of, unused_findings
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor, can

ON_PAGE = 30


def case_for(actor: Actor, pk: int) -> Case:
    """A case that the person sees. Raises Http404."""
    found: Case | None = Case.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この事例はありません。"))
    return found


def is_hidden_answer(actor: Actor, case: Case) -> bool:
    """Whether the person has the case in an exercise that is not handed in yet: then the answer stays hidden."""
    if can(actor, "manage_education"):
        return False
    open_places = ExerciseCase.objects.filter(
        municipality_id=actor.municipality_id,
        case=case,
        exercise__is_published=True,
        exercise__closes_on__gte=timezone.localdate(),
    )
    handed_in = open_places.filter(
        exercise__sittings__account_id=actor.account_id or 0, exercise__sittings__finished_at__isnull=False
    )
    return open_places.exclude(pk__in=handed_in.values("pk")).exists()


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The cases, searched by words and domain."""
    actor = permitted(request, "take_education")
    words, domain = request.GET.get("q", "").strip(), request.GET.get("domain", "")
    rows = Case.objects.visible_to(actor).order_by("domain_ja", "title_ja")
    domains = sorted(set(rows.values_list("domain_ja", flat=True)))
    for word in words.split():
        told = Q(title_ja__icontains=word) | Q(situation_ja__icontains=word) | Q(item_ja__icontains=word)
        rows = rows.filter(told | Q(item_code__iexact=word))
    rows = rows.filter(domain_ja=domain) if domain else rows
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "domain": domain, "domains": domains}
    return render(request, "education/cases.html", context | {"is_office": can(actor, "manage_education")})


@require_safe
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One case; the answer is folded, and hidden while the case is asked in an exercise."""
    actor = permitted(request, "take_education")
    case = case_for(actor, pk)
    context = {
        "case": case,
        "is_office": can(actor, "manage_education"),
        "is_hidden": is_hidden_answer(actor, case),
        "is_used": ExerciseAnswer.objects.filter(place__case=case).exists(),
    }
    return render(request, "education/case.html", context)


@require_safe
def finding_list(request: HttpRequest) -> HttpResponse:
    """Findings that a case can be made of."""
    actor = permitted(request, "manage_education")
    words = request.GET.get("q", "").strip()
    rows = unused_findings(actor)
    if words:
        rows = rows.filter(Q(title_ja__icontains=words) | Q(fact_ja__icontains=words) | Q(code__iexact=words))
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "education/findings.html", {"page": page, "words": words})


@require_http_methods(["GET", "POST"])
def add_case(request: HttpRequest) -> HttpResponse:
    """A new case, out of a finding when one is named."""
    actor = permitted(request, "manage_education")
    asked = request.GET.get("finding", "")
    finding = unused_findings(actor).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    first = case_values(draft_of(actor, finding)) if finding else {}
    levels = levels_of(actor.municipality_id, fiscal_year_of(timezone.localdate()))
    form = CaseForm(request.POST or None, levels=levels, initial=first)
    finding_id = finding.pk if finding else None
    if request.method == "POST":
        made = submit(form, lambda: save_case(actor, None, form.words(), finding_id=finding_id))
        if made is not None:
            return redirect("education:check_case", made.pk)
    return render(request, "education/edit_case.html", {"form": form, "finding": finding})


@require_http_methods(["GET", "POST"])
def edit_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording of a case; then it has to be looked at again."""
    actor = permitted(request, "manage_education")
    case = case_for(actor, pk)
    levels = levels_of(actor.municipality_id, fiscal_year_of(timezone.localdate()))
    form = CaseForm(request.POST or None, levels=levels, initial=case_values(case_words(case)))
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else -1
    if request.method == "POST":
        made = submit(form, lambda: save_case(actor, pk, form.words(), version=version))
        if made is not None:
            return redirect("education:check_case", pk)
    return render(request, "education/edit_case.html", {"form": form, "case": case, "finding": case.finding})


@require_http_methods(["GET", "POST"])
def check_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What in the case may still identify somebody; each has to be resolved or ticked before it is published."""
    actor = permitted(request, "manage_education")
    case = case_for(actor, pk)
    looked_at = request.POST.getlist("looked_at")
    if request.method == "POST":
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 9 else -1
        done = _("事例を公開しました。")
        if attempt(request, lambda: publish_case(actor, pk, version, looked_at), done) is not None:
            return redirect("education:case", pk)
    context = {"case": case, "residues": case_residues(case), "looked_at": looked_at}
    return render(request, "education/check_case.html", context)


@require_POST
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a case out of the auditors' sight."""
    actor = permitted(request, "manage_education")
    case = case_for(actor, pk)
    attempt(request, lambda: withdraw_case(actor, pk, case.version), _("事例の公開を取りやめました。"))
    return redirect("education:case", pk)
