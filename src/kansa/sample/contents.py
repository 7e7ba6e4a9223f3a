"""What does the sample city record, before it is put into files?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from kansa.formats.records import ChecklistItemRecord, JudgementRecord, Record
from kansa.sample.answers import answer_records
from kansa.sample.checklists import checklist_records
from kansa.sample.drill import drill_records
from kansa.sample.findings import finding_records
from kansa.sample.judging import Cell, Habits, judged_year, judgement_records
from kansa.sample.organisation import department_records, staff_records
from kansa.sample.plan import engagement_records, plan_records, training_records
from kansa.sample.settings import scale_records, setting_records
from kansa.sample.targets import YEARS

STREAM_NAMES_JA = {
    "external_audit": "外部監査",
    "internal_audit": "内部監査",
    "self_inspection": "自己点検",
}
YEAR_NAMES_JA = {2023: "令和５年度", 2024: "令和６年度"}


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one file: its import kind, its name without ending, in import order."""

    kind: str
    title_ja: str
    records: tuple[Record, ...]


def city_batches(seed: int) -> tuple[Batch, ...]:
    """Everything the city records, in import order; the same seed gives the same records."""
    chance = Random(seed)
    rosters = staff_records(chance)
    engagements = engagement_records(chance, rosters)
    trainings = training_records(chance, rosters)
    habits, cells, prior = Habits(chance), dict[int, Sequence[Cell]](), list[Cell]()
    for year in YEARS:
        prior = judged_year(chance, habits, year, engagements[year], prior)
        cells[year] = prior
    findings = finding_records(chance, cells)
    care: dict[str, int] = {}
    batches = [
        *(
            Batch("year", f"年度設定_{YEAR_NAMES_JA[year]}", (*setting_records(year), *scale_records(year)))
            for year in YEARS
        ),
        Batch("departments", "課所等一覧", department_records()),
        *(Batch("staff", f"職員名簿_{YEAR_NAMES_JA[year]}", rosters[year]) for year in YEARS),
        *(batch for year in YEARS for batch in _checklists(year)),
        Batch("plan", "監査中期計画_令和５年度から令和７年度まで", plan_records()),
        *(Batch("training", f"監査員研修_{YEAR_NAMES_JA[year]}", trainings[year]) for year in YEARS),
        *(Batch("engagements", f"監査実施計画_{YEAR_NAMES_JA[year]}", engagements[year]) for year in YEARS),
        *(batch for year in YEARS for batch in _judgements(chance, year, cells[year])),
    ]
    for year in YEARS:
        answers = answer_records(chance, care, year, rosters[year])
        batches.append(Batch("self_inspection", f"自己点検回答_{YEAR_NAMES_JA[year]}", answers))
    for year in YEARS:
        batches.append(
            Batch("drill", f"メール訓練結果_{YEAR_NAMES_JA[year]}", drill_records(chance, year, rosters[year]))
        )
    batches += [Batch("findings", f"検出事項_{YEAR_NAMES_JA[year]}", findings[year]) for year in YEARS]
    return tuple(batches)


def _checklists(fiscal_year: int) -> Iterator[Batch]:
    records = checklist_records(fiscal_year)
    for stream, name in STREAM_NAMES_JA.items():
        chosen: tuple[ChecklistItemRecord, ...] = tuple(record for record in records if record.stream == stream)
        yield Batch("checklist", f"{name}項目_{YEAR_NAMES_JA[fiscal_year]}", chosen)


def _judgements(chance: Random, fiscal_year: int, cells: Sequence[Cell]) -> Iterator[Batch]:
    for stream in ("external_audit", "internal_audit"):
        chosen = [cell for cell in cells if cell.engagement.stream == stream]
        records: tuple[JudgementRecord, ...] = judgement_records(chance, fiscal_year, chosen)
        yield Batch("judgements", f"{STREAM_NAMES_JA[stream]}判定_{YEAR_NAMES_JA[fiscal_year]}", records)
