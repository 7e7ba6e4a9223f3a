"""Which items does a checklist have, what does each ask, and how does it stand to last year's?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count

from kansa.apps.controls import models
from kansa.apps.trail.queries import SOURCE_VALUES, sourced
from kansa.core import year
from kansa.core.job_types import joined, labels_of
from kansa.core.text_diff import Segment, text_diff
from kansa.formats.records import ChecklistItemRecord, Source

ITEM_VALUES = (
    "code",
    "domain_ja",
    "text_ja",
    "criteria_ja",
    "lineage",
    "prior_code",
    "same_as_code",
    "policy_clause",
    "mic_number",
    "jis_number",
    "law_ja",
)


def checklists(municipality_id: int, fiscal_year: int) -> tuple[year.Checklist, ...]:
    """The checklists of a year in the order of core.year's streams, items in checklist order. Two queries.

    What is outside the compliance rate (comments, scales without a rule) is left out, since the report is about rates:
    an item that left the rate stands as dropped, and one that came into it as added.
    """
    unrated = unrated_codes(municipality_id, fiscal_year)
    rows = (
        models.ControlItem.objects.filter(municipality_id=municipality_id, checklist__fiscal_year=fiscal_year)
        .order_by("checklist_id", "position", "pk")
        .values_list("checklist__stream", *ITEM_VALUES, *SOURCE_VALUES)
    )
    items: dict[str, list[year.ControlItem]] = {}
    for stream, *values in rows:
        item = year.ControlItem(*sourced(values))
        items.setdefault(stream, []).extend(
            in_the_rate(item, fiscal_year, unrated if stream == "self_inspection" else set())
        )
    return tuple(
        year.Checklist(
            stream,
            tuple(item for item in items[stream] if item.lineage != "dropped"),
            tuple(item for item in items[stream] if item.lineage == "dropped"),
        )
        for stream in models.STREAMS
        if stream in items
    )


def unrated_codes(municipality_id: int, fiscal_year: int) -> set[tuple[int, str]]:
    """(fiscal year, code) of the items of this year and the one before that are outside the compliance rate."""
    rows = models.ControlItem.objects.filter(
        municipality_id=municipality_id,
        checklist__stream="self_inspection",
        checklist__fiscal_year__in=(fiscal_year - 1, fiscal_year),
        met_from=0,
    )
    found = rows.exclude(answer_kind="yes_no").exclude(lineage="dropped")
    return set(found.values_list("checklist__fiscal_year", "code"))


def in_the_rate(item: year.ControlItem, fiscal_year: int, unrated: set[tuple[int, str]]) -> Iterator[year.ControlItem]:
    """The item as it stands in the compliance rate; nothing for one that was in it neither last year nor is now."""
    was_rated = bool(item.prior_code) and (fiscal_year - 1, item.prior_code) not in unrated
    if item.lineage == "dropped":
        if was_rated or not item.prior_code:
            yield item
    elif (fiscal_year, item.code) in unrated:
        if was_rated:
            yield replace(item, code=item.prior_code, lineage="dropped")
    elif item.prior_code and not was_rated:
        yield replace(item, lineage="added", prior_code="")
    else:
        yield item


def active_items(
    municipality_id: int, fiscal_years: Iterable[int]
) -> dict[tuple[int, str], dict[str, models.ControlItem]]:
    """(fiscal year, stream) -> item code -> item, dropped ones left out, in checklist order; one query."""
    found: dict[tuple[int, str], dict[str, models.ControlItem]] = {}
    rows = (
        models.ControlItem.objects.filter(
            municipality_id=municipality_id, checklist__fiscal_year__in=sorted(set(fiscal_years))
        )
        .exclude(lineage="dropped")
        .select_related("checklist")
        .order_by("checklist_id", "position", "pk")
    )
    for item in rows:
        key = (item.checklist.fiscal_year, item.checklist.stream)
        found.setdefault(key, {})[item.code] = item
    return found


def content_sha256(text_ja: str, criteria_ja: str, answering: Sequence[object] = ()) -> str:
    """Hash of what an item asks, blanks left out; two items with one hash ask the same.

    `answering`: how and by whom it is answered, () for the usual way, so that the hashes of usual items stay.
    """
    plain = ["".join(text_ja.split()), "".join(criteria_ja.split()), *answering]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


def asked_sha256(record: ChecklistItemRecord) -> str:
    """The same of an item as a file says it. Other levels or other people asked make it another question."""
    return content_sha256(record.text_ja, record.criteria_ja, answering_of(record))


def answering_of(record: ChecklistItemRecord) -> list[object]:
    """How and by whom an item is answered; [] for the usual way: はい or いいえ, by all."""
    found: list[object] = [record.answer_kind, list(record.levels), record.met_from, joined(record.asked_of)]
    return [] if found == ["yes_no", [], None, ""] else found


RECORD_FIELDS = (
    "code",
    "domain_ja",
    "text_ja",
    "criteria_ja",
    "lineage",
    "prior_code",
    "same_as_code",
    "is_editorial",
    "policy_clause",
    "mic_number",
    "jis_number",
    "law_ja",
    "edition_ja",
)


def item_record(item: models.ControlItem) -> ChecklistItemRecord:
    """An item as a file would say it. Needs select_related("checklist", "source_file")."""
    file = item.source_file
    source = Source(file.sha256 if file else "", file.name if file else "", item.sheet, item.row)
    values = {name: getattr(item, name) for name in RECORD_FIELDS}
    return ChecklistItemRecord(
        item.checklist.fiscal_year,
        item.checklist.stream,
        source=source,
        answer_kind=item.answer_kind,
        levels=tuple(item.levels_ja.splitlines()),
        met_from=item.met_from or None,
        asked_of=labels_of(item.asked_of),
        **values,
    )


def items_of(municipality_id: int, fiscal_year: int, stream: str = "") -> list[models.ControlItem]:
    """Items of a year's checklist (of all, without a stream) in their order, dropped ones among them; one query."""
    rows = models.ControlItem.objects.filter(municipality_id=municipality_id, checklist__fiscal_year=fiscal_year)
    if stream:
        rows = rows.filter(checklist__stream=stream)
    return list(rows.select_related("checklist", "source_file").order_by("checklist__stream", "position", "pk"))


