"""How does a file come in through the browser? Choose, look at what it would change, say yes, see what was done."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.annual_report.actions import KINDS, ImportOutcome, forget, hold, import_files, take_held
from kansa.apps.annual_report.forms import ImportForm
from kansa.apps.annual_report.queries import (
    EXPORTS,
    ChangeLine,
    change_lines,
    export_records,
    years_recorded,
)
from kansa.apps.annual_report.views.downloads import PURPOSES, XLSX_TYPE, file_answer
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.apps.trail.models import Event
from kansa.core.errors import Refusal
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can, import_verb
from kansa.formats.readers import SPECS
from kansa.formats.writers import export_csv, export_xlsx

MOST_LINES = 20
MOST_REFUSALS = 100
CSV_TYPE = "text/csv; charset=utf-8"
# Kinds without an empty form of their own, and what they are.
OTHER_TITLES = {
    "worksheet": "監査調書",
    "drill_gophish_results": "GoPhish結果",
    "drill_gophish_events": "GoPhishイベント",
    "drill_simulation": "攻撃シミュレーション（Microsoft）",
}
OTHER_PURPOSES: dict[str, str | Promise] = {
    "worksheet": gettext_lazy("監査一件ごとに書き出した、記入済みの Excel。"),
    "drill_gophish_results": gettext_lazy("GoPhish の Results（CSV）やキャンペーンの JSON をそのまま。"),
    "drill_gophish_events": gettext_lazy("GoPhish の Events（CSV）をそのまま。"),
    "drill_simulation": gettext_lazy("Microsoft の攻撃シミュレーションの利用者別の CSV をそのまま。"),
}
# In the order in which an empty system takes them in.
ORDER = (
    *("year", "departments", "staff", "accounts", "checklist", "plan", "training", "engagements"),
    *("judgements", "worksheet", "self_inspection", "drill", "drill_gophish_results", "drill_gophish_events"),
    "drill_simulation",
    *("findings", "assets", "guideline", "published"),
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file as the pages name it."""

    code: str
    title_ja: str
    purpose: str | Promise
    has_template: bool
    is_exported: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, as the page shows it."""

    numbers: tuple[int, int, int, int]
    lines: tuple[ChangeLine, ...]
    left_out_count: int
    is_personal: bool  # rows of persons: numbers only
    warnings: tuple[Refusal, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        added, changed, _unchanged, removed = self.numbers
        return not (added or changed or removed)


def kind_named(code: str) -> Kind:
    """The kind of the address. Raises Http404."""
    if code not in KINDS:
        raise Http404(_("「%(kind)s」という種類の取込みはありません。") % {"kind": code})
    spec = SPECS.get(code)
    title_ja = spec.title_ja if spec else OTHER_TITLES[code]
    purpose = PURPOSES.get(code) or OTHER_PURPOSES[code]
    return Kind(code, title_ja, purpose, spec is not None, code in EXPORTS)


def preview_of(outcome: ImportOutcome) -> Preview:
    """The first changed rows, and how many more there are."""
    plan = outcome.plan
    lines = change_lines(plan.kind, plan)
    is_personal = any(table.is_personal for table in plan.tables)
    left_out = max(0, len(lines) - MOST_LINES)
    return Preview(plan.numbers, tuple(lines[:MOST_LINES]), left_out, is_personal, plan.warnings)


def year_choices(actor: Actor) -> list[tuple[int, str]]:
    """The years that can be written out, newest first."""
    return [(one, era_year_ja(one)) for one in sorted(years_recorded(actor.municipality_id), reverse=True)]


@require_safe
def kind_list(request: HttpRequest) -> HttpResponse:
    """Every kind of file, in the order in which they are taken in."""
    actor = permitted(request, "import", "manage_accounts")
    kinds = [kind_named(code) for code in ORDER if can(actor, import_verb(code))]
    return render(request, "annual_report/imports.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Choosing the files of one kind, then what they would change or why they are refused."""
    actor = permitted(request, import_verb(kind))
    chosen = kind_named(kind)
    form = ImportForm(kind, request.POST, request.FILES) if request.method == "POST" else ImportForm(kind)
    outcome, uploads = None, []
    if form.is_valid():
        uploads = form.uploads()
        outcome = submit(form, lambda: import_files(actor, kind, uploads, apply=False, options=form.options()))
    if outcome is not None and not outcome.refusals:
        return look_page(request, actor, chosen, outcome, uploads, form.options())
    refusals = outcome.refusals if outcome else ()
    context = {
        "kind": chosen,
        "form": form,
        "refusals": refusals[:MOST_REFUSALS],
        "more_count": max(0, len(refusals) - MOST_REFUSALS),
        "names": [upload.name for upload in uploads],
        "years": year_choices(actor) if chosen.is_exported else [],
    }
    return render(request, "annual_report/import.html", context)


