"""Which findings did the judgements and the diagnosis give, and how far have their improvements come?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from kansa.formats.records import FindingRecord
from kansa.sample.checklists import item_class
from kansa.sample.judging import WEAK_ENDINGS_JA, Cell
from kansa.sample.organisation import NOT_FROM_A_FILE, root_code
from kansa.sample.plan import DIAGNOSIS_DAYS, engagement_code
from kansa.sample.targets import PRIOR_YEAR, THIS_YEAR, YEARS
from kansa.sample.texts import TechnicalText, technical_findings

VERIFIERS_JA = {"external_audit": "監査事務局", "internal_audit": "監査事務局", "technical_diagnosis": "監査統括責任者"}
LETTERS = {"external_audit": "E", "internal_audit": "I"}
RECOMMENDATION_COUNT = 5
# An item found weak in so many places is rolled out to the whole office.
LATERAL_FROM = {"external_audit": 3, "internal_audit": 6}

IMPROVED_PER_CENT = {
    ("external_audit", PRIOR_YEAR): 74,
    ("external_audit", THIS_YEAR): 72,
    ("internal_audit", PRIOR_YEAR): 70,
    ("internal_audit", THIS_YEAR): 78,
}
PROMISED_PER_CENT = 16  # of all: to be improved before the year ends, not yet verified


@dataclass(frozen=True, slots=True)
class Progress:
    """The days of one improvement; None = not yet."""

    planned_on: date
    due_on: date
    promised_fiscal_year: int
    improved_on: date | None
    verified_on: date | None


def finding_records(chance: Random, cells: Mapping[int, Sequence[Cell]]) -> dict[int, tuple[FindingRecord, ...]]:
    """Every finding of both years, by fiscal year: one per judgement below the conforming level, a few recommendations,
    and the findings of the technical diagnosis."""
    result: dict[int, tuple[FindingRecord, ...]] = {}
    known: dict[tuple[str, str], str] = {}
    for year in YEARS:
        audits = [
            finding
            for stream in ("external_audit", "internal_audit")
            for finding in _audit_findings(chance, year, stream, cells[year], known)
        ]
        result[year] = (*audits, *_technical(chance, year))
    return result


def finding_code(fiscal_year: int, letter: str, number: int) -> str:
    """Such as F24-E001: year, E external, I internal, T technical, running number."""
    return f"F{fiscal_year % 100:02d}-{letter}{number:03d}"


def _working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _year_end(fiscal_year: int) -> date:
    return date(fiscal_year + 1, 3, 31)


def _progress(chance: Random, fiscal_year: int, judged_on: date, improved_per_cent: int) -> Progress:
    """Planned a few weeks after the audit; improved within the year, promised within it, or carried over."""
    planned = _working_day(judged_on + timedelta(days=chance.randint(20, 35)))
    draw = chance.randrange(100)
    end = _working_day(_year_end(fiscal_year) - timedelta(days=3))
    due = _working_day(date(fiscal_year + 1, chance.choice((2, 3, 3)), 28))
    if draw < improved_per_cent:
        improved = min(end, _working_day(planned + timedelta(days=chance.randint(10, 60))))
        verified = min(end, _working_day(improved + timedelta(days=chance.randint(3, 14))))
        return Progress(planned, due, fiscal_year, improved, verified)
    if draw < improved_per_cent + PROMISED_PER_CENT:
        return Progress(planned, _working_day(_year_end(fiscal_year)), fiscal_year, None, None)
    due = _working_day(date(fiscal_year + 1, 9, 30))
    if fiscal_year == PRIOR_YEAR:
        improved = _working_day(due - timedelta(days=chance.randint(5, 80)))
        return Progress(planned, due, fiscal_year + 1, improved, _working_day(improved + timedelta(days=12)))
    return Progress(planned, due, fiscal_year + 1, None, None)


def _audit_findings(
    chance: Random, fiscal_year: int, stream: str, cells: Sequence[Cell], known: dict[tuple[str, str], str]
) -> list[FindingRecord]:
    """`known` keeps (department, item) -> code of the finding made there, for recurrences in the next year."""
    mine = [cell for cell in cells if cell.engagement.stream == stream and cell.level is not None]
    weak = [cell for cell in mine if cell.level is not None and cell.level <= 2]
    spread: dict[str, int] = {}
    for cell in weak:
        spread[cell.item.key] = spread.get(cell.item.key, 0) + 1
    records = []
    fresh: dict[tuple[str, str], str] = {}
    for number, cell in enumerate(weak, start=1):
        code = finding_code(fiscal_year, LETTERS[stream], number)
        place = (root_code(cell.engagement.department_code), cell.item.key)
        earlier = known.get(place, "") if item_class(cell.item) == "carried" else ""
        records.append(_from_cell(chance, code, cell, earlier, spread[cell.item.key] >= LATERAL_FROM[stream]))
        fresh[place] = code
    if stream == "external_audit":
        known.update(fresh)
        records += _recommendations(chance, fiscal_year, mine, len(weak))
    return records


def _from_cell(chance: Random, code: str, cell: Cell, earlier: str, lateral: bool) -> FindingRecord:
    engagement, item = cell.engagement, cell.item
    judged_on = engagement.ended_on or _year_end(engagement.fiscal_year)
    share = IMPROVED_PER_CENT[engagement.stream, engagement.fiscal_year]
    progress = _progress(chance, engagement.fiscal_year, judged_on, share)
    return _finding(
        code,
        engagement.fiscal_year,
        engagement.stream,
        (engagement.code, engagement.department_code, cell.code),
        (item.weak_ja, item.weak_ja + WEAK_ENDINGS_JA[cell.level or 0], item.measure_ja + "。"),
        progress,
        recurrence_of=earlier,
        lateral=lateral,
    )


def _finding(
    code: str,
    fiscal_year: int,
    stream: str,
    place: tuple[str, str, str],
    texts: tuple[str, str, str],
    progress: Progress,
    *,
    classification: str = "detection",
    zone: str = "",
    treatment: str = "fix",
    weighed: tuple[str, ...] = (),
    recurrence_of: str = "",
    lateral: bool = False,
) -> FindingRecord:
    """A finding from `place` (engagement, department, item) and `texts` (title, fact, measure)."""
    return FindingRecord(
        fiscal_year=fiscal_year,
        code=code,
        stream=stream,
        engagement_code=place[0],
        department_code=place[1],
        item_code=place[2],
        classification=classification,
        title_ja=texts[0],
        fact_ja=texts[1],
        network_zone=zone,
        treatment=treatment,
        weighed=weighed,
        measure_ja=texts[2],
        planned_on=progress.planned_on,
        due_on=progress.due_on,
        promised_fiscal_year=progress.promised_fiscal_year,
        improved_on=progress.improved_on,
        verified_on=progress.verified_on,
        verifier_ja=VERIFIERS_JA[stream] if progress.verified_on else "",
        recurrence_of=recurrence_of,
        is_lateral_rollout=lateral,
        source=NOT_FROM_A_FILE,
    )


def _recommendations(chance: Random, fiscal_year: int, cells: Sequence[Cell], offset: int) -> list[FindingRecord]:
    """改善提言 on items that conform: the lowest scores among level 3."""
    standard = sorted((cell for cell in cells if cell.level == 3), key=lambda cell: (cell.score, cell.code))
    records = []
    for number, cell in enumerate(standard[:RECOMMENDATION_COUNT], start=offset + 1):
        judged_on = cell.engagement.ended_on or _year_end(fiscal_year)
        records.append(
            _finding(
                finding_code(fiscal_year, "E", number),
                fiscal_year,
                "external_audit",
                (cell.engagement.code, cell.engagement.department_code, cell.code),
                (
                    f"{cell.item.domain_ja}の取組の一層の定着",
                    "基準は満たしている。担当者が替わっても続くよう、手順への明記が望ましい。",
                    "次の実施手順の見直しに合わせて明記する。",
                ),
                _progress(chance, fiscal_year, judged_on, IMPROVED_PER_CENT["external_audit", fiscal_year]),
                classification="recommendation",
            )
        )
    return records


def _technical(chance: Random, fiscal_year: int) -> list[FindingRecord]:
    codes: dict[str, str] = {}
    numbers = dict.fromkeys(YEARS, 0)
    records = []
    for text in technical_findings():
        numbers[text.fiscal_year] += 1
        codes[text.key] = finding_code(text.fiscal_year, "T", numbers[text.fiscal_year])
        if text.fiscal_year == fiscal_year:
            records.append(_from_diagnosis(chance, text, codes))
    return records


def _from_diagnosis(chance: Random, text: TechnicalText, codes: Mapping[str, str]) -> FindingRecord:
    year = text.fiscal_year
    share = {"improved": 100, "mitigated": 100, "promised": 0}.get(text.state, -PROMISED_PER_CENT)
    progress = _progress(chance, year, DIAGNOSIS_DAYS[year][1], share)
    if text.state == "promised":
        progress = Progress(progress.planned_on, _working_day(_year_end(year)), year, None, None)
    if text.state == "accepted":
        progress = Progress(progress.planned_on, _year_end(year + 1), year + 1, None, None)
    return _finding(
        codes[text.key],
        year,
        "technical_diagnosis",
        (engagement_code("TD", year), text.department_code, ""),
        (text.title_ja, text.fact_ja, text.measure_ja),
        progress,
        zone=text.network_zone,
        treatment=text.treatment,
        weighed=text.weighed,
        recurrence_of=codes.get(text.recurrence_key, ""),
        lateral=text.treatment == "fix" and text.network_zone == "isolated",
    )
