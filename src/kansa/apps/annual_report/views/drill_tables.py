"""How does a firm's table of a drill come in? Files, then columns and words, then what would change, then the yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.annual_report.actions import (
    DRILL_TABLE_KIND,
    DrillTableOutcome,
    forget,
    hold,
    import_drill_table,
    take_held,
)
from kansa.apps.annual_report.forms import DrillTableForm
from kansa.apps.annual_report.views.columns import (
    Preview,
    ReadFiles,
    ShownAnswer,
    ShownColumn,
    bars,
    pairs,
    read_files,
    seen_numbers,
    shown_columns,
)
from kansa.apps.drills.actions import remove_drill_mapping, save_drill_mapping
from kansa.apps.drills.queries import drill_mapping_named, drill_mappings
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.drill_tables import (
    FIELDS_JA,
    MEANINGS_JA,
    DrillMapping,
    proposed_drill_mapping,
    usual_meaning,
    words_in,
)
from kansa.formats.past_answers import heading_key

MOST_REFUSALS = 100
COUNTED_JA = {
    "opened": "メールを開いた（参考）",
    "clicked": "リンク・添付ファイルを開いた",
    "submitted": "情報を入力した",
    "reported": "報告した",
}


@dataclass(slots=True)
class Page:
    """Everything that the page of columns shows."""

    actor: Actor
    held: str
    files: ReadFiles
    options: ImportOptions
    mapping: DrillMapping
    refusals: Sequence[Refusal] = ()
    name: str = ""
    sent_text: str = ""
    preview: Preview | None = None
    missing: list[str] = field(default_factory=list)  # headings of the kept mapping that these files lack

    @property
    def year_ja(self) -> str:
        """The year as people write it."""
        return era_year_ja(self.options.fiscal_year or 0)

    @property
    def roles(self) -> list[tuple[str, str]]:
        """What a column may be."""
        return list(FIELDS_JA.items())

    @property
    def columns(self) -> list[ShownColumn]:
        """Every heading once."""
        return shown_columns(self.files.tables, self.mapping.columns, {})

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What a word may mean."""
        return list(MEANINGS_JA.items())

    @property
    def answers(self) -> list[ShownAnswer]:
        """Every word below the columns that may hold words."""
        means = dict(self.mapping.words)
        return [
            ShownAnswer(word, count, means.get(word, ""), not means.get(word))
            for word, count in words_in(self.files.tables, self.mapping).items()
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def drill_table_page(request: HttpRequest) -> HttpResponse:
    """Which files, of which year and drill, read by which mapping."""
    actor = permitted(request, "import")
    mappings = drill_mappings(actor)
    names = [one.name_ja for one in mappings]
    form = DrillTableForm(names, request.POST, request.FILES) if request.method == "POST" else DrillTableForm(names)
    if form.is_valid():
        given, uploads = form.cleaned_data, form.uploads()
        options = ImportOptions(given["fiscal_year"], given["drill_code"])
        page = page_of(actor, hold(actor, DRILL_TABLE_KIND, uploads, options), uploads, options)
        page.name = given["saved"]
        page.mapping = completed(page, page.mapping)
        return shown(request, page)
    kept = [(one, kept_columns(one.mapping)) for one in mappings]
    return render(request, "annual_report/drill_table.html", {"form": form, "mappings": kept})


@require_POST
def remove_drill_mapping_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts a kept mapping away; drills that were read by it stay."""
    actor = permitted(request, "import")
    attempt(request, lambda: remove_drill_mapping(actor, pk), _("対応表を消しました。"))
    return redirect("annual_report:drill_table")


@require_POST
def drill_columns_page(request: HttpRequest) -> HttpResponse:
    """What the office said of the columns: looked at, kept, or applied."""
    actor = permitted(request, "import")
    held = request.POST.get("held", "")
    taken = attempt(request, lambda: take_held(actor, held))
    if taken is None or taken[0].kind != DRILL_TABLE_KIND:
        return redirect("annual_report:drill_table")
    told, uploads = taken
    do = request.POST.get("do", "look")
    if do == "cancel":
        forget(told)
        messages.info(request, _("取りやめました。何も変えていません。"))
        return redirect("annual_report:drill_table")
    page = typed_page(request, page_of(actor, held, uploads, told.options))
    if do == "save":
        attempt(request, lambda: save_drill_mapping(actor, page.name, page.mapping), _("対応表を保存しました。"))
        return shown(request, page)
    done = attempt(request, lambda: tried(request, page, apply=do == "apply"))
    if done is None or done.outcome.summary is None:
        return shown(request, looked_at(page, done) if done else page)
    if page.name:
        attempt(request, lambda: save_drill_mapping(actor, page.name, page.mapping))
    forget(told)
    if done.outcome.summary.event is None:
        messages.info(request, _("変更はありませんでした。"))
        return redirect("annual_report:drill_table")
    return redirect("annual_report:imported", event=done.outcome.summary.event)


def kept_columns(mapping: dict[str, list[list[str]]]) -> list[tuple[str, str]]:
    """Heading and what it is taken for, of the columns that a kept mapping uses."""
    return [(heading, FIELDS_JA.get(role, role)) for heading, role in mapping.get("columns", []) if role]


def shown(request: HttpRequest, page: Page) -> HttpResponse:
    """The page of columns."""
    page.refusals = page.refusals[:MOST_REFUSALS]
    return render(request, "annual_report/drill_columns.html", {"page": page})


def page_of(actor: Actor, held: str, uploads: Sequence[Upload], options: ImportOptions) -> Page:
    """What the files hold, with what is proposed."""
    files = read_files(uploads)
    return Page(actor, held, files, options, proposed_drill_mapping(files.largest), files.refusals)


def typed_page(request: HttpRequest, page: Page) -> Page:
    """The page with what the form says."""
    page.name = request.POST.get("name", "")[:100]
    page.sent_text = request.POST.get("sent_at", "")[:40]
    typed = DrillMapping(tuple(pairs(request, "heading", "role")), tuple(pairs(request, "answer", "means")))
    page.mapping = completed(page, typed, typed=True)
    return page


def completed(page: Page, given: DrillMapping, *, typed: bool = False) -> DrillMapping:
    """A mapping with what the kept one of the page's name says, and what is likely for words it does not know.

    The kept one names the columns of a file just chosen; once columns were `typed`, those stand.
    """
    kept = drill_mapping_named(page.actor, page.name) or DrillMapping()
    columns = given.columns
    if kept.columns and not typed:
        roles = {heading_key(heading): role for heading, role in kept.columns}
        there = {heading_key(heading) for heading, _role in given.columns}
        page.missing = [heading for heading in kept.headings().values() if heading_key(heading) not in there]
        columns = tuple((heading, roles.get(heading_key(heading), "")) for heading, _role in given.columns)
    words = dict(kept.words) | (dict(given.words) if typed or not kept.columns else {})
    found = words_in(page.files.tables, replace(given, columns=columns))
    likely = {word: usual_meaning(word) for word in found if word not in words}
    return DrillMapping(columns, tuple((words | likely).items()))


def tried(request: HttpRequest, page: Page, *, apply: bool) -> DrillTableOutcome:
    """The import, for a look or for good. Raises RuleError for a moment that is none."""
    sent_at = None
    if page.sent_text:
        try:
            sent_at = timezone.make_aware(datetime.fromisoformat(page.sent_text).replace(tzinfo=None))
        except (ValueError, OverflowError) as fault:
            raise RuleError("bad_moment", "全員の送信日時が日時として読めません。") from fault
    options = replace(page.options, seen=seen_numbers(request) if apply else None)
    return import_drill_table(page.actor, page.files.uploads, page.mapping, options, sent_at, apply=apply)


def looked_at(page: Page, done: DrillTableOutcome) -> Page:
    """The page with what was found."""
    page.refusals = done.outcome.refusals
    if page.refusals:
        return page
    records = [one for one in done.records if not one.excluded_reason_ja]
    sent = sum(one.sent_at is not None or one.is_delivered is not None or bool(one.acts) for one in records)
    counts = [
        ("送信した", sent),
        ("届かなかった", sum(one.is_delivered is False for one in records)),
        *((label, sum(kind in one.acts for one in records)) for kind, label in COUNTED_JA.items()),
        ("除外した", len(done.records) - len(records)),
    ]
    page.preview = Preview(done.outcome.plan.numbers, bars(counts, len(done.records)), done.outcome.plan.warnings)
    return page
