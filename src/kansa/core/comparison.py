"""Where does the change of the mean maturity level since last year come from? Parts that sum exactly to the change.

Worked examples: docs/spec/04-comparison.md. Three levels:
1 the whole: items carried over unchanged are the core; revised, added and dropped items, and carried items that were
  wholly 対象外 in one year, pull the mean (see `pulls`);
2 inside the core: change within items against change of the items' weights (対象外・対象範囲);
3 inside an item: departments judged in both years against departments that came or went. An item without a common
  department cannot be separated, and is named so.
A counterfactual for new items at departments of last year does not exist and is not imputed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NotComputable
from kansa.core.maturity import Grid, item_counts
from kansa.core.pulls import Amount, ClassShare, Effect, RationalSum, class_share, core_weights, pull_effects, total_of
from kansa.core.year import LEVELS, Checklist

CORE_EFFECTS = ("same_departments", "department_turnover", "coverage", "inseparable")
PULL_EFFECTS = ("revised", "added", "dropped", "carried_not_applicable")
EFFECTS_JA = {
    "same_departments": "変更がない項目・同じ所属の変化",
    "department_turnover": "変更がない項目・対象所属の入替え",
    "coverage": "変更がない項目・対象外等による構成の変化",
    "inseparable": "変更がない項目・所属の変化と入替えを分けられない分",
    "carried_not_applicable": "変更がない項目・一方の年度で全て対象外",
    "revised": "見直した項目",
    "added": "追加した項目",
    "dropped": "廃止した項目",
    "not_comparable": "共通する項目がないため比較できない分",
}


@dataclass(frozen=True, slots=True)
class ItemLinks:
    """How this year's items relate to last year's. Pairs are (this code, prior code).

    Carried pairs are one to one; revised pairs may repeat a code (an item split in two, or two made one).
    """

    carried: tuple[tuple[str, str], ...]
    revised: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassAmounts:
    """The amounts of every item by class, both years, in the order of the links."""

    core_pairs: tuple[tuple[str, str], ...]
    core: tuple[tuple[Amount, Amount], ...]
    classes: tuple[ClassShare, ...]  # carried, revised, added, dropped, carried_not_applicable


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """The change of the mean and its parts, in level points; `sum of effects == change` exactly.

    `core` is the class of carried items judged in both years, None when there is none; then the only effect is
    `not_comparable`. `classes` holds all classes with their item counts and means, the core first.
    """

    prior_mean: Fraction
    this_mean: Fraction
    change: Fraction
    core: ClassShare | None
    effects: tuple[Effect, ...]
    classes: tuple[ClassShare, ...]

    def effect(self, code: str) -> Fraction:
        """The value of one effect. Raises KeyError when this comparison does not have it."""
        return {effect.code: effect.value for effect in self.effects}[code]

    @property
    def carried_change(self) -> Fraction | None:
        """Change of the mean of carried items, the sum of the core effects; None when there is no core."""
        if self.core is None:
            return None
        return sum((effect.value for effect in self.effects if effect.code in CORE_EFFECTS), Fraction(0))


def item_links(prior: Checklist, this: Checklist) -> ItemLinks:
    """The links that this year's checklist declares; every item of both stands in exactly one class.

    A carried or revised item whose predecessor last year's checklist lacks counts as added; when two items claim one
    predecessor, both are revised; items of last year that nobody claims are dropped.
    """
    known = {item.code for item in prior.items}
    linked = [item for item in this.items if item.lineage in ("carried", "revised") and item.prior_code in known]
    claims = Counter(item.prior_code for item in linked)
    carried = [item for item in linked if item.lineage == "carried" and claims[item.prior_code] == 1]
    chosen = {item.code for item in carried}
    named = {item.code for item in linked}
    return ItemLinks(
        carried=tuple((item.code, item.prior_code) for item in carried),
        revised=tuple((item.code, item.prior_code) for item in linked if item.code not in chosen),
        added=tuple(item.code for item in this.items if item.code not in named),
        dropped=tuple(item.code for item in prior.items if item.code not in claims),
    )


def _check_links(links: ItemLinks, prior: Sequence[str], this: Sequence[str]) -> None:
    """Every item of both years stands in exactly one class. Raises ValueError naming the items that do not."""
    sides = (
        ("this", this, [a for a, _b in links.carried] + list(links.added), {a for a, _b in links.revised}),
        ("prior", prior, [b for _a, b in links.carried] + list(links.dropped), {b for _a, b in links.revised}),
    )
    for side, items, single, revised in sides:
        stated = Counter(single) + Counter(dict.fromkeys(revised, 1))
        twice = sorted(code for code, uses in stated.items() if uses > 1)
        if twice:
            raise ValueError(f"{side} items in two classes: {', '.join(twice)}")
        wrong = sorted(set(items) ^ set(stated))
        if wrong:
            raise ValueError(f"{side} items not linked or not in the checklist: {', '.join(wrong)}")


def classify(prior: Mapping[str, Amount], this: Mapping[str, Amount], links: ItemLinks) -> ClassAmounts:
    """Sorts the items of both years into classes. Raises ValueError when the links do not cover them exactly."""
    _check_links(links, tuple(prior), tuple(this))
    core = tuple(pair for pair in links.carried if this[pair[0]].count and prior[pair[1]].count)
    rest = [pair for pair in links.carried if not (this[pair[0]].count and prior[pair[1]].count)]
    amounts = tuple((prior[b], this[a]) for a, b in core)
    revised_this = dict.fromkeys(a for a, _b in links.revised)
    revised_prior = dict.fromkeys(b for _a, b in links.revised)
    classes = (
        class_share("carried", [before for before, _after in amounts], [after for _before, after in amounts]),
        class_share("revised", [prior[code] for code in revised_prior], [this[code] for code in revised_this]),
        class_share("added", [], [this[code] for code in links.added]),
        class_share("dropped", [prior[code] for code in links.dropped], []),
        class_share("carried_not_applicable", [prior[b] for _a, b in rest], [this[a] for a, _b in rest]),
    )
    return ClassAmounts(core, amounts, classes)


def both_means(prior: Mapping[str, Amount], this: Mapping[str, Amount]) -> tuple[Fraction, Fraction]:
    """Pooled means of both years. Raises NotComputable nothing_judged_this or nothing_judged_prior."""
    after = total_of(this.values()).mean
    if after is None:
        raise NotComputable("nothing_judged_this", "今年度の判定がないため比較できない")
    before = total_of(prior.values()).mean
    if before is None:
        raise NotComputable("nothing_judged_prior", "前年度の判定がないため比較できない")
    return before, after


class _CommonCells:
    """The judgements of departments that stand in both years, column by column."""

    def __init__(self, prior: Grid, this: Grid, departments: Mapping[str, str]) -> None:
        before, after = _rows_by_department(prior), _rows_by_department(this)
        pairs = [(before[b], after[a]) for a, b in departments.items() if a in after and b in before]
        single = [(rows0[0], rows1[0]) for rows0, rows1 in pairs if len(rows0) == 1 == len(rows1)]
        self._prior = "".join(row0 for row0, _row1 in single)
        self._this = "".join(row1 for _row0, row1 in single)
        self._several = [(rows0, rows1) for rows0, rows1 in pairs if not len(rows0) == 1 == len(rows1)]
        self._prior_place = {code: place for place, code in enumerate(prior.items)}
        self._this_place = {code: place for place, code in enumerate(this.items)}

    def change(self, this_code: str, prior_code: str) -> tuple[int, Fraction | int]:
        """Number of departments judged on the item in both years, and the sum of their changes of level.

        A department audited more than once in a year counts once, with its own mean.
        """
        place1, place0 = self._this_place[this_code], self._prior_place[prior_code]
        column0 = self._prior[place0 :: len(self._prior_place)]
        column1 = self._this[place1 :: len(self._this_place)]
        count, total = 0, Fraction(0)
        whole = 0
        for (level0, level1), times in Counter(zip(column0, column1, strict=True)).items():
            if level0 in LEVELS and level1 in LEVELS:
                count += times
                whole += times * (int(level1) - int(level0))
        for rows0, rows1 in self._several:
            mean0, mean1 = _cell_mean(rows0, place0), _cell_mean(rows1, place1)
            if mean0 is not None and mean1 is not None:
                count += 1
                total += mean1 - mean0
        return count, whole + total if self._several else whole


def _rows_by_department(grid: Grid) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for department, row in zip(grid.departments, grid.rows, strict=True):
        rows.setdefault(department, []).append(row)
    return rows


def _cell_mean(rows: Sequence[str], place: int) -> Fraction | None:
    levels = [int(row[place]) for row in rows if row[place] in LEVELS]
    return Fraction(sum(levels), len(levels)) if levels else None


def _core_effects(amounts: ClassAmounts, cells: _CommonCells) -> tuple[Effect, ...]:
    """Levels 2 and 3: the four parts of the change of the core's mean."""
    weights = core_weights(amounts.core)
    same, turnover, inseparable = RationalSum(), RationalSum(), RationalSum()
    for (this_code, prior_code), (prior, this), middle in zip(
        amounts.core_pairs, amounts.core, weights.middle, strict=True
    ):
        count, change = cells.change(this_code, prior_code)
        rest = turnover if count else inseparable
        rest.add(middle * this.total, this.count)
        rest.add(-middle * prior.total, prior.count)
        if count:
            part = Fraction(change)
            same.add(middle * part.numerator, count * part.denominator)
            turnover.add(-middle * part.numerator, count * part.denominator)
    parts = [part.value() / weights.scale for part in (same, turnover, inseparable)]
    values = (parts[0], parts[1], weights.coverage, parts[2])
    return tuple(Effect(code, value) for code, value in zip(CORE_EFFECTS, values, strict=True))


