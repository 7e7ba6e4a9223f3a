"""Which figures does an audit stream (external or internal) give: means, levels, departments, domains?"""

from __future__ import annotations

from fractions import Fraction

from kansa.core.errors import NotComputable
from kansa.core.maturity import (
    LevelCounts,
    conformity_rate,
    department_counts,
    finding_count,
    finding_rate,
    group_counts,
    mean_level,
    mean_over,
    passes,
)
from kansa.core.streams import control_checks
from kansa.document.figure import Selection
from kansa.document.figures.audit_facts import AuditFacts
from kansa.document.figures.maker import Maker

BASES_JA = {"judgements": "判定全体の平均", "departments": "所属ごとの平均の平均", "items": "項目ごとの平均の平均"}


def audit_figures(maker: Maker, facts: AuditFacts) -> None:
    """All figures of one stream that do not compare two years."""
    _scope(maker, facts)
    _means(maker, facts)
    _levels(maker, facts)
    _departments(maker, facts)
    _domains(maker, facts)


def selection(facts: AuditFacts, *, prior: bool = False, **limits: object) -> Selection:
    """The judgements of the stream, this year or last."""
    fiscal_year = facts.year.this.fiscal_year - prior
    return Selection("judgements", fiscal_year, facts.stream, **limits)  # type: ignore[arg-type]


def _scope(maker: Maker, facts: AuditFacts) -> None:
    prefix, stream_ja = facts.prefix, facts.stream_ja
    year = facts.year.this.fiscal_year
    checks = control_checks(facts.year.this, facts.stream)
    engagements = Selection("engagements", year, facts.stream, items=tuple(check.code for check in checks))
    if not checks:
        reason = f"{stream_ja}の対策状況確認の記録がない"
        for name in ("departments", "items", "auditors", "judged", "not_applicable", "not_judged"):
            maker.missing(f"{prefix}.{name}", f"{stream_ja}の規模", reason, unit="count", formula="count/1")
        return
    maker.count(
        f"{prefix}.departments",
        f"{stream_ja}の対象所属数",
        len({check.department_code for check in checks}),
        "count_departments/1",
        engagements,
    )
    maker.count(
        f"{prefix}.items",
        f"{stream_ja}の監査項目数",
        len(facts.items),
        "count_items/1",
        Selection("items", year, facts.stream),
    )
    auditors = sum(check.auditor_count for check in checks)
    maker.count(f"{prefix}.auditors", f"{stream_ja}の監査員の延べ人数", auditors, "count_auditors/1", engagements)
    counts = facts.counts
    maker.count(f"{prefix}.judged", f"{stream_ja}の判定数", counts.judged, "count_judged/1", selection(facts))
    maker.count(
        f"{prefix}.not_applicable",
        f"{stream_ja}の対象外の数",
        counts.not_applicable,
        "count_not_applicable/1",
        selection(facts, levels="N"),
    )
    maker.count(
        f"{prefix}.not_judged",
        f"{stream_ja}の未判定の数",
        counts.not_judged,
        "count_not_judged/1",
        selection(facts, levels="-"),
    )


def _means(maker: Maker, facts: AuditFacts) -> None:
    prefix, rules = facts.prefix, facts.year.this.rules
    basis = rules.headline_mean
    maker.number(
        f"{prefix}.mean",
        f"{facts.stream_ja}の対策レベルの平均",
        lambda: mean_over(facts.grid, basis),
        unit="point",
        formula=f"mean_over_{basis}/1",
        places=rules.mean_places,
        n=facts.counts.judged,
        threshold=rules.pass_mark,
        sources=[selection(facts)],
    )
    prior_n = facts.prior_counts.judged if facts.prior_counts is not None else None
    maker.number(
        f"{prefix}.mean.prior",
        f"{facts.stream_ja}の対策レベルの平均（前年度）",
        lambda: _prior_mean(facts, basis),
        unit="point",
        formula=f"mean_over_{basis}/1",
        places=rules.mean_places,
        n=prior_n,
        threshold=rules.pass_mark,
        sources=[selection(facts, prior=True)],
    )
    for other, label_ja in BASES_JA.items():
        _mean_of_basis(maker, facts, other, label_ja)
    _verdict(maker, facts)


