"""Which departments does a fiscal year have, what were they before, and how is the organisation changed?

Every change is shown before it is made: the same form is sent twice, the second time with `confirm`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kansa.apps.people import actions, queries
from kansa.apps.people.actions import OrganisationChange
from kansa.apps.people.forms import (
    BeginningForm,
    ClosingForm,
    CorrectionForm,
    DivisionForm,
    MergerForm,
    NewDepartmentForm,
    departments_of,
    year_choices,
)
from kansa.apps.people.messages import SUCCESSIONS
from kansa.apps.people.models import Department, Succession
from kansa.apps.people.views.accounts import this_year
from kansa.apps.trail.actions import ImportPlan
from kansa.apps.trail.forms import permitted, submit
from kansa.core.errors import InputError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.words import DEPARTMENT_KINDS

VERB = "manage_organisation"
NEVER_SENT_AGAIN = {"csrfmiddlewaretoken", "confirm", "back"}
SomeForm = TypeVar("SomeForm", bound=Form)


def department_or_404(actor: Actor, code: str, valid_from: int) -> Department:
    """The department of an address."""
    found = queries.department_at(actor, code, valid_from)
    if found is None:
        raise Http404(_("この課所等はありません。"))
    return found


def year_of(request: HttpRequest) -> int:
    """The fiscal year that the list is asked for; this one by default."""
    asked = request.GET.get("year", "")
    return int(asked) if asked.isascii() and asked.isdigit() and 1990 <= int(asked[:4]) <= 2200 else this_year()


def validity_ja(one: Department) -> str:
    """令和６年度〜 or 令和６年度〜令和７年度."""
    return f"{era_year_ja(one.valid_from)}〜{era_year_ja(one.valid_to) if one.valid_to is not None else ''}"


def values_ja(values: tuple[Any, ...]) -> str:
    """A department's values, as a plan of an import holds them, in one line."""
    code, valid_from, name, bureau, kind, valid_to = values
    years = f"{era_year_ja(valid_from)}〜{era_year_ja(valid_to) if valid_to is not None else ''}"
    return f"{code} {name}（{bureau}・{DEPARTMENT_KINDS.ja.get(kind, kind)}）{years}"


def changes_ja(plan: ImportPlan) -> Iterator[tuple[str, str, str]]:
    """What a plan does, row by row: what, before, after."""
    departments, successions = plan.tables
    for changed in departments.changed:
        yield _("変更"), values_ja(changed.before), values_ja(changed.row.values)
    for row in departments.added:
        yield _("追加"), "", values_ja(row.values)
    for row in successions.added:
        year, old, new, kind = row.values
        if isinstance(old, Department) and isinstance(new, Department):
            words = f"{old.name_ja} → {new.name_ja}（{era_year_ja(int(str(year)))}、{SUCCESSIONS[str(kind)]}）"
            yield _("承継"), "", words


def left_behind_ja(ending: dict[Department, int]) -> Iterator[str]:
    """What a person has to look after when departments end."""
    for one, last_year in ending.items():
        counts = queries.left_behind(one, last_year)
        place = {"name": one.name_ja, "year": era_year_ja(last_year + 1)}
        if counts["appointments"]:
            words = _("「%(name)s」には%(year)s以降の任命が%(count)s件あります。承継する課所等に任命し直してください。")
            yield words % {**place, "count": counts["appointments"]}
        if counts["staff"]:
            words = _("「%(name)s」には%(year)s以降の名簿に%(count)s人います。名簿を取り込み直してください。")
            yield words % {**place, "count": counts["staff"]}
        if counts["others"]:
            words = _("「%(name)s」を指す%(year)s以降の記録（計画など）が%(count)s件あります。確かめてください。")
            yield words % {**place, "count": counts["others"]}


def carry_out(
    request: HttpRequest, actor: Actor, form: SomeForm, change_of: Callable[[SomeForm], OrganisationChange], title: str
) -> HttpResponse:
    """The form, then what it would change, then the change itself."""
    context: dict[str, Any] = {"form": form, "title": title}
    if request.method != "POST" or "back" in request.POST:
        return render(request, "people/organisation_form.html", context)
    if "confirm" in request.POST:
        if submit(form, lambda: actions.change_organisation(actor, change_of(form))) is not None:
            messages.success(request, _("組織を変更しました。"))
            return redirect("people:organisation")
        return render(request, "people/organisation_form.html", context)
    plan = submit(form, lambda: accepted(actions.plan_change(actor, change_of(form))))
    if plan is None:
        return render(request, "people/organisation_form.html", context)
    context["changes"] = list(changes_ja(plan))
    context["warnings"] = list(left_behind_ja(ending_of(plan)))
    context["sent"] = [
        (name, value) for name, values in request.POST.lists() if name not in NEVER_SENT_AGAIN for value in values
    ]
    return render(request, "people/organisation_preview.html", context)


def accepted(plan: ImportPlan) -> ImportPlan:
    """A plan without refusals. Raises InputError with those that there are."""
    if plan.refusals:
        raise InputError(*plan.refusals)
    return plan


def ending_of(plan: ImportPlan) -> dict[Department, int]:
    """The standing departments that the plan ends, with their last year."""
    ends = {one.pk: one.row.values[5] for one in plan.tables[0].changed if one.before[5] is None}
    rows = Department.objects.filter(pk__in=ends)
    return {one: int(str(ends[one.pk])) for one in rows if ends[one.pk] is not None}


