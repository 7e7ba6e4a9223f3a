"""Which rules, scale, settings and checklists does a fiscal year have, as frozen values?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from django.db.models import Count, Max, Q, QuerySet

from kansa.apps.controls import models
from kansa.apps.trail.queries import SOURCE_VALUES, one_row, sourced
from kansa.core import year
from kansa.core.audit_rules import JUDGING_MODES, STANCES, TRAINING_RULES, AuditRules
from kansa.core.text_diff import Segment, text_diff
from kansa.formats.readers.settings import BY_KEY
from kansa.formats.records import ChecklistItemRecord, Source

REMARK = "remark:"  # a key such as "remark:external_audit" holds the office's own sentence of that section
DEFAULT_TITLE = "情報セキュリティ監査実施報告書"
TRUTHS = {"true": True, "false": False}


def as_truth(text: str) -> bool:
    """The canonical words of formats: true, false. Raises ValueError for another word."""
    try:
        return TRUTHS[text]
    except KeyError:
        raise ValueError("「はい」か「いいえ」で入力してください。") from None


def as_count(text: str) -> int:
    """A whole number, 0 or more. Raises ValueError."""
    if not text.isdecimal():
        raise ValueError("0以上の整数で入力してください。")
    return int(text)


def as_mark(text: str) -> Fraction:
    """An exact mark such as 3.00. Raises ValueError."""
    try:
        mark = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError("数値で入力してください。") from None
    if mark < 0:
        raise ValueError("0以上の数値で入力してください。")
    return mark


def one_of(*codes: str) -> Callable[[str], str]:
    """A reader of a closed list of codes."""

    def read(text: str) -> str:
        if text not in codes:
            raise ValueError(f"次のいずれかで入力してください：{'、'.join(codes)}。")
        return text

    return read


RULES: dict[str, Callable[[str], object]] = {
    "conforms_from": as_count,
    "full_mark": as_mark,
    "pass_mark": as_mark,
    "headline_mean": one_of("judgements", "departments", "items"),
    "mean_places": as_count,
    "rate_places": as_count,
    "effect_places": as_count,
    "small_cell_k": as_count,
    "rotation_first_year": as_count,
    "rotation_length": as_count,
    "external_counts_for_rotation": as_truth,
    "open_rate": one_of("clicked/delivered", "clicked/sent", "opened/delivered", "opened/sent"),
    "wording_version": as_count,
    "text_length": one_of("brief", "standard", "detailed"),
}
AUDIT_RULES: dict[str, Callable[[str], object]] = {
    "judging_mode": one_of(*JUDGING_MODES),
    "training_required": one_of(*TRAINING_RULES),
    "former_post_years": as_count,
    "former_post_rule": one_of(*STANCES),
    "mutual_audit_rule": one_of(*STANCES),
    "due_soon_days": as_count,
    "head_after_days": as_count,
    "top_after_days": as_count,
    "systems_ja": str,
}
SETTINGS = tuple(field.name for field in fields(year.ReportSettings) if field.name not in ("remarks", "sources"))


REPORT_TEXTS = (*SETTINGS, *(key for key in BY_KEY if key.startswith(REMARK)))


def read_rule(key: str, value: str) -> object:
    """The value of one rule or setting. Raises ValueError, in Japanese, for an unknown key or an unreadable value."""
    if key in RULES:
        return RULES[key](value)
    if key in AUDIT_RULES:
        return AUDIT_RULES[key](value)
    if key in SETTINGS or key.startswith(REMARK):
        return value
    raise ValueError(f"「{key}」という項目はありません。")


@dataclass(frozen=True, slots=True)
class YearSettings:
    """The year's rules and texts as they were handed in: key -> value, and key -> the row it was read from."""

    values: Mapping[str, str]
    sources: Mapping[str, year.SourceRows]

    def sources_of(self, keys: Iterable[str]) -> tuple[tuple[str, year.SourceRows], ...]:
        """(field name, source) of those keys that came from a file, by name."""
        return tuple((key, self.sources[key]) for key in sorted(keys) if key in self.sources)


