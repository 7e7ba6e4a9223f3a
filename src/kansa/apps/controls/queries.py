"""Which rules, scale, settings and checklists does a fiscal year have, as frozen values?"""

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
}
SETTINGS = tuple(field.name for field in fields(year.ReportSettings) if field.name not in ("remarks", "sources"))


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
