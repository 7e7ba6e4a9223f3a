"""Do the effects of a comparison follow their definition, and sum exactly to the change, for any two years?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kansa.core.comparison import CORE_EFFECTS, PULL_EFFECTS, ItemLinks, MeanComparison, compare, item_links
from kansa.core.errors import NotComputable
from kansa.core.maturity import Grid, count_levels, mean_level
from kansa.core.year import Checklist, ControlItem
from tests.core.instances import Instance, instances

Cells = dict[str, dict[str, list[int]]]  # item -> department -> levels


def compared(case: Instance) -> MeanComparison:
    """The comparison, for instances where both years have judgements."""
    assume(count_levels(case.prior).judged and count_levels(case.this).judged)
    return compare(case.prior, case.this, case.links, case.departments)


def cells_of(grid: Grid) -> Cells:
    found: Cells = {code: defaultdict(list) for code in grid.items}
    for department, row in zip(grid.departments, grid.rows, strict=True):
        for code, sign in zip(grid.items, row, strict=True):
            if sign.isdigit():
                found[code][department].append(int(sign))
    return found


def mean(levels: list[int]) -> Fraction:
    return Fraction(sum(levels), len(levels))


def flat(cells: Cells, codes: list[str]) -> list[int]:
    return [level for code in codes for levels in cells[code].values() for level in levels]


def by_definition(case: Instance) -> dict[str, Fraction]:
    """The effects written out from the definition, cell by cell, in fractions."""
    before, after = cells_of(case.prior), cells_of(case.this)
    core = [(a, b) for a, b in case.links.carried if flat(after, [a]) and flat(before, [b])]
    rest = [pair for pair in case.links.carried if pair not in core]
    all0, all1 = flat(before, list(before)), flat(after, list(after))
    core0, core1 = flat(before, [b for _a, b in core]), flat(after, [a for a, _b in core])
    result = dict.fromkeys((*CORE_EFFECTS, *PULL_EFFECTS), Fraction(0))

    def pull(cells: Cells, codes: list[str], core_levels: list[int], whole: list[int]) -> Fraction:
        levels = flat(cells, codes)
        return Fraction(len(levels), len(whole)) * (mean(levels) - mean(core_levels)) if levels else Fraction(0)

    groups = {
        "revised": ([b for _a, b in case.links.revised], [a for a, _b in case.links.revised]),
        "added": ([], list(case.links.added)),
        "dropped": (list(case.links.dropped), []),
        "carried_not_applicable": ([b for _a, b in rest], [a for a, _b in rest]),
    }
    for name, (prior_codes, this_codes) in groups.items():
        now = pull(after, list(dict.fromkeys(this_codes)), core1, all1)
        result[name] = now - pull(before, list(dict.fromkeys(prior_codes)), core0, all0)
    middle = (mean(core0) + mean(core1)) / 2
    for a, b in core:
        levels0, levels1 = flat(before, [b]), flat(after, [a])
        w0, w1 = Fraction(len(levels0), len(core0)), Fraction(len(levels1), len(core1))
        m0, m1, weight = mean(levels0), mean(levels1), (w0 + w1) / 2
        result["coverage"] += (w1 - w0) * ((m0 + m1) / 2 - middle)
        common = [(t, p) for t, p in case.departments.items() if after[a].get(t) and before[b].get(p)]
        if not common:
            result["inseparable"] += weight * (m1 - m0)
            continue
        k0 = sum((mean(before[b][p]) for _t, p in common), Fraction(0)) / len(common)
        k1 = sum((mean(after[a][t]) for t, _p in common), Fraction(0)) / len(common)
        result["same_departments"] += weight * (k1 - k0)
        result["department_turnover"] += weight * ((m1 - k1) - (m0 - k0))
    return result


@given(instances())
def test_effects_sum_exactly_to_the_change(case: Instance) -> None:
    comparison = compared(case)
    assert sum(effect.value for effect in comparison.effects) == comparison.change
    assert comparison.change == mean_level(count_levels(case.this)) - mean_level(count_levels(case.prior))


@given(instances())
def test_every_effect_follows_its_definition(case: Instance) -> None:
    comparison = compared(case)
    assume(comparison.core is not None)
    assert {effect.code: effect.value for effect in comparison.effects} == by_definition(case)


@given(instances())
def test_the_core_effects_are_the_change_of_carried_items(case: Instance) -> None:
    comparison = compared(case)
    assume(comparison.core is not None)
    assert comparison.core is not None
    assert comparison.carried_change == comparison.core.change


@given(instances(), st.randoms(use_true_random=False))
def test_order_does_not_matter(case: Instance, random: st.Random) -> None:
    expected = compared(case)

    def shuffled(grid: Grid) -> Grid:
        rows = list(zip(grid.departments, grid.rows, strict=True))
        columns = list(range(len(grid.items)))
        random.shuffle(rows)
        random.shuffle(columns)
        return Grid(
            tuple(department for department, _row in rows),
            tuple(grid.items[column] for column in columns),
            tuple("".join(row[column] for column in columns) for _department, row in rows),
        )

    pairs = list(case.links.carried)
    random.shuffle(pairs)
    links = replace(case.links, carried=tuple(pairs))
    assert compare(shuffled(case.prior), shuffled(case.this), links, case.departments) == expected


@given(instances())
def test_nothing_changed_gives_no_effect(case: Instance) -> None:
    grid = case.this
    assume(count_levels(grid).judged)
    links = ItemLinks(tuple((code, code) for code in grid.items))
    comparison = compare(grid, grid, links, {name: name for name in grid.departments})
    assert [effect.value for effect in comparison.effects if effect.value] == []


@given(instances())
def test_swapped_years_give_opposite_effects_of_carried_items(case: Instance) -> None:
    comparison = compared(case)
    links = ItemLinks(
        tuple((b, a) for a, b in case.links.carried),
        tuple((b, a) for a, b in case.links.revised),
        case.links.dropped,
        case.links.added,
    )
    back = compare(case.this, case.prior, links, {prior: this for this, prior in case.departments.items()})
    assert back.change == -comparison.change
    if comparison.core is not None:
        for code in (*CORE_EFFECTS, "revised", "carried_not_applicable"):
            assert back.effect(code) == -comparison.effect(code)
        assert back.effect("added") == -comparison.effect("dropped")


@given(instances())
def test_class_counts_cover_everything(case: Instance) -> None:
    comparison = compared(case)
    assert sum(share.this_items for share in comparison.classes) == len(case.this.items)
    assert sum(share.prior_items for share in comparison.classes) == len(case.prior.items)
    assert sum(share.this_count for share in comparison.classes) == count_levels(case.this).judged
    assert sum(share.prior_sum for share in comparison.classes) == count_levels(case.prior).level_sum


ONE = Grid(("甲",), ("a",), ("3",))
NOTHING = Grid(("甲",), ("a",), ("N",))
SAME = ItemLinks((("a", "a"),))


@pytest.mark.parametrize(
    ("prior", "this", "code"),
    [
        (None, ONE, "no_prior"),
        (ONE, NOTHING, "nothing_judged_this"),
        (NOTHING, ONE, "nothing_judged_prior"),
        (NOTHING, NOTHING, "nothing_judged_this"),
    ],
)
def test_what_cannot_be_compared_is_named(prior: Grid | None, this: Grid, code: str) -> None:
    with pytest.raises(NotComputable) as missing:
        compare(prior, this, SAME, {"甲": "甲"})
    assert missing.value.code == code


@pytest.mark.parametrize(
    "links",
    [
        ItemLinks(()),
        ItemLinks((("a", "a"),), added=("a",)),
        ItemLinks((("a", "a"),), dropped=("b",)),
        ItemLinks((("a", "a"), ("b", "a"))),
        ItemLinks((("a", "a"),), revised=(("a", "a"),)),
    ],
)
def test_links_that_do_not_cover_the_items_are_refused(links: ItemLinks) -> None:
    with pytest.raises(ValueError, match="items"):
        compare(ONE, ONE, links, {})


def test_two_departments_cannot_have_one_predecessor() -> None:
    with pytest.raises(ValueError, match="predecessor"):
        compare(ONE, ONE, SAME, {"甲": "甲", "乙": "甲"})


LINEAGES = st.tuples(st.sampled_from(["carried", "revised", "added"]), st.sampled_from(["", "P0", "P1", "P2", "P9"]))


@given(st.lists(LINEAGES, max_size=5), st.integers(0, 3))
def test_declared_links_always_cover_both_checklists(declared: list[tuple[str, str]], prior_count: int) -> None:
    prior = Checklist("internal_audit", tuple(item(f"P{n}", "added", "") for n in range(prior_count)))
    this = Checklist("internal_audit", tuple(item(f"T{n}", *lineage) for n, lineage in enumerate(declared)))
    links = item_links(prior, this)
    empty = Grid(("甲",), tuple(entry.code for entry in prior.items), ("3" * len(prior.items),))
    now = Grid(("甲",), tuple(entry.code for entry in this.items), ("3" * len(this.items),))
    if prior.items and this.items:
        assert compare(empty, now, links, {"甲": "甲"}).change == 0
    assert all(this_code not in links.added for this_code, _prior in (*links.carried, *links.revised))


def item(code: str, lineage: str, prior_code: str) -> ControlItem:
    return ControlItem(code, "", "", "", lineage, prior_code)
