"""Which level did each control item get in each department, and with what note?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from kansa.formats.records import EngagementRecord, JudgementRecord
from kansa.sample.checklists import item_class, item_codes, items_of
from kansa.sample.organisation import NOT_FROM_A_FILE, root_code
from kansa.sample.steering import level_counts, nearest, noise, ranked_levels
from kansa.sample.targets import (
    EXTERNAL,
    EXTERNAL_ADDED_MEAN,
    EXTERNAL_CARRIED_CHANGE,
    INTERNAL,
    PRIOR_YEAR,
    THIS_YEAR,
    LevelTarget,
)
from kansa.sample.texts import DepartmentText, ItemText, departments

MY_NUMBER_ITEMS = frozenset({"zone_separate", "zone_two_factor", "mynum_area", "mynum_log"})
SYSTEM_ITEMS = frozenset({"tech_rights", "tech_admin", "tech_log", "tech_patch", "tech_backup"})
NOT_APPLICABLE_PER_CENT = {"in_plan": 45, "in_screen": 30, "in_window": 35, "in_media": 25, "in_form": 20}
KIND_SCORE = {"nursery": -35, "branch_office": -10, "facility": -25}
REVISED_SCORE = -45
MENDED_SCORE = 60
GOOD_NOTES_JA = (
    "定期の点検に加え、様式を自ら改めている。",
    "点検の結果を毎月の会議で確かめ、手順を見直している。",
    "抜き打ちの点検を年二回行い、結果を課内に示している。",
    "他の課所等へ手順を紹介している。",
)
STANDARD_NOTES_JA = (
    "記録と実物を確認した。",
    "担当者への聞き取りと記録で確認した。",
    "抜き出した記録に漏れはなかった。",
    "現場を確認した。",
    "手順書のとおり行われていた。",
)
WEAK_ENDINGS_JA = {0: "。手順もない。", 1: "。職員ごとに扱いが異なる。", 2: "。"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One item in one engagement; `level` is None when the item does not apply."""

    engagement: EngagementRecord
    item: ItemText
    code: str
    score: int
    level: int | None
    reason_ja: str


class Habits:
    """What stays the same in a place over the years: drawn once from the seed, whenever first asked."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._known: dict[tuple[str, ...], int] = {}

    def _drawn(self, *key: str, width: int) -> int:
        if key not in self._known:
            self._known[key] = self._chance.randint(-width, width)
        return self._known[key]

    def score(self, department: DepartmentText, item: ItemText) -> int:
        """How well the department does at the item, without this year's chance."""
        root = root_code(department.code)
        lasting = self._drawn("department", root, width=45) + self._drawn("item", item.key, width=20)
        place = self._drawn("cell", root, item.key, width=70)
        return lasting + place + KIND_SCORE.get(department.kind, 0) + 28 * item.ease

    def applies(self, department: DepartmentText, item: ItemText) -> bool:
        """Whether the item applies to the department: the same answer every year."""
        if not item.not_applicable_ja:
            return True
        if item.key in MY_NUMBER_ITEMS:
            return department.has_my_number
        if item.key in SYSTEM_ITEMS:
            return department.has_systems
        limit = NOT_APPLICABLE_PER_CENT.get(item.key, 12)
        return self._drawn("applies", root_code(department.code), item.key, width=50) + 50 >= limit


def judged_year(
    chance: Random, habits: Habits, fiscal_year: int, engagements: Sequence[EngagementRecord], prior: Sequence[Cell]
) -> list[Cell]:
    """Every cell of the year's external and internal audit, levels chosen so that the year's targets are met.

    `prior` are last year's cells: what was found then is mostly mended, which raises the score there.
    """
    weak = {(_root(cell), cell.item.key) for cell in prior if cell.level is not None and cell.level <= 2}
    open_cells = _unjudged(chance, habits, fiscal_year, engagements, weak)
    external = [cell for cell in open_cells if cell.engagement.stream == "external_audit"]
    internal = [cell for cell in open_cells if cell.engagement.stream == "internal_audit"]
    if fiscal_year == PRIOR_YEAR:
        parts = _external_first(external)
    else:
        parts = _external_next(external, [cell for cell in prior if cell.engagement.stream == "external_audit"])
    target = INTERNAL[fiscal_year]
    parts.append((_applicable(internal), None, target))
    levelled = {}
    for cells, level_sum, shape in parts:
        for cell in _levelled(cells, level_sum, shape):
            levelled[cell.engagement.code, cell.code] = cell
    return [levelled.get((cell.engagement.code, cell.code), cell) for cell in open_cells]