def checklist_records(municipality_id: int, fiscal_year: int, stream: str = "") -> list[ChecklistItemRecord]:
    """The same items as records."""
    return [item_record(item) for item in items_of(municipality_id, fiscal_year, stream)]


def item_stamp(record: ChecklistItemRecord) -> str:
    """What a form was opened on: whoever saves an older state of the item is told."""
    values = [getattr(record, name) for name in record.__match_args__ if name != "source"]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def used_items(items: Iterable[models.ControlItem]) -> set[int]:
    """Keys of the items that records of other apps refer to: judgements, findings, tallies, whatever stands above."""
    keys = [item.pk for item in items]
    found: set[int] = set()
    for relation in models.ControlItem._meta.related_objects:
        if relation.related_model._meta.app_label != models.ControlItem._meta.app_label:
            name = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{name}__in": keys})
            found.update(rows.order_by().values_list(f"{name}_id", flat=True).distinct())
    return found


@dataclass(frozen=True, slots=True)
class LineageLine:
    """An item beside last year's. `prior` None: added, or last year's list is not recorded or lacks it."""

    item: models.ControlItem
    prior: models.ControlItem | None

    @property
    def is_same_text(self) -> bool:
        """Whether it asks what last year's item asked."""
        return self.prior is not None and self.prior.content_sha256 == self.item.content_sha256

    @property
    def is_answered_otherwise(self) -> bool:
        """Whether it is answered in another way, or by other people, than last year's."""
        return self.prior is not None and answering_of(item_record(self.prior)) != answering_of(item_record(self.item))

    @property
    def text(self) -> tuple[Segment, ...]:
        """The text with what was deleted and inserted since last year."""
        return text_diff(self.prior.text_ja if self.prior else self.item.text_ja, self.item.text_ja)

    @property
    def criteria(self) -> tuple[Segment, ...]:
        """The same of what to look at."""
        return text_diff(self.prior.criteria_ja if self.prior else self.item.criteria_ja, self.item.criteria_ja)

    @property
    def fault(self) -> str:
        """Where the words contradict the lineage: changed | same | lost; "" for nowhere."""
        if self.item.lineage == "carried" and self.prior and not self.is_same_text and not self.item.is_editorial:
            return "changed"
        if self.item.lineage == "revised" and self.is_same_text:
            return "same"
        return ""


@dataclass(frozen=True, slots=True)
class LineageView:
    """A checklist beside last year's: what is asked, what was dropped, and last year's items that are not told of."""

    lines: tuple[LineageLine, ...]
    dropped: tuple[LineageLine, ...]
    unaccounted: tuple[models.ControlItem, ...]
    has_prior: bool

    @property
    def counts(self) -> dict[str, int]:
        """carried, editorial, revised, added, dropped -> number of items; the first four are what is asked."""
        found = dict.fromkeys(("carried", "editorial", "revised", "added", "dropped"), 0)
        for line in self.lines:
            found["editorial" if line.item.is_editorial else line.item.lineage] += 1
        found["dropped"] = len(self.dropped)
        return found


def lineage_view(municipality_id: int, fiscal_year: int, stream: str) -> LineageView:
    """The checklist of a year and stream beside the one before. Two queries."""
    items = items_of(municipality_id, fiscal_year, stream)
    before = {
        item.code: item for item in items_of(municipality_id, fiscal_year - 1, stream) if item.lineage != "dropped"
    }
    lines = [LineageLine(item, before.get(item.prior_code)) for item in items]
    told = {item.prior_code for item in items} | {item.code for item in items if item.lineage == "dropped"}
    return LineageView(
        tuple(line for line in lines if line.item.lineage != "dropped"),
        tuple(line for line in lines if line.item.lineage == "dropped"),
        tuple(item for code, item in before.items() if code not in told),
        bool(before),
    )


def lineage_counts(municipality_id: int) -> dict[tuple[int, str], dict[str, int]]:
    """(fiscal year, stream) -> carried, editorial, revised, added, dropped -> number of items; one query."""
    rows = (
        models.ControlItem.objects.filter(municipality_id=municipality_id)
        .order_by()
        .values_list("checklist__fiscal_year", "checklist__stream", "lineage", "is_editorial")
        .annotate(item_count=Count("pk"))
    )
    found: dict[tuple[int, str], dict[str, int]] = {}
    for fiscal_year, stream, lineage, is_editorial, item_count in rows:
        kinds = found.setdefault(
            (fiscal_year, stream), dict.fromkeys(("carried", "editorial", "revised", "added", "dropped"), 0)
        )
        kinds["editorial" if is_editorial else lineage] += item_count
    return found
