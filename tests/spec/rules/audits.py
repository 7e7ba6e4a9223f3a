"""Rules of means, findings, comparisons and level distributions."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.comparison import EFFECTS_JA, ItemLinks, MeanComparison, compare
from kansa.core.distribution import LevelContribution, level_contribution
from kansa.core.maturity import (
    Grid,
    LevelCounts,
    conformity_rate,
    count_levels,
    finding_count,
    finding_rate,
    mean_level,
    mean_over,
    passes,
)
from kansa.core.pulls import ClassShare, pull_effects
from kansa.core.rounding import printed, printed_against
from tests.spec.rules.reading import NONE, Rule, each, exact, ints, levels, naming, number, yes_no
from tests.spec.tables import Row


def _mean(row: Row) -> Row:
    counts = LevelCounts(ints(row["レベル０～４の件数"]), number(row["対象外"]))

    def percent(rate: Fraction) -> str:
        return printed(rate * 100, 1)

    return {
        "判定数": str(counts.judged),
        "平均": naming(lambda: exact(mean_level(counts))),
        "平均の表示": naming(lambda: printed_against(mean_level(counts), 2, 3)),
        "合格": naming(lambda: yes_no(passes(mean_level(counts), Fraction(3)))),
        "検出数": str(finding_count(counts, 3)),
        "検出率": naming(lambda: percent(finding_rate(counts, 3))),
        "適合率": naming(lambda: percent(conformity_rate(counts, 3))),
    }


def _grid(rows: list[Row], column: str) -> Grid:
    """A grid of unequal rows, each filled up with items that are not assigned."""
    texts = [levels(row[column]) for row in rows]
    width = max(map(len, texts))
    items = tuple(f"項目{place}" for place in range(width))
    return Grid(tuple(row["所属"] for row in rows), items, tuple(text.ljust(width, ".") for text in texts))


def _bases(rows: list[Row], given: list[Row]) -> list[Row]:
    answers = []
    for row in rows:
        grid = _grid(given, row["年度"])
        answers.append(
            {
                "全ての判定の平均": printed(mean_over(grid, "judgements"), 3),
                "所属ごとの平均の平均": printed(mean_over(grid, "departments"), 3),
            }
        )
    return answers


def _item_bases(row: Row) -> Row:
    rows = row["判定（所属ごと）"].split("、")
    grid = Grid(tuple(map(str, range(len(rows)))), tuple(map(str, range(len(rows[0])))), tuple(rows))
    return {
        name: naming(lambda basis=basis: exact(mean_over(grid, basis)))  # type: ignore[misc]
        for name, basis in (("全ての判定", "judgements"), ("所属ごと", "departments"), ("項目ごと", "items"))
    }


CLASSES = {
    "変更がない": "carried",
    "見直した": "revised",
    "追加した": "added",
    "廃止した": "dropped",
}


def _share(row: Row) -> ClassShare:
    (n0, s0), (n1, s1) = (ints(row[name]) or (0, 0) for name in ("前年度 件数, 合計", "今年度 件数, 合計"))
    return ClassShare(CLASSES[row["項目の区分"]], 0, 0, n0, s0, n1, s1)


def _class_effects(rows: list[Row], given: list[Row]) -> list[Row]:
    shares = [_share(row) for row in rows]
    core, groups = shares[0], shares[1:]
    effects = [core.change or Fraction(0), *(effect.value for effect in pull_effects(core, groups))]
    return [
        {
            "前年度の平均": NONE if share.prior_mean is None else printed(share.prior_mean, 4),
            "今年度の平均": NONE if share.this_mean is None else printed(share.this_mean, 4),
            "寄与": printed(effect, 4, signed=True),
        }
        for share, effect in zip(shares, effects, strict=True)
    ]


def _year_grid(given: list[Row], year_ja: str, item_column: str) -> Grid:
    rows = [row for row in given if row[item_column] != NONE]
    columns = [name for name in given[0] if name.startswith(year_ja) and name != item_column]
    return Grid(
        tuple(name.removeprefix(year_ja).strip() for name in columns),
        tuple(row[item_column] for row in rows),
        tuple("".join(row[name] for row in rows) for name in columns),
    )


def _links(given: list[Row]) -> ItemLinks:
    found: dict[str, list[tuple[str, str]]] = {code: [] for code in CLASSES.values()}
    for row in given:
        found[CLASSES[row["区分"]]].append((row["今年度の項目"], row["前年度の項目"]))
    return ItemLinks(
        tuple(found["carried"]),
        tuple(found["revised"]),
        tuple(this for this, _prior in found["added"]),
        tuple(prior for _this, prior in found["dropped"]),
    )


def _compare(given: list[Row]) -> MeanComparison:
    prior = _year_grid(given, "前年度", "前年度の項目")
    this = _year_grid(given, "今年度", "今年度の項目")
    same = {name: name for name in this.departments if name in prior.departments}
    return compare(prior, this, _links(given), same)


def _comparison(rows: list[Row], given: list[Row]) -> list[Row]:
    comparison = _compare(given)
    values = {EFFECTS_JA[effect.code]: effect.value for effect in comparison.effects}
    values |= {"前年度の平均": comparison.prior_mean, "今年度の平均": comparison.this_mean}
    values |= {"平均の変化（内訳の合計）": sum((effect.value for effect in comparison.effects), Fraction(0))}
    if comparison.carried_change is not None:
        values["変更がない項目の変化"] = comparison.carried_change
    assert values["平均の変化（内訳の合計）"] == comparison.change
    return [{"値": exact(values[row["内訳"]])} for row in rows]


def _contribution(row: Row) -> LevelContribution:
    return level_contribution(LevelCounts(ints(row["前年度の件数"])), LevelCounts(ints(row["今年度の件数"])))


def _distribution(row: Row) -> Row:
    parts = _contribution(row)
    assert parts.above_effect + parts.fewer_findings_effect + parts.shallower_effect == parts.change

    def shown(value: Fraction) -> str:
        return printed(value, 4, signed=True)

    return {
        "平均の変化": shown(parts.change),
        "レベル４の増加": shown(parts.above_effect),
        "検出の減少": shown(parts.fewer_findings_effect),
        "検出の程度": shown(parts.shallower_effect),
        "検出数": f"{parts.prior_findings} → {parts.this_findings}",
        "検出率": f"{printed(parts.prior_finding_rate * 100, 1)} → {printed(parts.this_finding_rate * 100, 1)}",
        "レベル４の割合": f"{printed(parts.prior_above_rate * 100, 1)} → {printed(parts.this_above_rate * 100, 1)}",
    }


def _count_grid(row: Row) -> Row:
    counts = count_levels(Grid(("甲",), tuple(map(str, range(len(row["判定"])))), (row["判定"],)))
    return {
        "レベル０～４の件数": ", ".join(map(str, counts.counts)),
        "対象外": str(counts.not_applicable),
        "未判定": str(counts.not_judged),
        "判定数": str(counts.judged),
    }


RULES: dict[str, Rule] = {
    "mean_level": each(_mean),
    "count_levels": each(_count_grid),
    "mean_bases": _bases,
    "item_bases": each(_item_bases),
    "class_effects": _class_effects,
    "comparison": _comparison,
    "level_distribution": each(_distribution),
}