@require_safe
def department_list(request: HttpRequest) -> HttpResponse:
    """課所等 of a fiscal year by bureau: kind, validity, staff, and what they came from."""
    actor, year = permitted(request, VERB), year_of(request)
    departments = departments_of(actor, year)
    staff = queries.roster_counts(actor.municipality_id, year)
    links = Succession.objects.visible_to(actor).filter(successor__in=departments).select_related("predecessor")
    origins: dict[int, list[Succession]] = {}
    for one in links.order_by("predecessor__code"):
        origins.setdefault(one.successor_id, []).append(one)
    rows: list[dict[str, Any]] = [
        {
            "department": one,
            "kind_ja": DEPARTMENT_KINDS.ja.get(one.kind, one.kind),
            "validity_ja": validity_ja(one),
            "staff": staff.get(one.code, 0),
            "origins": [(link.predecessor.name_ja, SUCCESSIONS[link.kind]) for link in origins.get(one.pk, [])],
        }
        for one in departments
    ]
    context = {
        "bureaus": [(name, list(own)) for name, own in groupby(rows, key=lambda row: row["department"].bureau_ja)],
        "count": len(rows),
        "year": year,
        "year_ja": era_year_ja(year),
        "years": year_choices(range(this_year() + 1, this_year() - 16, -1)),
    }
    return render(request, "people/organisation.html", context)


@require_safe
def history(request: HttpRequest, valid_from: int, code: str) -> HttpResponse:
    """One department: what it came from, what became of it, and what can be changed."""
    actor = permitted(request, VERB)
    department = department_or_404(actor, code, valid_from)
    before, after = queries.history_of(department)
    told = [
        [(era_year_ja(one.fiscal_year), SUCCESSIONS[one.kind], one.predecessor, one.successor) for one in steps]
        for steps in (before, after)
    ]
    context = {
        "department": department,
        "kind_ja": DEPARTMENT_KINDS.ja.get(department.kind, department.kind),
        "validity_ja": validity_ja(department),
        "before": told[0],
        "after": told[1],
    }
    return render(request, "people/department.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A department that came from nowhere."""
    actor = permitted(request, VERB)
    form = BeginningForm(request.POST or None, this_year=this_year(), initial={"fiscal_year": this_year()})
    return carry_out(request, actor, form, addition_of, _("課所等を追加"))


def addition_of(form: BeginningForm) -> OrganisationChange:
    """The change of a valid form."""
    return actions.addition(form.new_department(), form.cleaned_data["fiscal_year"])


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Departments become one."""
    actor, year = permitted(request, VERB), this_year()
    standing = {one.pk: one for one in departments_of(actor, year_of(request))}
    first = {"fiscal_year": year + 1}
    form = MergerForm(request.POST or None, departments=standing.values(), this_year=year, initial=first)

    def change_of(form: MergerForm) -> OrganisationChange:
        chosen = [standing[one] for one in form.cleaned_data["merged"]]
        return actions.merger(chosen, form.new_department(), form.cleaned_data["fiscal_year"])

    return carry_out(request, actor, form, change_of, _("課所等を統合"))


def standing_values(one: Department) -> dict[str, str]:
    """What a form about a department begins with."""
    return {"code": one.code, "name_ja": one.name_ja, "bureau_ja": one.bureau_ja, "kind": one.kind}


@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, valid_from: int, code: str) -> HttpResponse:
    """What was wrong from the beginning is put right; no succession."""
    actor = permitted(request, VERB)
    department = department_or_404(actor, code, valid_from)
    form = CorrectionForm(request.POST or None, initial=standing_values(department))

    def change_of(form: CorrectionForm) -> OrganisationChange:
        return actions.correction(department, form.corrected(code))

    return carry_out(request, actor, form, change_of, _("「%(name)s」の誤りを訂正") % {"name": department.name_ja})


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, valid_from: int, code: str) -> HttpResponse:
    """From 1 April the department is called otherwise."""
    actor, year = permitted(request, VERB), this_year()
    department = department_or_404(actor, code, valid_from)
    first = {**standing_values(department), "fiscal_year": year + 1}
    form = BeginningForm(request.POST or None, this_year=year, initial=first)

    def change_of(form: NewDepartmentForm) -> OrganisationChange:
        return actions.renaming(department, form.new_department(), form.cleaned_data["fiscal_year"])

    return carry_out(request, actor, form, change_of, _("「%(name)s」の名称変更") % {"name": department.name_ja})


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, valid_from: int, code: str) -> HttpResponse:
    """Parts become departments of their own."""
    actor, year = permitted(request, VERB), this_year()
    department = department_or_404(actor, code, valid_from)
    first = {"fiscal_year": year + 1}
    form = DivisionForm(request.POST or None, this_year=year, department=department, initial=first)

    def change_of(form: DivisionForm) -> OrganisationChange:
        data = form.cleaned_data
        return actions.division(department, form.parts(), data["fiscal_year"], stays=data["stays"])

    return carry_out(request, actor, form, change_of, _("「%(name)s」の分割") % {"name": department.name_ja})


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, valid_from: int, code: str) -> HttpResponse:
    """The department ends with nobody to stand for it."""
    actor, year = permitted(request, VERB), this_year()
    department = department_or_404(actor, code, valid_from)
    form = ClosingForm(request.POST or None, this_year=year, initial={"last_year": year})

    def change_of(form: ClosingForm) -> OrganisationChange:
        return actions.closing(department, form.cleaned_data["last_year"])

    return carry_out(request, actor, form, change_of, _("「%(name)s」の廃止") % {"name": department.name_ja})
