"""Why did an audit mean change, and what may be said of it? Effects, contributions, interval, words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from kansa.core.comparison import EFFECTS_JA, MeanComparison
from kansa.core.distribution import LevelContribution, level_contribution
from kansa.core.errors import NotComputable
from kansa.core.intervals import ChangeInterval, paired_change, welch_change
from kansa.core.maturity import Grid, LevelCounts, department_counts
from kansa.core.rounding import ROUNDING_NOTE_JA, differs_from_printed
from kansa.core.wording import about_points_word, change_word, ratio_word
from kansa.document.figure import Figure
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.figures.audits import selection
from kansa.document.figures.maker import Maker

VERDICTS_JA = {
    "beyond_turnover": "対象所属の違いだけでは説明しにくい",
    "within_turnover": "対象所属の違いの範囲内で、全庁の変化とは言えない",
    "too_few": "対象所属が少なく、全庁の変化とは言えない",
}


def change_figures(maker: Maker, facts: AuditFacts) -> None:
    """All figures of one stream that compare this year with last year."""
    change = _change(maker, facts)
    _effects(maker, facts)
    _classes(maker, facts)
    _contribution(maker, facts)
    verdict = _interval(maker, facts)
    _paired(maker, facts)
    _words(maker, facts, change, verdict)


def _change(maker: Maker, facts: AuditFacts) -> Figure:
    prefix, rules = facts.prefix, facts.year.this.rules
    this, prior = maker.book[f"{prefix}.mean"], maker.book[f"{prefix}.mean.prior"]
    mixed = this.is_published or prior.is_published
    return maker.number(
        f"{prefix}.change",
        f"{facts.stream_ja}の平均の前年度からの変化",
        lambda: difference(this, prior),
        unit="points",
        formula="difference_of_published/1" if mixed else "difference/1",
        places=rules.mean_places if mixed else rules.effect_places,
        signed=True,
        inputs=[this.id, prior.id],
        note_ja="公表された（四捨五入後の）値との差" if mixed else rounding_note(this, prior, rules.mean_places),
    )


def rounding_note(this: Figure, prior: Figure, places: int) -> str:
    """The standard note where the printed values do not differ by the printed difference; "" elsewhere."""
    if not isinstance(this.value, int | Fraction) or not isinstance(prior.value, int | Fraction):
        return ""
    change = Fraction(this.value) - Fraction(prior.value)
    return ROUNDING_NOTE_JA if differs_from_printed(change, this.value, prior.value, places) else ""


def difference(this: Figure, prior: Figure) -> Fraction:
    """This minus prior. Raises NotComputable naming the year without a value."""
    for figure in (this, prior):
        if not isinstance(figure.value, int | Fraction):
            raise NotComputable("no_value", f"{figure.label_ja}がない（{figure.missing_ja}）")
    assert isinstance(this.value, int | Fraction) and isinstance(prior.value, int | Fraction)
    return Fraction(this.value) - Fraction(prior.value)


def _effects(maker: Maker, facts: AuditFacts) -> None:
    """The decomposition of the change of the mean over judgements: the effects sum to it exactly."""
    try:
        comparison = facts.comparison()
    except NotComputable as missing:
        for name, label_ja in (("carried_change", "変更がない項目の変化"), ("pooled_change", "判定全体の平均の変化")):
            _effect(maker, facts, name, label_ja, _raiser(missing))
        return
    _effect(maker, facts, "pooled_change", "判定全体の平均の変化", lambda: comparison.change)
    _effect(maker, facts, "carried_change", "変更がない項目の変化", lambda: _carried(comparison))
    for effect in comparison.effects:
        _effect(
            maker,
            facts,
            f"effect.{effect.code}",
            EFFECTS_JA[effect.code],
            lambda effect=effect: effect.value,  # type: ignore[misc]
        )


def _raiser(missing: NotComputable) -> Callable[[], Fraction]:
    def compute() -> Fraction:
        raise missing

    return compute


def _carried(comparison: MeanComparison) -> Fraction:
    if comparison.core is None:
        raise NotComputable("not_comparable", "前年度と共通する項目がない")
    assert comparison.carried_change is not None
    return comparison.carried_change


def _effect(maker: Maker, facts: AuditFacts, name: str, label_ja: str, compute: Callable[[], Fraction]) -> None:
    maker.number(
        f"{facts.prefix}.{name}",
        f"{facts.stream_ja}：{label_ja}",
        compute,
        unit="points",
        formula=f"{name.replace('.', '_')}/1",
        places=facts.year.this.rules.effect_places,
        signed=True,
        sources=[selection(facts), selection(facts, prior=True)],
    )


def _classes(maker: Maker, facts: AuditFacts) -> None:
    """Number of items in each lineage class, and the means of the classes in both years."""
    links, prefix = facts.links, facts.prefix
    if facts.prior_grid is None:
        return
    for name, label_ja, codes, is_prior in (
        ("carried", "変更がない", tuple(this for this, _ in links.carried), False),
        ("revised", "見直した", tuple(this for this, _ in links.revised), False),
        ("added", "追加した", links.added, False),
        ("dropped", "廃止した", links.dropped, True),
    ):
        chosen = selection(facts, prior=is_prior, items=codes)
        maker.count(
            f"{prefix}.items.{name}", f"{facts.stream_ja}の{label_ja}項目数", len(codes), "count_items/1", chosen
        )


def _contribution(maker: Maker, facts: AuditFacts) -> None:
    """How level distribution explains the change: more above the pass level, fewer and shallower detections."""
    prefix = facts.prefix
    rows = (
        ("contribution.above", "合格水準を超える判定の増減", lambda c: c.above_effect),
        ("contribution.fewer", "検出数の割合の増減", lambda c: c.fewer_findings_effect),
        ("contribution.shallower", "検出の深さの変化", lambda c: c.shallower_effect),
    )
    for name, label_ja, part in rows:
        maker.number(
            f"{prefix}.{name}",
            f"{facts.stream_ja}：{label_ja}による寄与",
            lambda part=part: part(_level_contribution(facts)),  # type: ignore[misc]
            unit="points",
            formula=f"{name.replace('.', '_')}/1",
            places=facts.year.this.rules.effect_places,
            signed=True,
            sources=[selection(facts), selection(facts, prior=True)],
        )


def _level_contribution(facts: AuditFacts) -> LevelContribution:
    return level_contribution(facts.prior_or_raise(), facts.counts, facts.year.this.rules.conforms_from)


def _sums(counts: dict[str, LevelCounts]) -> dict[str, tuple[int, int]]:
    return {code: (part.level_sum, part.judged) for code, part in counts.items() if part.judged}


def _interval(maker: Maker, facts: AuditFacts) -> str:
    """The interval of the change for the whole city; returns the verdict's code, "" when there is none."""
    prefix = facts.prefix
    label_ja = f"{facts.stream_ja}の変化について、対象所属の違いで生じ得る幅"
    try:
        if facts.prior_grid is None:
            raise NotComputable("no_prior", "前年度の判定の記録がない")
        interval = welch_change(_sums(department_counts(facts.prior_grid)), _sums(department_counts(facts.grid)))
    except NotComputable as missing:
        maker.missing(f"{prefix}.interval", label_ja, missing.reason_ja, unit="points", formula="welch_change/1")
        return ""
    maker.number(
        f"{prefix}.interval",
        label_ja,
        lambda: _half_width(interval),
        unit="points",
        formula="welch_change/1",
        places=facts.year.this.rules.mean_places,
        sources=[selection(facts), selection(facts, prior=True)],
    )
    maker.text(
        f"{prefix}.interval.word",
        f"{facts.stream_ja}の変化の確からしさ",
        VERDICTS_JA[interval.verdict],
        "change_verdict/1",
        inputs=[f"{prefix}.pooled_change", f"{prefix}.interval"],
    )
    return interval.verdict


