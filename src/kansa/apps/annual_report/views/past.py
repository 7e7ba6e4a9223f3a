"""How does a past year come in from a file of any layout? Files, then columns and answers, then what would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.annual_report.actions import (
    PAST_KIND,
    PastOutcome,
    forget,
    hold,
    import_past,
    make_past_checklist,
    take_held,
)
from kansa.apps.annual_report.forms import PastForm
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
from kansa.apps.annual_report.views.downloads import file_answer
from kansa.apps.controls.queries import checklist_records
from kansa.apps.people.queries import departments
from kansa.apps.self_inspection.actions import save_mapping
from kansa.apps.self_inspection.queries import mapping_named, saved_mappings
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.errors import Refusal
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.past_answers import (
    ANSWER_ROLES_JA,
    COUNT_ROLES_JA,
    ITEM,
    LAYOUTS_JA,
    ROLES_JA,
    Mapping,
    NewItem,
    Proposal,
    answer_of,
    answers_in,
    heading_key,
    item_headings,
    mapping_from_json,
    mapping_text,
    new_items,
    propose,
)
from kansa.formats.readers.self_inspection import level_in
from kansa.formats.records import ChecklistItemRecord

STREAM = "self_inspection"
MOST_REFUSALS = 100
LEVELS = range(1, 8)
GIVEN_JA = {**ANSWER_ROLES_JA, "level": "段階の回答"}


@dataclass(slots=True)
class Page:
    """Everything that the page of columns shows."""

    actor: Actor
    held: str
    files: ReadFiles
    fiscal_year: int
    items_now: dict[str, str]
    proposal: Proposal
    mapping: Mapping
    refusals: Sequence[Refusal] = ()
    name: str = ""
    preview: Preview | None = None
    has_scale: bool = False
    later_records: list[ChecklistItemRecord] = field(default_factory=list)

    @property
    def year_ja(self) -> str:
        """The year as people write it."""
        return era_year_ja(self.fiscal_year)

    @property
    def layouts(self) -> list[tuple[str, str]]:
        """The forms that a table may have."""
        return list(LAYOUTS_JA.items())

    @property
    def roles(self) -> list[tuple[str, str]]:
        """What a column may be."""
        if self.mapping.layout == "counts":
            return list(COUNT_ROLES_JA.items())
        return [*ROLES_JA.items(), *((f"{ITEM}{code}", f"項目 {code} {text}") for code, text in self.items)]

    @property
    def items(self) -> list[tuple[str, str]]:
        """The year's items."""
        return list(self.items_now.items())

    @property
    def columns(self) -> list[ShownColumn]:
        """Every heading once."""
        return shown_columns(self.files.tables, self.mapping.columns, self.proposal.reasons)

    @property
    def meanings(self) -> list[tuple[str, str]]:
        """What an answer may mean."""
        levels = [(str(level), f"段階 {level}") for level in LEVELS] if self.has_scale else []
        return [*ANSWER_ROLES_JA.items(), *levels]

    @property
    def answers(self) -> list[ShownAnswer]:
        """Every answer below the items' headings."""
        if self.mapping.layout != "answers":
            return []
        means = dict(self.mapping.answers)
        counts: Counter[str] = Counter()
        headings = {heading_key(heading) for heading, _code in self.mapping.item_columns()}
        for table in self.files.tables:
            own = [heading for heading in table.headings if heading_key(heading) in headings]
            texts = set(answers_in(table, own))
            for heading in own:
                counts.update(text for text in table.column(heading) if text in texts)
        return [
            ShownAnswer(
                text, counts[text], means[text] if text in means else self.likely(text), text in self.proposal.unsure
            )
            for text in counts
        ]

    def likely(self, text: str) -> str:
        """What an answer is likely to mean; a level only where the year has a scale."""
        return answer_of(text) or (self.has_scale and level_in(text)) or ""

    @property
    def item_texts(self) -> list[tuple[str, str]]:
        """What a table of counts calls its items."""
        if self.mapping.layout != "counts":
            return []
        asked = {heading_key(one) for one in self.mapping.headings("item")}
        codes = dict(self.proposal.mapping.items) | {text: code for text, code in self.mapping.items if code}
        texts = dict.fromkeys(
            text
            for table in self.files.tables
            for heading in table.headings
            if heading_key(heading) in asked
            for text in table.column(heading)
            if text
        )
        return [(text, codes.get(text, "")) for text in texts]

    @property
    def departments(self) -> list[tuple[str, str]]:
        """The year's departments."""
        return [(one.code, one.name_ja) for one in departments(self.actor.municipality_id, self.fiscal_year)]

    @property
    def later(self) -> list[tuple[str, str]]:
        """The next year's items."""
        return [(one.code, one.text_ja) for one in self.later_records]

    @property
    def new_items(self) -> list[NewItem]:
        """The items that the headings would become, when the year has none."""
        if self.items_now or not self.files.tables:
            return []
        prior = {one.code: one.prior_code for one in self.later_records}
        made = new_items(item_headings(self.files.tables), dict(self.later))
        return [replace(one, code=prior.get(one.later_code) or one.code) for one in made]