def look_page(
    request: HttpRequest,
    actor: Actor,
    kind: Kind,
    outcome: ImportOutcome,
    uploads: list[Upload],
    options: ImportOptions,
) -> HttpResponse:
    """What the files would change, with the yes; the files wait until then."""
    preview = preview_of(outcome)
    seen = ImportOptions(options.fiscal_year, options.drill_code, options.replace, preview.numbers)
    held = "" if preview.is_empty else hold(actor, kind.code, uploads, seen)
    context = {"kind": kind, "preview": preview, "held": held, "uploads": uploads, "options": options}
    return render(request, "annual_report/import_look.html", context)


@require_POST
def apply_import(request: HttpRequest) -> HttpResponse:
    """The yes, or the no that erases the waiting files."""
    actor = permitted(request, "import", "manage_accounts")
    taken = attempt(request, lambda: take_held(actor, request.POST.get("held", "")))
    if taken is None:
        return redirect("annual_report:imports")
    held, uploads = taken
    back = reverse("annual_report:import", kwargs={"kind": held.kind})
    if request.POST.get("do") == "cancel":
        forget(held)
        messages.info(request, _("取りやめました。何も変えていません。"))
        return redirect(back)
    outcome = attempt(request, lambda: import_files(actor, held.kind, uploads, apply=True, options=held.options))
    forget(held)
    if outcome is None or outcome.summary is None:
        for refusal in outcome.refusals[:MOST_LINES] if outcome else ():
            messages.error(request, refusal.ja())
        return redirect(back)
    if outcome.summary.event is None:
        messages.info(request, _("変更はありませんでした。"))
        return redirect(back)
    return redirect("annual_report:imported", event=outcome.summary.event)


@require_safe
def imported_page(request: HttpRequest, event: int) -> HttpResponse:
    """What an import did, from the trail."""
    actor = permitted(request, "import", "manage_accounts")
    found = Event.objects.visible_to(actor).filter(pk=event, verb="import").first()
    if found is None or found.object_kind not in KINDS or not can(actor, import_verb(found.object_kind)):
        raise Http404(_("この取込みの記録はありません。"))
    counts = found.after.get("counts", {}).values()
    numbers = [sum(one.get(name, 0) for one in counts) for name in ("added", "changed", "removed")]
    files = [one["name"] for one in found.after.get("files", [])]
    context = {"event": found, "kind": kind_named(found.object_kind), "numbers": numbers, "files": files}
    return render(request, "annual_report/imported.html", context)


@require_safe
def export_file(request: HttpRequest, fiscal_year: int, kind: str, form: str) -> HttpResponse:
    """The records of one kind and year, in the form in which they can be read again."""
    actor = permitted(request, "export")
    writers = {"xlsx": (export_xlsx, XLSX_TYPE), "csv": (export_csv, CSV_TYPE)}
    if kind not in EXPORTS or form not in writers:
        raise Http404(_("この形では書き出せません。"))
    records = export_records(actor, kind, fiscal_year)
    if not records:
        raise Http404(_("%(year)sの記録はありません。") % {"year": era_year_ja(fiscal_year)})
    write, content_type = writers[form]
    name_ja = f"{kind_named(kind).title_ja}_{era_year_ja(fiscal_year)}.{form}"
    return file_answer(write(kind, records), content_type, f"kansa-{kind}-{fiscal_year}.{form}", name_ja)
