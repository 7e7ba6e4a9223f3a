"""Who stood on the roster, and where did a person work in which year?"""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.people import actions, queries
from kansa.apps.people.forms import FormerPostForm, year_choices
from kansa.apps.people.models import Account, FormerPost, StaffMember
from kansa.apps.people.views.accounts import LONGEST_SEARCH, this_year
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.fiscal import era_year_ja

PEOPLE_A_PAGE = 50


@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    """The roster of a fiscal year, the newest one unless another is asked for."""
    actor = permitted(request, "manage_organisation")
    years = queries.roster_years(actor)
    asked = request.GET.get("year", "")
    year = next((one for one in years if str(one) == asked), years[0] if years else this_year())
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    page = Paginator(queries.roster(actor, year, words), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "year": year, "year_ja": era_year_ja(year), "years": year_choices(years)}
    return render(request, "people/staff.html", context)


@require_http_methods(["GET", "POST"])
def person_page(request: HttpRequest, number: str) -> HttpResponse:
    """One person's posts by year, and a form to enter one that no roster holds."""
    actor = permitted(request, "manage_organisation")
    person = StaffMember.objects.visible_to(actor).filter(staff_number=number).order_by("fiscal_year").last()
    account = Account.objects.visible_to(actor).filter(staff_number=number).order_by("pk").first()
    posts = queries.posts_by_year(actor, number)
    if person is None and account is None and not posts:
        raise Http404(_("この職員番号の人は、名簿にもアカウントにもいません。"))
    form = FormerPostForm(request.POST if request.method == "POST" else None, actor=actor, this_year=this_year())
    if request.method == "POST":
        names = ("fiscal_year", "department", "post_ja")
        entered = submit(
            form, lambda: actions.add_former_post(actor, number, *(form.cleaned_data[name] for name in names))
        )
        if entered is not None:
            return redirect("people:person", number)
    context = {
        "number": number,
        "name_ja": person.name_ja if person is not None else account.name_ja if account is not None else "",
        "posts": [(era_year_ja(one.fiscal_year), one) for one in posts],
        "form": form,
    }
    return render(request, "people/person.html", context)


@require_POST
def remove_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an entered post back."""
    actor = permitted(request, "manage_organisation")
    if not FormerPost.objects.visible_to(actor).filter(pk=pk).exists():
        raise Http404(_("この過去の所属はありません。"))
    number = attempt(request, lambda: actions.remove_former_post(actor, pk), _("過去の所属を取り除きました。"))
    return redirect("people:staff") if number is None else redirect("people:person", number)
