"""What did a self-inspection say: rates, changes, what to teach first, and where the answers and the audit disagree?

Everything that is printed here is made of cells that the publication of the year prints exactly, so no page, export or
comparison of two years can say more than the publication does (docs/adr/0026).
Worked examples: tests/core/test_results.py; small cells: docs/spec/08-suppression.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kansa.core.comparison import item_links
from kansa.core.compliance import AnswerCounts, RateComparison, compare_rates, compliance_rate, response_rate
from kansa.core.errors import NotComputable
from kansa.core.publication import (
    CITY,
    EXACT,
    HIDDEN,
    TOTAL,
    AnswerRow,
    AnswerTable,
    Counted,
    Publication,
    department_group,
    publish,
)
from kansa.core.rounding import printed, rounded
from kansa.core.streams import SELF_INSPECTION
from kansa.core.succession import prior_departments
from kansa.core.suppression import BANDS_JA, REASONS_JA
from kansa.core.year import Checklist, ControlItem, Succession, TallyRow, YearRecords

HIDDEN_JA = "秘匿"
NOBODY_JA = "該当する回答がない"
NO_PRIOR_JA = "前年度の記録がない"
DIRECTIONS_JA = {"up": "向上", "kept": "維持", "down": "低下"}
# From the worst to the best; a rate belongs to the last band whose first rate it reaches.
BANDS = (
    ("under_60", Fraction(0), "60％未満"),
    ("from_60", Fraction(6, 10), "60％以上80％未満"),
    ("from_80", Fraction(8, 10), "80％以上90％未満"),
    ("from_90", Fraction(9, 10), "90％以上95％未満"),
    ("from_95", Fraction(95, 100), "95％以上"),
)
TEACH_BELOW = Fraction(9, 10)  # 「遵守率が低い」: one in ten does not do it
SAID_YES_FROM = Fraction(9, 10)  # 「はい」 of nine in ten is what the department says of itself
AUDITED_AT_MOST = 1  # 「未整備」 or 「一部だけ」: the auditor saw the contrary
TEACH_REASONS_JA = {
    "low": "遵守率が90％未満",
    "falling": "前年度から低下",
    "many": "「いいえ」の多い項目（上から足して全体の半数に達するまで）",
    "new": "今年度に追加した項目",
    "revised": "今年度に見直した項目",
}
TEACH_RULE_JA = (
    "次の理由のどれかに当てはまる項目を、当てはまる理由の多い順、同数なら遵守率の低い順、"
    "それも同じなら「いいえ」の多い順、チェックリストの順に並べる。"
)


@dataclass(frozen=True, slots=True)
class ShownRate:
    """A rate as it may be printed. `counts` and `rate` are None unless it is exact; then `reason_ja` says why."""

    state: str  # exact, nobody, at_least_95, at_most_5, primary, complementary
    shown: str
    counts: AnswerCounts | None = None
    rate: Fraction | None = None
    reason_ja: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether nothing at all is printed of the cell."""
        return self.state in HIDDEN

    @property
    def band(self) -> str:
        """The band of BANDS; "" when hidden or when nobody answered."""
        if self.state == "at_least_95":
            return "from_95"
        if self.state == "at_most_5":
            return "under_60"
        return band_of(self.rate) if self.rate is not None else ""


@dataclass(frozen=True, slots=True)
class Movement:
    """An item beside last year's: rates, the change in ポイント and its direction; "" when it cannot be compared."""

    item: ControlItem
    this: ShownRate
    prior: ShownRate | None
    change: Fraction | None
    direction: str


@dataclass(frozen=True, slots=True)
class TeachItem:
    """An item to teach first, with the reasons (codes of TEACH_REASONS_JA)."""

    movement: Movement
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audited:
    """How the internal audit judged one item at one department."""

    engagement_code: str
    department_code: str
    item_code: str
    text_ja: str
    policy_clause: str
    level: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A department that says はい where the audit of the same year found the contrary."""

    department_code: str
    item: ControlItem
    said: ShownRate
    audited: Audited


def band_of(rate: Fraction) -> str:
    """The band that a rate belongs to.

    >>> band_of(Fraction(94, 100)), band_of(Fraction(95, 100))
    ('from_90', 'from_95')
    """
    return [code for code, first, _label in BANDS if rate >= first][-1]


def shown_rate(publication: Publication, group: str, code: str = TOTAL) -> ShownRate:
    """What may be printed of a cell. A group without respondents has nobody's answers."""
    state = publication.states.get((group, code))
    if state is None:
        return ShownRate("nobody", "—", reason_ja="回答した人がいない")
    if state in HIDDEN:
        return ShownRate(state, HIDDEN_JA, reason_ja=REASONS_JA[state])
    if state != EXACT:
        return ShownRate(state, BANDS_JA[state], reason_ja="全員が同じ回答のため幅で示す")
    counts = publication.table.counts[group, code]
    if not counts.applicable:
        return ShownRate("nobody", "—", counts, reason_ja=NOBODY_JA)
    rate = compliance_rate(counts)
    return ShownRate(EXACT, printed(rate * 100, publication.table.places), counts, rate)


