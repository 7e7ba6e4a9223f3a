"""What do the sample city's departments, control items and questions say? Reads the tables in `text/`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class DepartmentText:
    """One row of text/departments.csv; years are fiscal years, `weight` is its share of the staff."""

    code: str
    name_ja: str
    bureau_ja: str
    kind: str
    valid_from: int
    valid_to: int | None
    succession: str
    predecessors: tuple[str, ...]
    weight: int
    has_my_number: bool
    has_systems: bool
    external_years: tuple[int, ...]

    def stands_in(self, fiscal_year: int) -> bool:
        """Whether the department exists in the fiscal year."""
        return self.valid_from <= fiscal_year and (self.valid_to is None or fiscal_year <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ItemText:
    """One control item over both years; `prior_text_ja` is filled when the item was revised for FY2024."""

    key: str
    domain_ja: str
    years: str  # both | 2023 | 2024
    ease: int  # -3 hard .. 2 easy
    text_ja: str
    criteria_ja: str
    prior_text_ja: str
    prior_criteria_ja: str
    policy_clause: str
    mic_number: str
    jis_number: str
    law_ja: str
    not_applicable_ja: str
    weak_ja: str
    measure_ja: str
    same_as: str = ""

    def asked_in(self, fiscal_year: int) -> bool:
        """Whether the item stands on the checklist of the fiscal year."""
        return self.years in ("both", str(fiscal_year))


@dataclass(frozen=True, slots=True)
class QuestionText:
    """One question of the self-inspection; `base` (FY2023) and `change` (to FY2024) are compliance in per mille."""

    key: str
    domain_ja: str
    years: str
    base: int
    change: int
    text_ja: str
    prior_text_ja: str
    policy_clause: str
    jis_number: str
    not_applicable_share: int  # per cent of respondents

    def asked_in(self, fiscal_year: int) -> bool:
        """Whether the question is asked in the fiscal year."""
        return self.years in ("both", str(fiscal_year))


@dataclass(frozen=True, slots=True)
class TechnicalText:
    """One result of the technical diagnosis that became a finding."""

    key: str
    fiscal_year: int
    department_code: str
    network_zone: str
    title_ja: str
    fact_ja: str
    measure_ja: str
    treatment: str
    weighed: tuple[str, ...]
    state: str  # improved | mitigated | accepted | promised | carried
    recurrence_key: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files("kansa.sample").joinpath("text", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


@cache
def departments() -> tuple[DepartmentText, ...]:
    """Every department of any year, in code order of the table."""
    return tuple(
        DepartmentText(
            code=row["code"],
            name_ja=row["name_ja"],
            bureau_ja=row["bureau_ja"],
            kind=row["kind"],
            valid_from=int(row["valid_from"]),
            valid_to=int(row["valid_to"]) if row["valid_to"] else None,
            succession=row["succession"],
            predecessors=_parts(row["predecessors"]),
            weight=int(row["weight"]),
            has_my_number=row["my_number"] == "1",
            has_systems=row["systems"] == "1",
            external_years=tuple(int(year) for year in _parts(row["external_years"])),
        )
        for row in _rows("departments")
    )


def departments_of(fiscal_year: int) -> tuple[DepartmentText, ...]:
    """The departments standing in the fiscal year."""
    return tuple(department for department in departments() if department.stands_in(fiscal_year))


def _item(row: dict[str, str], same_as: str = "") -> ItemText:
    texts = {name: row[name] for name in row if name != "ease"}
    return ItemText(ease=int(row["ease"]), same_as=same_as, **texts)


@cache
def external_items() -> tuple[ItemText, ...]:
    """Items of the external audit of both years, in checklist order."""
    return tuple(_item(row) for row in _rows("external_items"))


@cache
def internal_items() -> tuple[ItemText, ...]:
    """Items of the internal audit; a row without text is the external item of the same key, word for word."""
    external = {row["key"]: row for row in _rows("external_items")}
    return tuple(
        _item(row) if row["text_ja"] else _item(external[row["key"]], same_as=row["key"])
        for row in _rows("internal_items")
    )


@cache
def questions() -> tuple[QuestionText, ...]:
    """Questions of the self-inspection of both years, in order."""
    return tuple(
        QuestionText(
            base=int(row["base"]),
            change=int(row["change"]),
            not_applicable_share=int(row["not_applicable_share"]),
            **{name: row[name] for name in row if name not in ("base", "change", "not_applicable_share")},
        )
        for row in _rows("questions")
    )


@cache
def technical_findings() -> tuple[TechnicalText, ...]:
    """Findings of the technical diagnosis of both years."""
    return tuple(
        TechnicalText(
            fiscal_year=int(row["fiscal_year"]),
            weighed=_parts(row["weighed"]),
            **{name: row[name] for name in row if name not in ("fiscal_year", "weighed")},
        )
        for row in _rows("technical_findings")
    )