def year_settings(municipality_id: int, fiscal_year: int) -> YearSettings:
    """All settings of the year; one query."""
    rows = (
        models.FiscalYearRule.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
        .order_by("key")
        .values_list("key", "value", *SOURCE_VALUES)
    )
    values: dict[str, str] = {}
    sources: dict[str, year.SourceRows] = {}
    for key, value, *source in rows:
        values[key] = value
        found = one_row(source[0], source[1], source[2])
        if found is not None:
            sources[key] = found
    return YearSettings(values, sources)


def year_rules(municipality_id: int, fiscal_year: int, told: YearSettings) -> year.YearRules:
    """The rules of the year; what is not set has the default of core.year.YearRules, the scale none. One query."""
    levels = models.ScaleLevel.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    scale = tuple(
        year.ScaleLevel(*sourced(row))
        for row in levels.order_by("-level").values_list("level", "label_ja", "criterion_ja", *SOURCE_VALUES)
    )
    rules = {key: read_rule(key, value) for key, value in told.values.items() if key in RULES}
    return replace(year.YearRules(scale=scale, sources=told.sources_of(RULES)), **rules)  # type: ignore[arg-type]


def audit_rules(municipality_id: int, fiscal_year: int) -> AuditRules:
    """The rules by which the year's audits are carried out; what is not set has its default. One query."""
    rows = models.FiscalYearRule.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, key__in=list(AUDIT_RULES)
    )
    rules = {key: AUDIT_RULES[key](value) for key, value in rows.values_list("key", "value")}
    return replace(AuditRules(), **rules)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class StatedRules:
    """A year's rules as texts in canonical words, defaults filled in, and its scale: level -> label, criterion.

    `stated`: the keys that the year itself says.
    """

    rules: Mapping[str, str]
    levels: Mapping[int, tuple[str, str]]
    stated: frozenset[str] = frozenset()

    @property
    def stamp(self) -> str:
        """A mark that changes with any rule: a form says by it what it was opened on."""
        plain = [sorted(self.rules.items()), sorted(self.levels.items())]
        return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def default_rules() -> dict[str, str]:
    """The rules of a year that says nothing, in canonical words."""
    defaults = {**vars_of(year.YearRules(scale=())), **vars_of(AuditRules())}
    texts = {key: defaults[key] for key in (*RULES, *AUDIT_RULES)}
    return {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in texts.items()}


def vars_of(value: year.YearRules | AuditRules) -> dict[str, object]:
    """Field name -> value."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def report_texts(municipality_id: int, fiscal_year: int) -> dict[str, str]:
    """What the year's report says about itself, as it was handed in or typed: key -> text. One query."""
    rows = models.FiscalYearRule.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, key__in=REPORT_TEXTS
    )
    return dict(rows.values_list("key", "value"))


def texts_stamp(texts: Mapping[str, str]) -> str:
    """A mark that changes with any text."""
    return hashlib.sha256(json.dumps(sorted(texts.items()), ensure_ascii=False).encode()).hexdigest()[:16]


def stated_rules(municipality_id: int, fiscal_year: int) -> StatedRules:
    """The rules in force in the year, as the office would type them. Two queries."""
    told = year_settings(municipality_id, fiscal_year).values
    stated = {key: value for key, value in told.items() if key in RULES or key in AUDIT_RULES}
    rows = models.ScaleLevel.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    levels = {level: (label, criterion) for level, label, criterion in rows.values_list(*LEVEL_VALUES)}
    return StatedRules({**default_rules(), **stated}, levels, frozenset(stated))


def used_levels(municipality_id: int, fiscal_year: int) -> set[int]:
    """Levels that records of other apps judged items of the year at."""
    found: set[int] = set()
    for relation in models.ControlItem._meta.related_objects:
        model = relation.related_model
        if any(field.name == "level" for field in model._meta.concrete_fields):
            way = {f"{relation.field.name}__checklist__fiscal_year": fiscal_year, "municipality_id": municipality_id}
            rows = model._default_manager.filter(**way, level__isnull=False)
            found.update(rows.order_by().values_list("level", flat=True).distinct())
    return found


