"""Which figures does the self-inspection give? Rates with their denominators; small cells stay hidden."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.compliance import RATE_EFFECTS_JA, AnswerCounts, compliance_rate, response_rate
from kansa.core.errors import NotComputable
from kansa.core.intervals import wilson
from kansa.core.publication import CITY, TOTAL, sum_of
from kansa.core.results import HIDDEN_JA, ShownRate, shown_rate, table_of, year_results
from kansa.core.streams import SELF_INSPECTION
from kansa.core.suppression import BANDS_JA
from kansa.core.wording import change_word
from kansa.core.year import ControlItem, TallyRow, YearData
from kansa.document.figure import Figure, Selection
from kansa.document.figures.changes import difference, rounding_note
from kansa.document.figures.maker import Maker

NOBODY = ShownRate("nobody", "—", reason_ja="回答の記録がない")
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
    """The results of this year and last: the very ones that the pages of the self-inspection show."""

    def __init__(self, year: YearData) -> None:
        self.year = year
        self.items = year.this.checklist(SELF_INSPECTION).items
        prior = table_of(year.prior) if year.prior is not None else None
        self.results = year_results(table_of(year.this), prior, year.successions)
        self.by_item = self.results.by_item
        self.prior_by_item = self.results.prior_by_item

    @property
    def total(self) -> AnswerCounts:
        return sum_of(self.by_item.values())

    def is_exact(self, *codes: str) -> bool:
        """Whether the city's counts of these items (none: of all together) may be printed."""
        return all(self.results.rate(CITY, code).counts is not None for code in codes or (TOTAL,))


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
        _answers(maker, facts, f"self.{name}", f"自己点検の{label_ja}", value, chosen)
    maker.count(
        "self.items",
        "自己点検の項目数",
        len(facts.items),
        "count_items/1",
        Selection("items", chosen.fiscal_year, SELF_INSPECTION),
    )


def _answers(
    maker: Maker, facts: InspectionFacts, figure_id: str, label_ja: str, value: int, chosen: Selection
) -> None:
    """A number of answers of the whole city; hidden where the rate is not printed exactly."""
    if facts.is_exact(*chosen.items):
        maker.count(figure_id, label_ja, value, "count_answers/1", chosen)
    else:
        found = facts.results.rate(CITY, *chosen.items)
        maker.missing(figure_id, label_ja, found.reason_ja, unit="count", formula="count_answers/1", shown=HIDDEN_JA)


def _rate(maker: Maker, figure_id: str, label_ja: str, found: ShownRate, chosen: Selection) -> Figure:
    """A rate as the publication of the year prints it; without any answer a published one may stand for it.

    The whole city's rate is never a word in the place of a number: sentences are made of it.
    """
    is_band = found.state in BANDS_JA
    if found.is_hidden or (is_band and figure_id in ("self.rate", "self.rate.prior")):
        return maker.missing(
            figure_id, label_ja, found.reason_ja, unit="percent", formula="compliance_rate/1", shown=found.shown
        )
    if is_band:
        return maker.text(figure_id, label_ja, found.shown, "compliance_band/1", chosen)
    counts = found.counts or AnswerCounts(0, 0)
    return maker.number(
        figure_id,
        label_ja,
        lambda: compliance_rate(counts),
        unit="percent",
        formula="compliance_rate/1",
        places=maker.rules.rate_places,
        n=counts.applicable,
        sources=[chosen],
    )


def _rates(maker: Maker, facts: InspectionFacts) -> None:
    rules = maker.rules
    results = facts.results
    before = shown_rate(results.prior, CITY) if results.prior is not None else NOBODY
    _rate(maker, "self.rate", "市全体の遵守率", results.rate(CITY), _chosen(facts))
    _rate(maker, "self.rate.prior", "市全体の遵守率（前年度）", before, _chosen(facts, prior=True))
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
    if not total.applicable or not facts.is_exact():
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
    comparison = facts.results.comparison
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
    added = sum_of(facts.by_item[item.code] for item in facts.items if item.lineage == "added" and facts.by_item)
    codes = tuple(item.code for item in facts.items if item.lineage == "added")
    if added.applicable and facts.is_exact(*codes):
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
    counts = facts.by_item[item.code]
    chosen = _chosen(facts, items=(item.code,))
    found = facts.results.rate(CITY, item.code)
    _rate(maker, f"self.item.{item.code}.rate", f"点検項目{item.code}の遵守率", found, chosen)
    for name, label_ja, value in (
        ("yes", "はい", counts.yes),
        ("no", "いいえ", counts.no),
        ("not_applicable", "該当なし", counts.not_applicable),
        ("blank", "無回答", counts.blank),
    ):
        _answers(maker, facts, f"self.item.{item.code}.{name}", f"点検項目{item.code}の{label_ja}", value, chosen)
    prior = facts.results.prior_rate(CITY, item.code)
    if prior is not None:
        label_ja = f"点検項目{item.code}の遵守率（前年度の{item.prior_code}）"
        chosen = _chosen(facts, prior=True, items=(item.prior_code,))
        _rate(maker, f"self.item.{item.code}.rate.prior", label_ja, prior, chosen)


def _movements(maker: Maker, facts: InspectionFacts) -> None:
    """How many carried items went up, stayed (0.0 at the printed precision) or went down."""
    if isinstance(facts.results.comparison, NotComputable):
        return
    comparison = facts.results.comparison
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
    chosen = Selection("tally", facts.year.this.fiscal_year, SELF_INSPECTION, departments=codes)
    return _rate(maker, f"self.{key}.rate", f"「{label_ja}」の遵守率", facts.results.rate(key), chosen)