@dataclass(frozen=True)
class YearResults:
    """One year's results beside those of the year before."""

    this: Publication
    prior: Publication | None
    prior_items: tuple[ControlItem, ...]
    same_departments: Mapping[str, str]  # this year's code -> last year's, for those that are the same

    @property
    def table(self) -> Counted:
        """The tally of the year."""
        return self.this.table

    @cached_property
    def by_item(self) -> dict[str, AnswerCounts]:
        """The whole city's answers by item; {} without answers."""
        return city_by_item(self.table)

    @cached_property
    def prior_by_item(self) -> dict[str, AnswerCounts]:
        """The same of last year."""
        return city_by_item(self.prior.table) if self.prior is not None else {}

    @cached_property
    def comparison(self) -> RateComparison | NotComputable:
        """The change of the city's rate and its exact parts; or why there is none.

        Where one item of the city is not printed, the parts are not either: a class of two items would tell it.
        """
        if self.prior is None or not self.prior.table.people:
            return NotComputable("no_prior", "前年度の回答の記録がないため内訳を分けられない")
        for publication in (self.this, self.prior):
            if any(publication.states[CITY, item.code] != EXACT for item in publication.table.items):
                return NotComputable("hidden_item", "市全体でも表示しない項目があるため内訳を分けられない")
        links = item_links(Checklist(SELF_INSPECTION, self.prior_items), Checklist(SELF_INSPECTION, self.table.items))
        try:
            return compare_rates(self.prior_by_item, self.by_item, links, self.table.places)
        except NotComputable as missing:
            return missing

    def rate(self, group: str, code: str = TOTAL) -> ShownRate:
        """What may be printed of a cell."""
        return shown_rate(self.this, group, code)

    def prior_rate(self, group: str, code: str = TOTAL) -> ShownRate | None:
        """The same cell of last year; None when it has no counterpart. `code`: this year's."""
        if self.prior is None or not self.prior.table.people:
            return None
        kind, _dot, name = group.partition(".")
        if kind == "department":
            if name not in self.same_departments:
                return None
            group = department_group(self.same_departments[name])
        if code != TOTAL:
            item = self.item(code)
            if item.lineage not in ("carried", "revised") or item.prior_code not in self._prior_codes:
                return None
            code = item.prior_code
        found = shown_rate(self.prior, group, code)
        return None if (group, code) not in self.prior.states else found

    def item(self, code: str) -> ControlItem:
        """An item of the year. Raises KeyError."""
        return self._items[code]

    @cached_property
    def _items(self) -> dict[str, ControlItem]:
        return {item.code: item for item in self.table.items}

    @cached_property
    def _prior_codes(self) -> frozenset[str]:
        return frozenset(item.code for item in self.prior_items)

    def movement(self, item: ControlItem, group: str = CITY) -> Movement:
        """An item beside last year's; only a carried one has a direction, because a revised one asks something else."""
        this, prior = self.rate(group, item.code), self.prior_rate(group, item.code)
        change = change_of(this, prior)
        direction = ""
        if change is not None and item.lineage == "carried":
            shown = rounded(change * 100, self.table.places)
            direction = "up" if shown > 0 else "down" if shown < 0 else "kept"
        return Movement(item, this, prior, change, direction)

    def like_for_like(self, group: str) -> tuple[Fraction, int] | None:
        """Change of the pooled rate over carried items printed exactly in both years, and their number; None: none."""
        before, after = AnswerCounts(0, 0), AnswerCounts(0, 0)
        count = 0
        for item in self.table.items:
            this, prior = self.rate(group, item.code), self.prior_rate(group, item.code)
            if item.lineage != "carried" or change_of(this, prior) is None:
                continue
            if this.counts is not None and prior is not None and prior.counts is not None:
                before, after, count = before + prior.counts, after + this.counts, count + 1
        return (compliance_rate(after) - compliance_rate(before), count) if count else None

    def respondents(self, group: str) -> tuple[int, int]:
        """How many answered and how many were asked; the latter 0 where nobody knows."""
        return self.table.people.get(group, 0), self.table.asked.get(group, 0)

    def response_rate(self, group: str) -> Fraction | None:
        """Answered / asked; None without a roster."""
        answered, asked = self.respondents(group)
        return response_rate(answered, asked) if asked else None

    @cached_property
    def to_teach(self) -> tuple[TeachItem, ...]:
        """The items to teach first, by TEACH_RULE_JA; of items printed exactly for the whole city."""
        moves = [move for item in self.table.items if (move := self.movement(item)).this.rate is not None]
        many = many_no({move.item.code: move.this.counts.no for move in moves if move.this.counts is not None})
        found = []
        for place, move in enumerate(moves):
            reasons = teach_reasons(move, move.item.code in many)
            if reasons and move.this.rate is not None and move.this.rate < 1 and move.this.counts is not None:
                key = (-len(reasons), move.this.rate, -move.this.counts.no, place)
                found.append((key, TeachItem(move, reasons)))
        return tuple(one for _key, one in sorted(found, key=lambda pair: pair[0]))

    def contradictions(self, audited: Sequence[Audited]) -> tuple[Contradiction, ...]:
        """Departments that say はい to SAID_YES_FROM or more where an audit of the year found AUDITED_AT_MOST.

        Linked by the policy clause; what is hidden says nothing. By department, item, engagement and audited item.
        """
        found = []
        for one in audited:
            group = department_group(one.department_code)
            if one.level > AUDITED_AT_MOST or not one.policy_clause or (group, TOTAL) not in self.this.states:
                continue
            for place, item in enumerate(self.table.items):
                said = self.rate(group, item.code)
                says_yes = said.state == "at_least_95" or (said.rate is not None and said.rate >= SAID_YES_FROM)
                if item.policy_clause == one.policy_clause and says_yes:
                    key = (one.department_code, place, one.engagement_code, one.item_code)
                    found.append((key, Contradiction(one.department_code, item, said, one)))
        return tuple(one for _key, one in sorted(found, key=lambda pair: pair[0]))


