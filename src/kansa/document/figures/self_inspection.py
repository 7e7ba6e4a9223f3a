"""Which figures does the self-inspection give? Rates with their denominators; small cells stay hidden."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from kansa.core.comparison import item_links
from kansa.core.compliance import (
    RATE_EFFECTS_JA,
    AnswerCounts,
    RateComparison,
    compare_rates,
    compliance_rate,
    response_rate,
)
from kansa.core.errors import NotComputable
from kansa.core.intervals import wilson
from kansa.core.streams import SELF_INSPECTION, answers_by_item, answers_of_row
from kansa.core.suppression import BANDS_JA, REASONS_JA, band_extreme, suppress
from kansa.core.wording import change_word
from kansa.core.year import ControlItem, TallyRow, YearData
from kansa.document.figure import Figure, Selection
from kansa.document.figures.changes import difference, rounding_note
from kansa.document.figures.maker import Maker

HIDDEN = "秘匿"
KINDS_JA = {
    "head_office": "本庁",
    "branch_office": "支所",
    "nursery": "保育園",
    "school": "学校",
    "fire_station": "消防署",
    "facility": "施設",
    "other": "その他",
}


class InspectionFacts:
    """The tallies of this year and last."""

    def __init__(self, year: YearData) -> None:
        self.year = year
        self.items = year.this.checklist(SELF_INSPECTION).items
        self.by_item = answers_by_item(year.this)
        self.prior_by_item = answers_by_item(year.prior) if year.prior is not None else {}

    @cached_property
    def total(self) -> AnswerCounts:
        return total_of(self.by_item.values())

    @cached_property
    def hidden(self) -> dict[str, str]:
        """Hidden departments, bureaus and kinds ("department.D01", "bureau.総務部", "kind.nursery") -> reason code."""
        year = self.year.this
        places = {department.code: department for department in year.departments}
        counts = {row.department_code: row.respondent_count for row in year.tally}
        leaves = {f"department.{code}": number for code, number in counts.items()}
        bureaus: dict[str, list[str]] = {}
        kinds: dict[str, list[str]] = {}
        for code in counts:
            place = places.get(code)
            bureau, kind = (place.bureau_ja, place.kind) if place is not None else ("", "other")
            bureaus.setdefault(f"bureau.{bureau}", []).append(f"department.{code}")
            kinds.setdefault(f"kind.{kind}", []).append(f"department.{code}")
        k = self.year.this.rules.small_cell_k
        views = {"city": tuple(bureaus), "city by kind": tuple(kinds), **bureaus, **kinds}
        return suppress(views, leaves, k)

    @cached_property
    def comparison(self) -> RateComparison | NotComputable:
        if not self.prior_by_item or self.year.prior is None:
            return NotComputable("no_prior", "前年度の回答の記録がないため内訳を分けられない")
        links = item_links(self.year.prior.checklist(SELF_INSPECTION), self.year.this.checklist(SELF_INSPECTION))
        try:
            return compare_rates(self.prior_by_item, self.by_item, links, self.year.this.rules.rate_places)
        except NotComputable as missing:
            return missing


def total_of(parts: Iterable[AnswerCounts]) -> AnswerCounts:
    """The sum of counts."""
    total = AnswerCounts(0, 0, 0, 0)
    for part in parts:
        total = total + part
    return total


def inspection_figures(maker: Maker) -> InspectionFacts:
    """All figures of the self-inspection."""
    facts = InspectionFacts(maker.year)
    _scope(maker, facts)
    _rates(maker, facts)
    _effects(maker, facts)
    _items(maker, facts)
    _groups(maker, facts)
    return facts


def _chosen(facts: InspectionFacts, *, prior: bool = False, items: tuple[str, ...] = ()) -> Selection:
    return Selection("tally", facts.year.this.fiscal_year - prior, SELF_INSPECTION, items=items)


def _scope(maker: Maker, facts: InspectionFacts) -> None:
    rows = facts.year.this.tally
    if not rows:
        for name in ("roster", "respondents", "response_rate"):
            maker.missing(
                f"self.{name}", "自己点検の規模", "自己点検の回答の記録がない", unit="people", formula="count/1"
            )
        return
    chosen = _chosen(facts)
    roster = sum(row.roster_count for row in rows)
    respondents = sum(row.respondent_count for row in rows)
    maker.count("self.roster", "自己点検の対象職員数", roster, "count_roster/1", chosen)
    maker.count("self.respondents", "自己点検の回答者数", respondents, "count_respondents/1", chosen)
    maker.number(
        "self.response_rate",
        "自己点検の回答率",
        lambda: response_rate(respondents, roster),
        unit="percent",
        formula="response_rate/1",
        places=maker.rules.rate_places,
        n=roster,
        sources=[chosen],
        inputs=["self.respondents", "self.roster"],
    )
    total = facts.total
    for name, label_ja, value in (
        ("yes", "「はい」の数", total.yes),
        ("no", "「いいえ」の数", total.no),
        ("not_applicable", "「該当なし」の数", total.not_applicable),
        ("blank", "無回答の数", total.blank),
    ):
        maker.count(f"self.{name}", f"自己点検の{label_ja}", value, "count_answers/1", chosen)
    maker.count(
        "self.items",
        "自己点検の項目数",
        len(facts.items),
        "count_items/1",
        Selection("items", chosen.fiscal_year, SELF_INSPECTION),
    )


def _rates(maker: Maker, facts: InspectionFacts) -> None:
    rules = maker.rules
    for figure_id, label_ja, counts, is_prior in (
        ("self.rate", "市全体の遵守率", facts.by_item, False),
        ("self.rate.prior", "市全体の遵守率（前年度）", facts.prior_by_item, True),
    ):
        total = total_of(counts.values())
        maker.number(
            figure_id,
            label_ja,
            lambda total=total: compliance_rate(total),  # type: ignore[misc]
            unit="percent",
            formula="compliance_rate/1",
            places=rules.rate_places,
            n=total.yes + total.no,
            sources=[_chosen(facts, prior=is_prior)],
        )
    this, prior = maker.book["self.rate"], maker.book["self.rate.prior"]
    mixed = this.is_published or prior.is_published
    change = maker.number(
        "self.change",
        "市全体の遵守率の前年度からの変化",
        lambda: difference(this, prior),
        unit="percent_points",
        formula="difference_of_published/1" if mixed else "difference/1",
        places=rules.rate_places,
        signed=True,
        inputs=[this.id, prior.id],
        note_ja="公表された（四捨五入後の）値との差" if mixed else rounding_note(this, prior, rules.rate_places + 2),
    )
    word = (
        change_word(change.value, None, rules.wording_version, kind="rate")
        if isinstance(change.value, Fraction)
        else ""
    )
    maker.text("self.change.word", "遵守率の変化を表す語", word, f"wording/{rules.wording_version}", inputs=[change.id])
    _wilson(maker, facts)


def _wilson(maker: Maker, facts: InspectionFacts) -> None:
    total = facts.total
    if not total.yes + total.no:
        return
    low, high = wilson(total.yes, total.yes + total.no)
    for name, label_ja, value in (("low", "下限", low), ("high", "上限", high)):
        maker.number(
            f"self.rate.{name}",
            f"市全体の遵守率のウィルソン区間の{label_ja}（目安）",
            lambda value=value: value,  # type: ignore[misc]
            unit="percent",
            formula="wilson/1",
            places=maker.rules.rate_places,
            n=total.yes + total.no,
            inputs=["self.rate"],
        )


def _effects(maker: Maker, facts: InspectionFacts) -> None:
    comparison = facts.comparison
    chosen = [_chosen(facts), _chosen(facts, prior=True)]
    if isinstance(comparison, NotComputable):
        maker.missing(
            "self.carried_change",
            "変更がない項目の変化",
            comparison.reason_ja,
            unit="percent_points",
            formula="carried_change/1",
        )
        return
    places = maker.rules.rate_places + 1
    rows = [("carried_change", "変更がない項目全体の変化", comparison.carried_change)]
    rows += [(f"effect.{effect.code}", RATE_EFFECTS_JA[effect.code], effect.value) for effect in comparison.effects]
    for name, label_ja, value in rows:
        maker.number(
            f"self.{name}",
            f"遵守率：{label_ja}",
            lambda value=value: value,  # type: ignore[misc]
            unit="percent_points",
            formula=f"self_{name.replace('.', '_')}/1",
            places=places,
            signed=True,
            sources=chosen,
        )


def _items(maker: Maker, facts: InspectionFacts) -> None:
    rules = maker.rules
    added = total_of(facts.by_item[item.code] for item in facts.items if item.lineage == "added" and facts.by_item)
    if added.yes + added.no:
        codes = tuple(item.code for item in facts.items if item.lineage == "added")
        maker.count("self.items.added", "追加した項目の数", len(codes), "count_items/1", _chosen(facts, items=codes))
        maker.number(
            "self.added.rate",
            "追加した項目の遵守率",
            lambda: compliance_rate(added),
            unit="percent",
            formula="compliance_rate/1",
            places=rules.rate_places,
            n=added.yes + added.no,
            sources=[_chosen(facts, items=codes)],
        )
    for item in facts.items if facts.by_item else ():
        _item(maker, facts, item)
    _movements(maker, facts)


def _item(maker: Maker, facts: InspectionFacts, item: ControlItem) -> None:
    rules = maker.rules
    counts = facts.by_item[item.code]
    maker.number(
        f"self.item.{item.code}.rate",
        f"点検項目{item.code}の遵守率",
        lambda: compliance_rate(counts),
        unit="percent",
        formula="compliance_rate/1",
        places=rules.rate_places,
        n=counts.yes + counts.no,
        sources=[_chosen(facts, items=(item.code,))],
    )
    for name, label_ja, value in (
        ("yes", "はい", counts.yes),
        ("no", "いいえ", counts.no),
        ("not_applicable", "該当なし", counts.not_applicable),
        ("blank", "無回答", counts.blank),
    ):
        chosen = _chosen(facts, items=(item.code,))
        maker.count(
            f"self.item.{item.code}.{name}", f"点検項目{item.code}の{label_ja}", value, "count_answers/1", chosen
        )
    prior = facts.prior_by_item.get(item.prior_code)
    if item.lineage in ("carried", "revised") and prior is not None:
        maker.number(
            f"self.item.{item.code}.rate.prior",
            f"点検項目{item.code}の遵守率（前年度の{item.prior_code}）",
            lambda: compliance_rate(prior),
            unit="percent",
            formula="compliance_rate/1",
            places=rules.rate_places,
            n=prior.yes + prior.no,
            sources=[_chosen(facts, prior=True, items=(item.prior_code,))],
        )


def _movements(maker: Maker, facts: InspectionFacts) -> None:
    """How many carried items went up, stayed (0.0 at the printed precision) or went down."""
    if isinstance(facts.comparison, NotComputable):
        return
    comparison = facts.comparison
    carried = tuple(item.code for item in facts.items if item.lineage == "carried")
    chosen = [_chosen(facts, items=carried), _chosen(facts, prior=True)]
    for name, label_ja in (("up", "向上"), ("kept", "維持"), ("down", "低下")):
        maker.count(
            f"self.items.{name}",
            f"遵守率が{label_ja}した継続項目の数",
            comparison.count(name),
            "count_movements/1",
            *chosen,
        )


def _groups(maker: Maker, facts: InspectionFacts) -> None:
    """Rates by department, bureau and kind; hidden where a small cell could be read or worked out."""
    year = facts.year.this
    places = {department.code: department for department in year.departments}
    groups: dict[str, tuple[str, list[TallyRow]]] = {}
    for row in year.tally:
        place = places.get(row.department_code)
        bureau = place.bureau_ja if place is not None else ""
        kind = place.kind if place is not None else "other"
        name_ja = place.name_ja if place is not None else row.department_code
        for key, label_ja in (
            (f"department.{row.department_code}", name_ja),
            (f"bureau.{bureau}", bureau),
            (f"kind.{kind}", KINDS_JA[kind]),
        ):
            groups.setdefault(key, (label_ja, []))[1].append(row)
    for key, (label_ja, rows) in groups.items():
        _answered(maker, facts, key, label_ja, rows)
        _group(maker, facts, key, label_ja, rows)


def _answered(maker: Maker, facts: InspectionFacts, key: str, label_ja: str, rows: list[TallyRow]) -> None:
    """Roster, respondents and response rate of one group: how many answered is no secret, what they answered is."""
    roster = sum(row.roster_count for row in rows)
    respondents = sum(row.respondent_count for row in rows)
    codes = tuple(row.department_code for row in rows)
    chosen = Selection("tally", facts.year.this.fiscal_year, SELF_INSPECTION, departments=codes)
    maker.count(f"self.{key}.roster", f"「{label_ja}」の対象職員数", roster, "count_roster/1", chosen)
    maker.count(f"self.{key}.respondents", f"「{label_ja}」の回答者数", respondents, "count_respondents/1", chosen)
    maker.number(
        f"self.{key}.response_rate",
        f"「{label_ja}」の回答率",
        lambda: response_rate(respondents, roster),
        unit="percent",
        formula="response_rate/1",
        places=maker.rules.rate_places,
        n=roster,
        sources=[chosen],
        inputs=[f"self.{key}.respondents", f"self.{key}.roster"],
    )


def _group(maker: Maker, facts: InspectionFacts, key: str, label_ja: str, rows: list[TallyRow]) -> Figure:
    codes = tuple(row.department_code for row in rows)
    label = f"「{label_ja}」の遵守率"
    reason = facts.hidden.get(key)
    if reason is not None:
        return maker.missing(
            f"self.{key}.rate", label, REASONS_JA[reason], unit="percent", formula="compliance_rate/1", shown=HIDDEN
        )
    counts = total_of(answers_of_row(row) for row in rows)
    respondents = sum(row.respondent_count for row in rows)
    chosen = Selection("tally", facts.year.this.fiscal_year, SELF_INSPECTION, departments=codes)
    if counts.yes + counts.no:
        band = band_extreme(compliance_rate(counts), respondents)
        if band:
            return maker.text(f"self.{key}.rate", label, BANDS_JA[band], "compliance_band/1", chosen)
    return maker.number(
        f"self.{key}.rate",
        label,
        lambda: compliance_rate(counts),
        unit="percent",
        formula="compliance_rate/1",
        places=maker.rules.rate_places,
        n=counts.yes + counts.no,
        sources=[chosen],
    )