def system_names(municipality_id: int) -> tuple[str, ...]:
    """Names of information systems that the office listed in any year, so that old cases are cleaned of old names."""
    rows = models.FiscalYearRule.objects.filter(municipality_id=municipality_id, key="systems_ja")
    listed = (
        AuditRules(systems_ja=value).systems for value in rows.order_by("fiscal_year").values_list("value", flat=True)
    )
    return tuple(dict.fromkeys(name for names in listed for name in names))


def report_settings(municipality_ja: str, told: YearSettings) -> year.ReportSettings:
    """What the office says about the document; name and title fall back to the register's name and the usual title."""
    values = told.values
    remarks = tuple((key.removeprefix(REMARK), text) for key, text in sorted(values.items()) if key.startswith(REMARK))
    return year.ReportSettings(
        municipality_ja=values.get("municipality_ja") or municipality_ja,
        title_ja=values.get("title_ja") or DEFAULT_TITLE,
        contract_ja=values.get("contract_ja", ""),
        report_on=values.get("report_on", ""),
        rotation_scope_ja=values.get("rotation_scope_ja", ""),
        remarks=remarks,
        sources=told.sources_of({*SETTINGS, *(key for key in values if key.startswith(REMARK))}),
    )


LEVEL_VALUES = ("level", "label_ja", "criterion_ja")
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
    """The checklists of a year in the order of core.year's streams, items in checklist order."""
    rows = (
        models.ControlItem.objects.filter(municipality_id=municipality_id, checklist__fiscal_year=fiscal_year)
        .order_by("checklist_id", "position", "pk")
        .values_list("checklist__stream", *ITEM_VALUES, *SOURCE_VALUES)
    )
    items: dict[str, list[year.ControlItem]] = {}
    for stream, *values in rows:
        items.setdefault(stream, []).append(year.ControlItem(*sourced(values)))
    return tuple(
        year.Checklist(
            stream,
            tuple(item for item in items[stream] if item.lineage != "dropped"),
            tuple(item for item in items[stream] if item.lineage == "dropped"),
        )
        for stream in models.STREAMS
        if stream in items
    )


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


def scale_levels(municipality_id: int, fiscal_years: Iterable[int]) -> dict[int, set[int]]:
    """Fiscal year -> levels of its scale; a year without a scale is absent."""
    found: dict[int, set[int]] = {}
    rows = models.ScaleLevel.objects.filter(municipality_id=municipality_id, fiscal_year__in=sorted(set(fiscal_years)))
    for fiscal_year, level in rows.values_list("fiscal_year", "level"):
        found.setdefault(fiscal_year, set()).add(level)
    return found


def content_sha256(text_ja: str, criteria_ja: str) -> str:
    """Hash of what an item asks, blanks left out; two items with one hash ask the same."""
    plain = ["".join(text_ja.split()), "".join(criteria_ja.split())]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()


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
    return ChecklistItemRecord(item.checklist.fiscal_year, item.checklist.stream, source=source, **values)


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
    values = [getattr(record, name) for name in RECORD_FIELDS]
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


def guideline_editions(municipality_id: int) -> list[str]:
    """The imported editions of the national guideline, newest import first."""
    rows = models.GuidelineItem.objects.filter(municipality_id=municipality_id).order_by()
    last = rows.values("edition_ja").annotate(last=Max("pk")).order_by("-last")
    return [str(row["edition_ja"]) for row in last]


def guideline_items(municipality_id: int, edition_ja: str, words: str = "") -> QuerySet[models.GuidelineItem]:
    """The items of an edition in its order, those with the words in them."""
    rows: QuerySet[models.GuidelineItem] = models.GuidelineItem.objects.filter(
        municipality_id=municipality_id, edition_ja=edition_ja
    )
    if words:
        told = Q(text_ja__icontains=words) | Q(chapter_ja__icontains=words) | Q(number__iexact=words)
        rows = rows.filter(told)
    return rows.order_by("position")


def guideline_numbers(municipality_id: int, fiscal_year: int, stream: str, edition_ja: str) -> set[str]:
    """Numbers of an edition that the checklist already has an item for."""
    rows = models.ControlItem.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=stream
    )
    return set(rows.filter(edition_ja=edition_ja).exclude(lineage="dropped").values_list("mic_number", flat=True))
