"""Who has an account, in which roles, and what can the administrator do with it?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.people import actions, queries
from kansa.apps.people.forms import MADE, NONE, AccountForm, DutyForm, PasswordForm, year_choices
from kansa.apps.people.messages import METHODS, SIGN_INS, STATES
from kansa.apps.people.models import Account, Appointment
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.permission import ROLES_JA, Actor

ACCOUNTS_A_PAGE = 50
LONGEST_SEARCH = 100  # characters


def this_year() -> int:
    """The fiscal year of today."""
    return fiscal_year_of(timezone.localdate())


def account_of(actor: Actor, login: str) -> Account:
    """An account of the actor's municipality; 404 when there is none."""
    found: Account | None = Account.objects.visible_to(actor).filter(login=login).first()
    if found is None:
        raise Http404(_("ログイン名「%(login)s」のアカウントはありません。") % {"login": login})
    return found


def duty_words(one: Appointment) -> dict[str, Any]:
    """An appointment as the pages show it."""
    place = one.department.name_ja if one.department else one.firm.name_ja if one.firm else ""
    return {"pk": one.pk, "year_ja": era_year_ja(one.fiscal_year), "role_ja": ROLES_JA[one.role], "place_ja": place}


def wanted_of(request: HttpRequest) -> queries.AccountFilter:
    """The filter of an address; what is no choice narrows nothing."""
    asked = request.GET
    year, role, state = asked.get("year", ""), asked.get("role", ""), asked.get("state", "")
    return queries.AccountFilter(
        asked.get("q", "")[:LONGEST_SEARCH].strip(),
        role if role in ROLES_JA else "",
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        state if state in STATES else "",
    )


@require_safe
def account_list(request: HttpRequest) -> HttpResponse:
    """Every account with its state and this year's roles; search, filters, fifty a page."""
    actor, year, wanted = permitted(request, "manage_accounts"), this_year(), wanted_of(request)
    page = Paginator(queries.accounts_found(actor, wanted, year), ACCOUNTS_A_PAGE).get_page(request.GET.get("page"))
    shown_year = year if wanted.fiscal_year is None else wanted.fiscal_year
    held = Appointment.objects.visible_to(actor).filter(fiscal_year=shown_year, account__in=list(page.object_list))
    duties: dict[int, list[dict[str, Any]]] = {}
    for one in held.select_related("department", "firm").order_by("role", "pk"):
        duties.setdefault(one.account_id, []).append(duty_words(one))
    rows = [(one, queries.state_of(one, year), duties.get(one.pk, [])) for one in page.object_list]
    context = {
        "page": page,
        "rows": [(one, STATES[state], state, own, era_year_ja(one.valid_through)) for one, state, own in rows],
        "wanted": wanted,
        "roles": ROLES_JA,
        "states": STATES,
        "years": year_choices(range(year + 1, year - 6, -1)),
        "shown_year_ja": era_year_ja(shown_year),
    }
    return render(request, "people/accounts.html", context)


@require_http_methods(["GET", "POST"])
def add_account(request: HttpRequest) -> HttpResponse:
    """A new account; its passing password is shown once, on the answer to the form."""
    actor, year = permitted(request, "manage_accounts"), this_year()
    first = {"valid_through": year, "fiscal_year": year}
    form = AccountForm(request.POST or None, actor=actor, this_year=year, initial=first)
    if request.method == "POST":
        password = chosen_password(form)
        account = submit(form, lambda: added(actor, form.cleaned_data, password, year))
        if account is not None:
            context = {"account": account, "password": password if form.cleaned_data["way"] != NONE else None}
            return render(request, "people/password_once.html", {**context, "is_new": True})
    return render(request, "people/account_add.html", {"form": form})


def chosen_password(form: PasswordForm) -> str:
    """What is typed when it is to be typed, else a made one; "" for a form that is not valid."""
    if not form.is_valid():
        return ""
    is_made = (form.cleaned_data["way"] or MADE) == MADE
    return actions.passing_password() if is_made else str(form.cleaned_data["password"])


def added(actor: Actor, data: dict[str, Any], password: str, year: int) -> Account:
    """Adds the account of a valid form."""
    duty = actions.Duty(data["role"], data["fiscal_year"] or year, data["department"], data["firm"])
    return actions.add_account(
        actor,
        data["login"],
        data["name_ja"],
        staff_number=data["staff_number"],
        valid_through=data["valid_through"],
        password=None if data["way"] == NONE else password,
        duties=[duty] if data["role"] else [],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def give_passwords(request: HttpRequest) -> HttpResponse:
    """Passing passwords for those who have none yet, fifty at a time; shown once, on the answer to the form."""
    actor = permitted(request, "manage_accounts")
    if request.method == "POST":
        typed = request.POST.getlist("chosen")
        chosen = [int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 10]
        made = attempt(request, lambda: actions.give_passwords(actor, chosen))
        if made:
            return render(request, "people/passwords_once.html", {"made": made})
        messages.info(request, _("誰も選ばれていないか、選んだ人には既にパスワードがあります。"))
        return redirect("people:give_passwords")
    rows = queries.without_password(actor)
    context = {"rows": rows[: actions.MOST_AT_ONCE], "count": rows.count(), "most": actions.MOST_AT_ONCE}
    return render(request, "people/give_passwords.html", context)


@require_safe
def account_page(request: HttpRequest, login: str) -> HttpResponse:
    """One account: its state, its roles by year, the newest sign-ins, and what can be done."""
    actor, year = permitted(request, "manage_accounts"), this_year()
    account = account_of(actor, login)
    held = Appointment.objects.visible_to(actor).filter(account=account).select_related("department", "firm")
    state = queries.state_of(account, year)
    marks = [
        (one, SIGN_INS[one.verb], [METHODS.get(way, way) for way in str(one.after.get("method", "")).split("+") if way])
        for one in queries.recent_sign_ins(actor, login)
    ]
    context = {
        "account": account,
        "state": state,
        "state_words": STATES[state],
        "valid_ja": era_year_ja(account.valid_through),
        "is_locked": queries.is_locked(account),
        "has_second_factor": queries.has_second_factor(account),
        "is_own": account.pk == actor.account_id,
        "duties": [duty_words(one) for one in held.order_by("-fiscal_year", "role", "pk")],
        "years": year_choices(range(year, year + 4)),
        "marks": marks,
    }
    return render(request, "people/account.html", context)


@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest, login: str) -> HttpResponse:
    """Gives a role."""
    actor, year = permitted(request, "manage_accounts"), this_year()
    account = account_of(actor, login)
    form = DutyForm(request.POST or None, actor=actor, this_year=year, initial={"fiscal_year": year})
    if request.method == "POST":
        given = submit(form, lambda: actions.appoint(actor, account.pk, duty_of(form.cleaned_data)))
        if given is not None:
            return redirect("people:account", login)
    return render(request, "people/appoint.html", {"form": form, "account": account})