def _mean_of_basis(maker: Maker, facts: AuditFacts, basis: str, label_ja: str) -> None:
    """The mean taken one named way, this year and last: shown beside the headline, never instead of it."""
    rules = facts.year.this.rules
    for suffix, when, is_prior in (("", "", False), (".prior", "、前年度", True)):
        maker.number(
            f"{facts.prefix}.mean.{basis}{suffix}",
            f"{facts.stream_ja}の対策レベルの平均（{label_ja}{when}）",
            lambda is_prior=is_prior: _prior_mean(facts, basis) if is_prior else mean_over(facts.grid, basis),  # type: ignore[misc]
            unit="point",
            formula=f"mean_over_{basis}/1",
            places=rules.mean_places,
            threshold=rules.pass_mark,
            sources=[selection(facts, prior=is_prior)],
        )


def _prior_mean(facts: AuditFacts, basis: str) -> Fraction:
    if facts.prior_grid is None:
        raise NotComputable("no_prior", "前年度の判定の記録がない")
    return mean_over(facts.prior_grid, basis)


def _verdict(maker: Maker, facts: AuditFacts) -> None:
    """Whether the exact mean reaches the pass mark, as words."""
    mean = maker.book.value(f"{facts.prefix}.mean")
    if not isinstance(mean, Fraction | int):
        maker.missing(f"{facts.prefix}.verdict", "合格点との比較", "平均がない", unit="text", formula="passes/1")
        return
    word = "上回った" if passes(Fraction(mean), facts.year.this.rules.pass_mark) else "下回った"
    if mean == facts.year.this.rules.pass_mark:
        word = "満たした"
    maker.text(
        f"{facts.prefix}.verdict",
        f"{facts.stream_ja}の平均と合格点との比較",
        word,
        "passes/1",
        inputs=[f"{facts.prefix}.mean", "scale.pass_mark"],
    )


def _levels(maker: Maker, facts: AuditFacts) -> None:
    """Number and share of each level, detections and conformity, this year and last."""
    years = [("", facts.counts, False)]
    if facts.prior_counts is not None:
        years.append((".prior", facts.prior_counts, True))
    for suffix, counts, is_prior in years:
        if counts.judged:
            _levels_of(maker, facts, suffix, counts, is_prior)


def _levels_of(maker: Maker, facts: AuditFacts, suffix: str, counts: LevelCounts, is_prior: bool) -> None:
    prefix, rules = facts.prefix, facts.year.this.rules
    when = "（前年度）" if is_prior else ""
    for level, number in enumerate(counts.counts):
        chosen = selection(facts, prior=is_prior, levels=str(level))
        maker.count(
            f"{prefix}.level.{level}.count{suffix}",
            f"{facts.stream_ja}のレベル{level}の判定数{when}",
            number,
            "count_level/1",
            chosen,
        )
        maker.number(
            f"{prefix}.level.{level}.share{suffix}",
            f"{facts.stream_ja}のレベル{level}の割合{when}",
            lambda number=number: Fraction(number, counts.judged),  # type: ignore[misc]
            unit="percent",
            formula="share_of_level/1",
            places=rules.rate_places,
            n=counts.judged,
            sources=[chosen],
        )
    below = "".join(str(level) for level in range(rules.conforms_from))
    chosen = selection(facts, prior=is_prior, levels=below)
    maker.count(
        f"{prefix}.detections{suffix}",
        f"{facts.stream_ja}の検出数（適合しない判定の数）{when}",
        finding_count(counts, rules.conforms_from),
        "count_detections/1",
        chosen,
    )
    for name, label_ja, value in (
        ("detection_rate", "検出率", finding_rate(counts, rules.conforms_from)),
        ("conformity_rate", "適合率", conformity_rate(counts, rules.conforms_from)),
    ):
        maker.number(
            f"{prefix}.{name}{suffix}",
            f"{facts.stream_ja}の{label_ja}{when}",
            lambda value=value: value,  # type: ignore[misc]
            unit="percent",
            formula=f"{name}/1",
            places=rules.rate_places,
            n=counts.judged,
            sources=[selection(facts, prior=is_prior)],
        )