@require_http_methods(["GET", "HEAD", "POST"])
def past_page(request: HttpRequest) -> HttpResponse:
    """Which files, of which year, read by which mapping."""
    actor = permitted(request, "import")
    mappings = saved_mappings(actor)
    names = [one.name_ja for one in mappings]
    form = PastForm(names, request.POST, request.FILES) if request.method == "POST" else PastForm(names)
    if form.is_valid():
        uploads, fiscal_year = form.uploads(), form.cleaned_data["fiscal_year"]
        held = hold(actor, PAST_KIND, uploads, ImportOptions(fiscal_year))
        page = page_of(actor, held, uploads, fiscal_year)
        saved = mapping_named(actor, form.cleaned_data["saved"])
        if saved is not None:
            page.mapping, page.name = saved, form.cleaned_data["saved"]
        return shown(request, page)
    return render(request, "annual_report/past.html", {"form": form, "mappings": mappings})


@require_safe
def mapping_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A kept mapping as a file, for the command line or another municipality."""
    actor = permitted(request, "import")
    found = saved_mappings(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この対応表はありません。"))
    text = mapping_text(mapping_from_json(found.mapping))
    name = f"対応表_{found.name_ja}.json"
    return file_answer(text.encode(), "application/json", "mapping.json", name)


def shown(request: HttpRequest, page: Page) -> HttpResponse:
    """The page of columns."""
    page.refusals = page.refusals[:MOST_REFUSALS]
    return render(request, "annual_report/past_columns.html", {"page": page})


def page_of(actor: Actor, held: str, uploads: Sequence[Upload], fiscal_year: int) -> Page:
    """What the files hold, with what is proposed."""
    files = read_files(uploads)
    records = checklist_records(actor.municipality_id, fiscal_year, STREAM)
    items = {one.code: one.text_ja for one in records if one.lineage != "dropped"}
    known = departments(actor.municipality_id, fiscal_year)
    names = {part for one in known for part in (one.code, one.name_ja)}
    proposal = propose(files.largest, items, names)
    later = checklist_records(actor.municipality_id, fiscal_year + 1, STREAM)
    return Page(
        actor,
        held,
        files,
        fiscal_year,
        items,
        proposal,
        proposal.mapping,
        files.refusals,
        has_scale=any(one.answer_kind == "scale" for one in records),
        later_records=[one for one in later if one.lineage != "dropped"],
    )


@require_POST
def columns_page(request: HttpRequest) -> HttpResponse:
    """What the office said of the columns: looked at, kept, made into items, or applied."""
    actor = permitted(request, "import")
    held = request.POST.get("held", "")
    taken = attempt(request, lambda: take_held(actor, held))
    if taken is None or taken[0].kind != PAST_KIND or taken[0].options.fiscal_year is None:
        return redirect("annual_report:past")
    told, uploads = taken
    page = page_of(actor, held, uploads, told.options.fiscal_year or 0)
    do = request.POST.get("do", "look")
    if do == "items":
        return items_made(request, page)
    page.name = request.POST.get("name", "")[:100]
    page.mapping = completed(page, typed_mapping(request))
    if do == "save":
        attempt(request, lambda: save_mapping(actor, page.name, page.mapping), _("対応表を保存しました。"))
        return shown(request, page)
    done = attempt(request, lambda: tried(request, page, apply=do == "apply"))
    if done is None:
        return shown(request, page)
    if done.outcome.summary is None:
        return shown(request, looked_at(page, done))
    if page.name:
        attempt(request, lambda: save_mapping(actor, page.name, page.mapping))
    forget(told)
    if done.outcome.summary.event is None:
        messages.info(request, _("変更はありませんでした。"))
        return redirect("annual_report:past")
    return redirect("annual_report:imported", event=done.outcome.summary.event)


def items_made(request: HttpRequest, page: Page) -> HttpResponse:
    """The year's items made from the ticked headings; then the columns are proposed anew."""
    items, is_linked = typed_items(request, page), "is_linked" in request.POST
    made = attempt(request, lambda: make_past_checklist(page.actor, page.fiscal_year, items, is_linked=is_linked))
    if made is not None:
        told = _("項目を作りました。翌年度とつないだ項目：%(count)d") % {"count": made[1]}
        messages.success(request, told)
    return shown(request, page_of(page.actor, page.held, page.files.uploads, page.fiscal_year))