def _item_amounts(grid: Grid) -> dict[str, Amount]:
    return {code: Amount(counts.judged, counts.level_sum) for code, counts in item_counts(grid).items()}


def compare(prior: Grid | None, this: Grid, links: ItemLinks, departments: Mapping[str, str]) -> MeanComparison:
    """Divides the change of the mean over judgements into its parts.

    `departments` says which department of this year is which of last year (see `succession`); one that is not named
    is turnover. The order of items, rows and departments does not matter.
    Raises NotComputable (no_prior, nothing_judged_this, nothing_judged_prior), and ValueError when the links do not
    cover the items exactly or two departments claim the same predecessor.
    """
    if prior is None:
        raise NotComputable("no_prior", "前年度の記録がないため比較できない")
    if len(set(departments.values())) != len(departments):
        raise ValueError("two departments claim the same predecessor")
    before, after = _item_amounts(prior), _item_amounts(this)
    amounts = classify(before, after, links)
    prior_mean, this_mean = both_means(before, after)
    change = this_mean - prior_mean
    core = amounts.classes[0]
    if not core.this_count:
        return MeanComparison(prior_mean, this_mean, change, None, (Effect("not_comparable", change),), amounts.classes)
    effects = _core_effects(amounts, _CommonCells(prior, this, departments))
    effects += pull_effects(core, amounts.classes[1:])
    return MeanComparison(prior_mean, this_mean, change, core, effects, amounts.classes)