def _paired(maker: Maker, facts: AuditFacts) -> None:
    """The change of the departments audited both years, over the carried items: the like-for-like comparison."""
    prefix = facts.prefix
    label_ja = f"{facts.stream_ja}：両年度とも監査した所属の、変更がない項目の平均の変化"
    try:
        interval = paired_change(*_common_sums(facts))
    except NotComputable as missing:
        maker.missing(f"{prefix}.paired", label_ja, missing.reason_ja, unit="points", formula="paired_change/1")
        return
    chosen = [selection(facts), selection(facts, prior=True)]
    for name, words, compute, signed, formula in (
        ("paired", label_ja, lambda: interval.change, True, "paired_change/1"),
        ("paired.interval", f"{label_ja}の幅", lambda: _half_width(interval), False, "paired_interval/1"),
    ):
        maker.number(
            f"{prefix}.{name}",
            words,
            compute,
            unit="points",
            formula=formula,
            places=facts.year.this.rules.effect_places if signed else facts.year.this.rules.mean_places,
            signed=signed,
            n=interval.k1,
            sources=chosen,
        )
    maker.count(f"{prefix}.paired.departments", f"{label_ja}の所属数", interval.k1, "count_departments/1", *chosen)


def _common_sums(facts: AuditFacts) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """Level sums and counts of the departments audited both years, over the carried items, by last year's code."""
    if facts.prior_grid is None:
        raise NotComputable("no_prior", "前年度の判定の記録がない")
    this_items = frozenset(code for code, _ in facts.links.carried)
    prior_items = frozenset(code for _, code in facts.links.carried)
    before = _sums(department_counts(_only(facts.prior_grid, prior_items)))
    after = {
        facts.department_map[code]: sums
        for code, sums in _sums(department_counts(_only(facts.grid, this_items))).items()
        if facts.department_map.get(code) in before
    }
    if not after:
        raise NotComputable("no_common_department", "両年度とも監査した所属がない")
    return {code: before[code] for code in after}, after


