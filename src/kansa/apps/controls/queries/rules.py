"""By which rules and scale is a year judged, and what does its report say about itself? Read as frozen values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction

from kansa.apps.controls import models
from kansa.apps.trail.queries import SOURCE_VALUES, one_row, sourced
from kansa.core import year
from kansa.core.audit_rules import JUDGING_MODES, STANCES, TRAINING_RULES, AuditRules
from kansa.formats.readers.settings import BY_KEY

REMARK = "remark:"  # a key such as "remark:external_audit" holds the office's own sentence of that section
DEFAULT_TITLE = "情報セキュリティ監査実施報告書"
TRUTHS = {"true": True, "false": False}
LEVEL_VALUES = ("level", "label_ja", "criterion_ja")


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
    "open_rate": one_of("clicked/delivered", "clicked/sent", "opened/delivered", "opened/sent", "omitted"),
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


def scale_levels(municipality_id: int, fiscal_years: Iterable[int]) -> dict[int, set[int]]:
    """Fiscal year -> levels of its scale; a year without a scale is absent."""
    found: dict[int, set[int]] = {}
    rows = models.ScaleLevel.objects.filter(municipality_id=municipality_id, fiscal_year__in=sorted(set(fiscal_years)))
    for fiscal_year, level in rows.values_list("fiscal_year", "level"):
        found.setdefault(fiscal_year, set()).add(level)
    return found
