"""How does an official with no engineer at hand get from an empty database to the first audit?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kansa.apps.annual_report.actions import begin_year, usual_year
from kansa.apps.annual_report.forms import BeginForm, NameForm
from kansa.apps.annual_report.queries import Step, first_steps
from kansa.apps.people.actions import found_municipality
from kansa.apps.trail.forms import permitted, submit
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.permission import Actor, can
from kansa.formats.readers.settings import BY_KEY
from kansa.formats.records import ScaleLevelRecord, YearSettingRecord


@dataclass(frozen=True, slots=True)
class Way:
    """One way to do a step: its words, its address, the verb it needs."""

    words: str | Promise
    address: Callable[[int], str]
    verb: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a step is, and the ways to do it."""

    title: str | Promise
    purpose: str | Promise
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A step as the page shows it to one person."""

    step: Step
    told: Told
    ways: tuple[tuple[str | Promise, str], ...]
    is_next: bool


def imports(kind: str) -> Callable[[int], str]:
    """The page that takes in one kind."""
    return lambda _year: reverse("annual_report:import", args=[kind])


def page(name: str, *, of_year: bool = False) -> Callable[[int], str]:
    """A page of the house, of the year where it has one."""
    return lambda year: reverse(name, args=[year] if of_year else [])


STEPS = {
    "municipality": Told(gettext_lazy("市区町村の名称"), gettext_lazy("報告書の表紙と通知に載る名称です。"), ()),
    "year": Told(
        gettext_lazy("年度の規則と判定基準"),
        gettext_lazy("合格点と、判定のレベル。よくある５段階から始めることも、手元の表を取り込むこともできます。"),
        (
            Way(gettext_lazy("よくある５段階で始める"), page("annual_report:begin"), "import"),
            Way(gettext_lazy("年度設定を取り込む"), imports("year"), "import"),
            Way(gettext_lazy("画面で決める"), page("controls:rules", of_year=True), "manage_rules"),
        ),
    ),
    "departments": Told(
        gettext_lazy("課所等"),
        gettext_lazy("監査の対象になる組織の一覧です。"),
        (
            Way(gettext_lazy("一覧を取り込む"), imports("departments"), "import"),
            Way(gettext_lazy("画面で追加する"), page("people:organisation"), "manage_organisation"),
        ),
    ),
    "staff": Told(
        gettext_lazy("職員名簿"),
        gettext_lazy("監査員と、自己点検の対象者です。監査員が自分の課所等を監査しないことを確かめるために使います。"),
        (Way(gettext_lazy("名簿を取り込む"), imports("staff"), "import"),),
    ),
    "checklist": Told(
        gettext_lazy("チェックリスト"),
        gettext_lazy("監査で確かめる項目です。総務省の監査ガイドラインの項目表から作ることもできます。"),
        (
            Way(gettext_lazy("項目を取り込む"), imports("checklist"), "import"),
            Way(gettext_lazy("画面で作る"), page("controls:checklists"), "manage_checklist"),
            Way(gettext_lazy("ガイドラインの項目表を取り込む"), imports("guideline"), "import"),
        ),
    ),
    "accounts": Told(
        gettext_lazy("アカウントと役割"),
        gettext_lazy("監査員や対象の課所等の人がサインインできるようにします。役割は年度ごとに決めます。"),
        (
            Way(gettext_lazy("アカウントを追加する"), page("people:accounts"), "manage_accounts"),
            Way(gettext_lazy("一覧を取り込む"), imports("accounts"), "manage_accounts"),
        ),
    ),
    "engagement": Told(
        gettext_lazy("最初の監査"),
        gettext_lazy("対象の課所等と日を決めて、監査を一件計画します。"),
        (
            Way(gettext_lazy("監査を計画する"), page("audits:new", of_year=True), "manage_engagements"),
            Way(gettext_lazy("実施計画を取り込む"), imports("engagements"), "import"),
        ),
    ),
}


def lines(actor: Actor, fiscal_year: int) -> list[Line]:
    """The steps with the ways that this person may go; the first open one is next."""
    steps = first_steps(actor)
    following = next((one.code for one in steps if not one.is_done), "")
    return [
        Line(
            one,
            STEPS[one.code],
            tuple((way.words, way.address(fiscal_year)) for way in STEPS[one.code].ways if can(actor, way.verb)),
            one.code == following,
        )
        for one in steps
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def start_page(request: HttpRequest) -> HttpResponse:
    """The steps, ticked from the records; the name of the municipality is typed here."""
    actor = permitted(request, "import", "manage_accounts")
    form = NameForm()
    if request.method == "POST":
        permitted(request, "import")
        form = NameForm(request.POST)
        if submit(form, lambda: found_municipality(actor, form.cleaned_data["name_ja"].strip())) is not None:
            messages.success(request, _("名称を登録しました。"))
            return redirect("annual_report:start")
    found = lines(actor, fiscal_year_of(timezone.localdate()))
    context = {
        "lines": found,
        "done_count": sum(line.step.is_done for line in found),
        "form": form,
        "may_name": can(actor, "import"),
    }
    return render(request, "annual_report/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_page(request: HttpRequest) -> HttpResponse:
    """The usual rules and scale, shown before they become those of a year."""
    actor = permitted(request, "import")
    this_year = fiscal_year_of(timezone.localdate())
    form = BeginForm(request.POST) if request.method == "POST" else BeginForm(initial={"fiscal_year": this_year})
    if submit(form, lambda: begin_year(actor, form.cleaned_data["fiscal_year"])) is not None:
        year_ja = era_year_ja(form.cleaned_data["fiscal_year"])
        messages.success(request, _("%(year)sの規則と判定基準を登録しました。") % {"year": year_ja})
        return redirect("annual_report:start")
    records = usual_year(this_year)
    context = {
        "form": form,
        "rules": [(BY_KEY[one.key].name_ja, one.value) for one in records if isinstance(one, YearSettingRecord)],
        "scale": [one for one in records if isinstance(one, ScaleLevelRecord)],
    }
    return render(request, "annual_report/begin.html", context)
