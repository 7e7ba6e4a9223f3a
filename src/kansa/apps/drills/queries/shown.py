"""What may a page or a file say of a drill: while it runs, after its end, and after persons were erased?

Until the sending period is over the whole city is told and nothing smaller: two looks at a department a minute apart
would tell who had just done it. Other rules are tried on the whole city only, for the same reason. Every page and every
file takes its numbers from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils import timezone

from kansa.apps.drills.models import DrillAnswer, DrillCampaign, DrillTally
from kansa.apps.drills.queries.recorded import drills
from kansa.apps.drills.queries.results import BUREAU, CITY, city_line, questionnaire_counts, result_of
from kansa.core import year
from kansa.core.errors import NothingJudged
from kansa.core.mail_drill.events import Effects, Settings
from kansa.core.mail_drill.phish_scale import DIFFICULTIES, DIFFICULTIES_JA
from kansa.core.mail_drill.results import (
    QUESTIONNAIRE_ANSWERS,
    RATES,
    Adjusted,
    Rate,
    RateWords,
    Shown,
    adjusted,
    answers_hidden,
    rate,
)
from kansa.core.suppression import REASONS_JA

VIEWS_JA = {"bureaus": "部局別", "departments": "所属別", "job_types": "職種別", "difficulties": "難易度別"}
DIMENSIONS = {"job_types": "job_type", "difficulties": "difficulty"}
SETTLED = ("ended", "closed")


def is_settled(campaign: DrillCampaign) -> bool:
    """Whether groups smaller than the city may be told: all was sent, and the period is over."""
    return campaign.state == "closed" or (campaign.state == "ended" and timezone.now() >= campaign.closes_at)


CityCounts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One line of a table: numbers, or the reason why one is not told. `view`: see VIEWS_JA."""

    view: str
    code: str
    name_ja: str
    counts: Shown

    @property
    def reason_ja(self) -> str:
        """Why something in this line is not told; "" when all is."""
        return next((value for value in self.counts.values() if isinstance(value, str)), "")

    def number(self, name: str) -> int | None:
        """A count; None where it is not told."""
        found = self.counts.get(name)
        return found if isinstance(found, int) else None

    def share(self, numerator: str, denominator: str = "delivered") -> Fraction | None:
        """A rate of the line; None where one side is not told or nobody was reached."""
        part, whole = self.number(numerator), self.number(denominator)
        return Fraction(part, whole) if part is not None and whole else None


@dataclass(frozen=True, slots=True)
class RateLine:
    """One rate of the whole city with its range. `rate` is None where it cannot be computed: `reason_ja`."""

    code: str
    words: RateWords
    rate: Rate | None
    reason_ja: str
    low: Fraction | None = None
    high: Fraction | None = None
    low_count: int | None = None
    high_count: int | None = None


@dataclass(frozen=True, slots=True)
class ShownResult:
    """The result of one drill as it may be told."""

    campaign: DrillCampaign
    city: CityCounts
    groups: tuple[GroupLine, ...]
    effects: Effects | None  # None once persons were erased
    warnings: tuple[str, ...]

    @property
    def is_small(self) -> bool:
        """Whether so few were reached that not even the whole may be told."""
        return 0 < (self.city["delivered"] or 0) < self.campaign.small_cell_k

    def lines(self, view: str) -> tuple[GroupLine, ...]:
        """The lines of a table."""
        return tuple(one for one in self.groups if one.view == view)

    def counts(self, name: str) -> int:
        """A count of the whole city."""
        return self.city.get(name) or 0


def shown_result(campaign: DrillCampaign, settings: Settings | None = None) -> ShownResult:
    """The result by the campaign's rules, or by `settings` to be tried, of which only the whole city is told."""
    if campaign.state == "closed":
        return _kept(campaign)
    found = result_of(campaign, settings)
    groups: list[GroupLine] = []
    if is_settled(campaign) and settings is None:
        for code, shown in found.departments.items():
            if code != CITY:
                view = "bureaus" if code.startswith(BUREAU) else "departments"
                groups.append(GroupLine(view, code.removeprefix(BUREAU), found.name_of(code), shown))
        groups += [GroupLine("job_types", name, name, shown) for name, shown in found.job_types.items()]
        groups += [
            GroupLine("difficulties", name, DIFFICULTIES_JA[name], shown) for name, shown in found.difficulties.items()
        ]
    return ShownResult(campaign, city_line(found), in_order(groups), found.effects, tuple(found.warnings))


def _kept(campaign: DrillCampaign) -> ShownResult:
    """The result from what was kept at closing."""
    rows = DrillTally.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    city: CityCounts = {}
    groups: list[GroupLine] = []
    views = {dimension: view for view, dimension in DIMENSIONS.items()}
    for row in rows:
        if row.dimension == "city":
            city = row.counts
            continue
        is_bureau = row.key.startswith(BUREAU)
        view = views.get(row.dimension) or ("bureaus" if is_bureau else "departments")
        key = row.key.removeprefix(BUREAU)
        groups.append(GroupLine(view, key, row.name_ja or key, row.counts))
    return ShownResult(campaign, city, in_order(groups), None, ())


def in_order(groups: list[GroupLine]) -> tuple[GroupLine, ...]:
    """By code, never by result: nobody is ranked. Difficulties from hard to easy."""

    def place(line: GroupLine) -> tuple[str, int, str]:
        return line.view, DIFFICULTIES.index(line.code) if line.view == "difficulties" else 0, line.code

    return tuple(sorted(groups, key=place))