def _departments(maker: Maker, facts: AuditFacts) -> None:
    names = {department.code: department.name_ja for department in facts.year.this.departments}
    for code, counts in department_counts(facts.grid).items():
        _group(maker, facts, f"department.{code}", names.get(code, code), counts, selection(facts, departments=(code,)))


def domains_of(facts: AuditFacts) -> tuple[str, ...]:
    """The domains (章・領域) of the stream's checklist in its order."""
    return tuple(dict.fromkeys(item.domain_ja for item in facts.items))


def _domains(maker: Maker, facts: AuditFacts) -> None:
    domain_of = {item.code: item.domain_ja for item in facts.items}
    grouped = group_counts(facts.grid, domain_of)
    for number, domain in enumerate(domains_of(facts), start=1):
        codes = tuple(code for code, name in domain_of.items() if name == domain)
        counts = grouped[domain]
        _group(maker, facts, f"domain.{number}", domain, counts, selection(facts, items=codes))
    if facts.prior_grid is None or facts.year.prior is None:
        return
    prior_domain_of = {item.code: item.domain_ja for item in facts.year.prior.checklist(facts.stream).items}
    prior_grouped = group_counts(facts.prior_grid, prior_domain_of)
    for number, domain in enumerate(domains_of(facts), start=1):
        codes = tuple(code for code, name in prior_domain_of.items() if name == domain)
        maker.number(
            f"{facts.prefix}.domain.{number}.mean.prior",
            f"{facts.stream_ja}「{domain}」の平均（前年度）",
            lambda domain=domain: _mean_of(prior_grouped.get(domain)),  # type: ignore[misc]
            unit="point",
            formula="mean_over_judgements/1",
            places=facts.year.this.rules.mean_places,
            sources=[selection(facts, prior=True, items=codes)],
        )


def _mean_of(counts: LevelCounts | None) -> Fraction:
    if counts is None:
        raise NotComputable("no_prior", "前年度にこの領域の判定がない")
    return mean_level(counts)


def _group(maker: Maker, facts: AuditFacts, name: str, label_ja: str, counts: LevelCounts, chosen: Selection) -> None:
    """Mean, number judged, detections and level counts of one department or domain."""
    rules = facts.year.this.rules
    prefix = f"{facts.prefix}.{name}"
    heading = f"{facts.stream_ja}「{label_ja}」の"
    maker.number(
        f"{prefix}.mean",
        f"{heading}平均",
        lambda: mean_level(counts),
        unit="point",
        formula="mean_over_judgements/1",
        places=rules.mean_places,
        n=counts.judged,
        threshold=rules.pass_mark,
        sources=[chosen],
    )
    maker.count(f"{prefix}.judged", f"{heading}判定数", counts.judged, "count_judged/1", chosen)
    maker.count(
        f"{prefix}.detections",
        f"{heading}検出数",
        finding_count(counts, rules.conforms_from),
        "count_detections/1",
        chosen,
    )
    if name.startswith("department."):
        for level, number in enumerate(counts.counts):
            maker.count(f"{prefix}.level.{level}", f"{heading}レベル{level}", number, "count_level/1", chosen)
        maker.count(f"{prefix}.not_applicable", f"{heading}対象外", counts.not_applicable, "count_level/1", chosen)