def tried(request: HttpRequest, page: Page, *, apply: bool) -> PastOutcome:
    """The import, for a look or for good."""
    seen = seen_numbers(request) if apply else None
    return import_past(page.actor, page.files.uploads, page.mapping, page.fiscal_year, apply=apply, seen=seen)


def looked_at(page: Page, done: PastOutcome) -> Page:
    """The page with what was found."""
    page.refusals = done.outcome.refusals
    if not page.refusals:
        given = bars([(GIVEN_JA[one], count) for one, count in done.given.items()], sum(done.given.values()))
        page.preview = Preview(done.outcome.plan.numbers, given, done.outcome.plan.warnings, done.unfinished)
    return page


def typed_mapping(request: HttpRequest) -> Mapping:
    """The mapping as the form has it."""
    layout = request.POST.get("layout", "")
    return Mapping(
        layout if layout in LAYOUTS_JA else "answers",
        tuple(pairs(request, "heading", "role")),
        tuple(pairs(request, "answer", "means")),
        tuple(pairs(request, "itemtext", "itemcode")),
        request.POST.get("department", ""),
    )


def completed(page: Page, typed: Mapping) -> Mapping:
    """The typed mapping with what is likely for answers that it does not know yet, as the page will show them.

    What a kept mapping of this name says of answers that this file lacks stays.
    """
    page.mapping = typed
    kept = mapping_named(page.actor, page.name) or Mapping()
    answers = dict(kept.answers) | dict(typed.answers) | {one.text: one.answer for one in page.answers}
    items = dict(kept.items) | dict(typed.items) | dict(page.item_texts)
    return replace(typed, answers=tuple(answers.items()), items=tuple(items.items()))


def typed_items(request: HttpRequest, page: Page) -> list[NewItem]:
    """The items that were ticked, as they were typed."""
    words = {one.code: one.text_ja for one in page.later_records}
    found = []
    for at, (heading, text) in enumerate(pairs(request, "newheading", "newtext")):
        if f"new{at}" in request.POST:
            later = request.POST.get(f"newlater{at}", "")
            is_same = heading_key(text) == heading_key(words.get(later, ""))
            code = request.POST.get(f"newcode{at}", "").strip()[:40] or f"P{at + 1:02}"
            found.append(NewItem(heading, code, text.strip(), later if later in words else "", is_same))
    return found