def rate_lines(result: ShownResult) -> Iterator[RateLine]:
    """Every rate of the whole city with numerator, denominator and range."""
    for code, words in RATES.items():
        if result.is_small:
            yield RateLine(code, words, None, REASONS_JA["primary"])
            continue
        try:
            found = rate({name: result.counts(name) for name in result.city}, words.numerator, words.denominator)
        except NothingJudged as fault:
            yield RateLine(code, words, None, fault.reason_ja)
            continue
        low, high = result.city.get(f"strict_{words.numerator}"), result.city.get(f"loose_{words.numerator}")
        if low is None or high is None or words.denominator in ("clicked", "opened"):
            yield RateLine(code, words, found, "")
        else:
            least, most = Fraction(low, found.denominator), Fraction(high, found.denominator)
            yield RateLine(code, words, found, "", least, most, low, high)


@dataclass(frozen=True, slots=True)
class YearLine:
    """One drill of one year beside the others. `adjusted`: against this drill, as if both had sent the same mails."""

    fiscal_year: int
    drill: year.Drill
    delivered: int | None  # None, as all numbers then, of a drill with fewer than k people
    clicked: int | None
    reported: int | None
    open_rate: Fraction | None
    report_rate: Fraction | None
    adjusted: Adjusted | None
    reason_ja: str


def year_lines(campaign: DrillCampaign, result: ShownResult, years_back: int = 4) -> list[YearLine]:
    """The drills of this year and of the years before, oldest first, imported ones too."""
    this_year = campaign.drill.fiscal_year
    own = {
        one.drill_id: one
        for one in DrillCampaign.objects.filter(
            municipality_id=campaign.municipality_id, drill__fiscal_year__lte=this_year, state__in=SETTLED
        ).select_related("drill")
    }
    by_code = {(one.drill.fiscal_year, one.drill.code): one for one in own.values()}
    found = []
    for fiscal_year in range(this_year - years_back, this_year + 1):
        for drill in drills(campaign.municipality_id, fiscal_year):
            other = by_code.get((fiscal_year, drill.code))
            is_this = other is not None and other.pk == campaign.pk
            compared, reason = (None, "") if is_this else _adjusted(result, other)
            found.append(_year_line(fiscal_year, drill, compared, reason, campaign.small_cell_k))
    return found


def _year_line(fiscal_year: int, drill: year.Drill, compared: Adjusted | None, reason_ja: str, k: int) -> YearLine:
    delivered, clicked, reported = (
        sum(getattr(row, name) for row in drill.rows) for name in ("delivered", "clicked", "reported")
    )
    if 0 < delivered < k:  # a drill of a handful tells of persons, whichever year it was
        drill = replace(drill, first_click_minutes=None, first_report_minutes=None, reports_before_first_click=None)
        return YearLine(fiscal_year, drill, None, None, None, None, None, None, REASONS_JA["primary"])
    opened, told = (Fraction(count, delivered) if delivered else None for count in (clicked, reported))
    return YearLine(fiscal_year, drill, delivered, clicked, reported, opened, told, compared, reason_ja)


def _adjusted(result: ShownResult, other: DrillCampaign | None) -> tuple[Adjusted | None, str]:
    """The comparison with another drill at the same difficulty; None with the reason."""
    if other is None:
        return None, "難易度の記録がないため、難易度をそろえた比較はできない"
    try:
        return adjusted(_by_class(result), _by_class(shown_result(other))), ""
    except NothingJudged as fault:
        return None, fault.reason_ja


def _by_class(result: ShownResult) -> dict[str, tuple[int, int]]:
    found = {}
    for line in result.lines("difficulties"):
        clicked, delivered = line.number("clicked"), line.number("delivered")
        if clicked is not None and delivered:
            found[line.code] = clicked, delivered
    return found


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What one department said, word by word; None where too few answered."""

    name_ja: str
    counts: dict[str, int] | None
    reason_ja: str = ""


NO_DEPARTMENT_JA = "所属の回答なし"


def answer_lines(campaign: DrillCampaign) -> list[AnswerLine]:
    """The answers of the questionnaire by department, small ones and their complements left out."""
    rows = DrillAnswer.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    counts: dict[str, dict[str, int]] = {}
    names: dict[str, str] = {}
    for code, name_ja, word in rows.values_list("department__code", "department__name_ja", "noticed"):
        names[code or ""] = name_ja or NO_DEPARTMENT_JA
        counts.setdefault(code or "", dict.fromkeys(QUESTIONNAIRE_ANSWERS, 0))[word] += 1
    sums = {f"d:{code}": sum(row.values()) for code, row in counts.items()}
    hidden = answers_hidden(sums)
    return [
        AnswerLine(names[code], None, REASONS_JA[hidden[f"d:{code}"]])
        if f"d:{code}" in hidden
        else AnswerLine(names[code], counts[code])
        for code in sorted(counts, key=lambda code: (not code, code))
    ]


def answers_total(campaign: DrillCampaign) -> dict[str, int] | None:
    """The answers of the whole city by word; None below k answers."""
    found = questionnaire_counts(campaign)
    return found if not 0 < sum(found.values()) < campaign.small_cell_k else None