def _only(grid: Grid, codes: frozenset[str]) -> Grid:
    """The grid with some of its items."""
    places = [place for place, code in enumerate(grid.items) if code in codes]
    rows = tuple("".join(row[place] for place in places) for row in grid.rows)
    return Grid(grid.departments, tuple(grid.items[place] for place in places), rows, grid.top_level)


def _half_width(interval: ChangeInterval) -> Fraction:
    if interval.half_width is None:
        raise NotComputable("too_few", "対象所属が少なく幅を算出できない")
    return interval.half_width


def _words(maker: Maker, facts: AuditFacts, change: Figure, verdict: str) -> None:
    """Bound words: 若干向上, 0.1点程度, 約半分. Each is a figure with its versioned rule."""
    prefix, version = facts.prefix, facts.year.this.rules.wording_version
    formula = f"wording/{version}"
    word = ""
    if isinstance(change.value, int | Fraction):
        word = change_word(Fraction(change.value), verdict or None, version)
    maker.text(f"{prefix}.change.word", f"{facts.stream_ja}の変化を表す語", word, formula, inputs=[change.id])
    carried = maker.book[f"{prefix}.carried_change"]
    if carried.is_published:
        shown = f"{carried.shown}点程度" if "概数" in carried.note_ja else f"{carried.shown}点"
        maker.text(f"{prefix}.carried_change.word", "変更がない項目の変化を表す語", shown, formula, inputs=[carried.id])
    if not isinstance(carried.value, Fraction) or carried.is_published:
        return
    maker.text(
        f"{prefix}.carried_change.word",
        "変更がない項目の変化を表す語",
        about_points_word(carried.value, version),
        formula,
        inputs=[carried.id],
    )
    pooled = maker.book[f"{prefix}.pooled_change"].value
    if not isinstance(pooled, Fraction) or carried.value == 0:
        return
    maker.number(
        f"{prefix}.change_ratio",
        "全体の変化の、変更がない項目の変化に対する比",
        lambda: pooled / carried.value,  # type: ignore[operator]
        unit="ratio",
        formula="ratio/1",
        places=2,
        inputs=[f"{prefix}.pooled_change", carried.id],
    )
    maker.text(
        f"{prefix}.change_ratio.word",
        "全体の変化と変更がない項目の変化との比を表す語",
        ratio_word(pooled / carried.value, version) or "",
        formula,
        inputs=[f"{prefix}.change_ratio"],
    )