Part = tuple[list[Cell], int | None, LevelTarget]


def _root(cell: Cell) -> str:
    return root_code(cell.engagement.department_code)


def _unjudged(
    chance: Random,
    habits: Habits,
    fiscal_year: int,
    engagements: Sequence[EngagementRecord],
    weak: set[tuple[str, str]],
) -> list[Cell]:
    known = {department.code: department for department in departments()}
    cells = []
    for engagement in engagements:
        if engagement.method != "control_check":
            continue
        department = known[engagement.department_code]
        codes = item_codes(engagement.stream, fiscal_year)
        for item in items_of(engagement.stream, fiscal_year):
            score = habits.score(department, item) + noise(chance)
            if item_class(item) == "carried" and (root_code(department.code), item.key) in weak:
                score += MENDED_SCORE
            if item_class(item) in ("revised", "added") and fiscal_year == THIS_YEAR:
                score += REVISED_SCORE
            reason = "" if habits.applies(department, item) else item.not_applicable_ja
            cells.append(Cell(engagement, item, codes[item.key], score, None, reason))
    return cells


def _applicable(cells: Sequence[Cell], *classes: str) -> list[Cell]:
    return [cell for cell in cells if not cell.reason_ja and (not classes or item_class(cell.item) in classes)]


def _external_first(cells: Sequence[Cell]) -> list[Part]:
    """FY2023: carried items near the mean, the others take what is left of the sum."""
    target = EXTERNAL[PRIOR_YEAR]
    carried = _applicable(cells, "carried")
    others = _applicable(cells, "revised", "dropped")
    carried_sum = nearest(target.mean * len(carried))
    total = nearest(target.mean * (len(carried) + len(others)))
    return [(carried, carried_sum, target), (others, total - carried_sum, target)]


def _external_next(cells: Sequence[Cell], prior: Sequence[Cell]) -> list[Part]:
    """FY2024: carried items better by the wanted change, added ones lower, revised ones take the rest of the sum."""
    target = EXTERNAL[THIS_YEAR]
    before = _applicable(prior, "carried")
    carried, added, revised = (_applicable(cells, name) for name in ("carried", "added", "revised"))
    prior_mean = Fraction(sum(cell.level or 0 for cell in before), len(before))
    carried_sum = nearest((prior_mean + EXTERNAL_CARRIED_CHANGE) * len(carried))
    added_sum = nearest(EXTERNAL_ADDED_MEAN * len(added))
    total = nearest(target.mean * (len(carried) + len(added) + len(revised)))
    return [
        (carried, carried_sum, target),
        (added, added_sum, target),
        (revised, total - carried_sum - added_sum, target),
    ]


def _levelled(cells: Sequence[Cell], level_sum: int | None, shape: LevelTarget) -> list[Cell]:
    wanted = nearest(shape.mean * len(cells)) if level_sum is None else level_sum
    levels = ranked_levels([cell.score for cell in cells], level_counts(len(cells), wanted, shape.shares))
    return [replace(cell, level=level) for cell, level in zip(cells, levels, strict=True)]


def judgement_records(chance: Random, fiscal_year: int, cells: Sequence[Cell]) -> tuple[JudgementRecord, ...]:
    """The cells as judgements with a short evidence note and the auditor who judged."""
    return tuple(
        JudgementRecord(
            fiscal_year=fiscal_year,
            engagement_code=cell.engagement.code,
            department_code=cell.engagement.department_code,
            item_code=cell.code,
            state="not_applicable" if cell.reason_ja else "judged",
            level=cell.level,
            reason_ja=cell.reason_ja,
            evidence_ja=_note(chance, cell),
            auditor_ja=cell.engagement.auditor_numbers[place % 2],
            source=NOT_FROM_A_FILE,
        )
        for place, cell in enumerate(cells)
    )


def _note(chance: Random, cell: Cell) -> str:
    if cell.level is None:
        return ""
    if cell.level <= 2:
        return cell.item.weak_ja + WEAK_ENDINGS_JA[cell.level]
    return chance.choice(GOOD_NOTES_JA if cell.level == 4 else STANDARD_NOTES_JA)