def duty_of(data: dict[str, Any]) -> actions.Duty:
    """The duty of a valid form."""
    return actions.Duty(data["role"], data["fiscal_year"], data["department"], data["firm"])


@require_http_methods(["GET", "POST"])
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more, then takes a role away."""
    actor = permitted(request, "manage_accounts")
    rows = Appointment.objects.visible_to(actor).filter(pk=pk).select_related("account", "department", "firm")
    one = rows.first()
    if one is None:
        raise Http404(_("この任命はありません。"))
    if request.method == "POST":
        attempt(request, lambda: actions.dismiss(actor, pk), _("任命を解きました。"))
        return redirect("people:account", one.account.login)
    return render(request, "people/dismiss.html", {"account": one.account, "duty": duty_words(one)})


@require_http_methods(["GET", "POST"])
def disable(request: HttpRequest, login: str) -> HttpResponse:
    """Asks once more, then closes an account."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    if request.method == "POST":
        attempt(request, lambda: actions.disable_account(actor, account.pk), _("アカウントを停止しました。"))
        return redirect("people:account", login)
    return render(request, "people/disable.html", {"account": account})


@require_POST
def enable(request: HttpRequest, login: str) -> HttpResponse:
    """Opens a closed account."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    attempt(request, lambda: actions.enable_account(actor, account.pk), _("アカウントを再開しました。"))
    return redirect("people:account", login)


@require_POST
def renew(request: HttpRequest, login: str) -> HttpResponse:
    """Moves the last fiscal year."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    asked = request.POST.get("valid_through", "")

    def act() -> Account:
        if not (asked.isascii() and asked.isdigit() and len(asked) == 4):
            raise InputError(Refusal("bad_year", "有効期限の年度を選んでください。", Place(column="有効期限の年度")))
        return actions.renew_account(actor, account.pk, int(asked))

    attempt(request, act, _("有効期限を変更しました。"))
    return redirect("people:account", login)


@require_POST
def unlock(request: HttpRequest, login: str) -> HttpResponse:
    """Lets a person try again at once."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    attempt(request, lambda: actions.unlock_account(actor, account.pk), _("ロックを解除しました。"))
    return redirect("people:account", login)


@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, login: str) -> HttpResponse:
    """Gives a passing password and shows it once."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = chosen_password(form)
        if submit(form, lambda: actions.reset_password(actor, account.pk, password)) is not None:
            return render(request, "people/password_once.html", {"account": account, "password": password})
    return render(request, "people/reset_password.html", {"form": form, "account": account})


@require_http_methods(["GET", "POST"])
def remove_factors(request: HttpRequest, login: str) -> HttpResponse:
    """Asks once more, then takes a lost second factor away."""
    actor = permitted(request, "manage_accounts")
    account = account_of(actor, login)
    if request.method == "POST":
        attempt(request, lambda: actions.remove_factors(actor, account.pk), _("二要素認証を取り外しました。"))
        return redirect("people:account", login)
    return render(request, "people/remove_factors.html", {"account": account})


@require_http_methods(["GET", "POST"])
def copy_appointments(request: HttpRequest) -> HttpResponse:
    """Last year's roles in the new year: what would be given and what is left out, then all of it."""
    actor, year = permitted(request, "manage_accounts"), this_year()
    asked = request.POST.get("fiscal_year") or request.GET.get("fiscal_year") or ""
    target = year + 1 if asked == str(year + 1) else year
    if request.method == "POST":
        count = attempt(request, lambda: actions.copy_appointments(actor, target))
        return redirect("people:accounts") if count is None else copied(request, count, target)
    context = {
        "target": target,
        "target_ja": era_year_ja(target),
        "before_ja": era_year_ja(target - 1),
        "years": year_choices((year, year + 1)),
        "given": [(one.account, duty_words(one)) for one in queries.copied_appointments(actor, target)],
        "left": [(one.account, duty_words(one), why) for one, why in queries.uncopied_appointments(actor, target)],
    }
    return render(request, "people/copy.html", context)


def copied(request: HttpRequest, count: int, target: int) -> HttpResponse:
    """Tells how many roles were given, on the list."""
    words = _("%(year)sに%(count)s件の任命を写しました。") % {"year": era_year_ja(target), "count": count}
    attempt(request, lambda: count, words)
    return redirect("people:accounts")