def change_of(this: ShownRate, prior: ShownRate | None) -> Fraction | None:
    """The change of two rates that are both printed exactly, -1..1; else None."""
    if prior is None or this.rate is None or prior.rate is None:
        return None
    return this.rate - prior.rate


def many_no(counts: Mapping[str, int]) -> frozenset[str]:
    """The items with the most いいえ that together reach half of all; ties go by code.

    >>> sorted(many_no({"Q1": 6, "Q2": 3, "Q3": 2}))
    ['Q1']
    """
    total, reached = sum(counts.values()), 0
    found = []
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if not count or 2 * reached >= total:
            break
        found.append(code)
        reached += count
    return frozenset(found)


def teach_reasons(move: Movement, is_many: bool) -> tuple[str, ...]:
    """The reasons for teaching an item, in the order of TEACH_REASONS_JA."""
    found = {
        "low": move.this.rate is not None and move.this.rate < TEACH_BELOW,
        "falling": move.direction == "down",
        "many": is_many,
        "new": move.item.lineage == "added",
        "revised": move.item.lineage == "revised",
    }
    return tuple(code for code in TEACH_REASONS_JA if found[code])


def city_by_item(table: Counted) -> dict[str, AnswerCounts]:
    """The whole city's answers by item; {} without answers, and without items that are not printed exactly."""
    return {item.code: table.counts[CITY, item.code] for item in table.items if (CITY, item.code) in table.counts}


def rows_of(tally: Sequence[TallyRow]) -> tuple[AnswerRow, ...]:
    """Tally rows of departments as rows without job types."""
    return tuple(
        AnswerRow(
            row.department_code,
            "",
            row.respondent_count,
            tuple(
                AnswerCounts(*numbers) for numbers in zip(row.yes, row.no, row.not_applicable, row.blank, strict=True)
            ),
        )
        for row in tally
    )


def table_of(
    records: YearRecords, rows: Sequence[AnswerRow] = (), roster: Sequence[tuple[str, str, int]] = ()
) -> AnswerTable:
    """The table of a year; `rows` and `roster` tell job types apart where the records of the report do not."""
    return AnswerTable(
        records.fiscal_year,
        records.checklist(SELF_INSPECTION).items,
        records.departments,
        tuple(rows) or rows_of(records.tally),
        tuple(roster) or tuple((row.department_code, "", row.roster_count) for row in records.tally),
        records.rules.small_cell_k,
        records.rules.rate_places,
    )


def year_results(this: AnswerTable, prior: AnswerTable | None, successions: Sequence[Succession]) -> YearResults:
    """The results of a year; each year is published by itself, so that a page of one tells nothing of the other."""
    return results_beside(publish(this), publish(prior) if prior is not None else None, successions)


def results_beside(this: Publication, prior: Publication | None, successions: Sequence[Succession]) -> YearResults:
    """The results of a year from the decisions about it and about the year before."""
    before = prior.table if prior is not None else None
    same = prior_departments(
        successions,
        before.department if before is not None and before.people else (),
        this.table.department,
        this.table.fiscal_year,
    )
    return YearResults(this, prior, before.items if before is not None else (), same)
