"""Which lines do the result pages and their files have, for whoever looks? One builder, so that both say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kansa.apps.people.models import Department
from kansa.apps.self_inspection.queries.decisions import results_of
from kansa.apps.self_inspection.queries.results import years_counted
from kansa.core.errors import NotComputable
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can
from kansa.core.publication import (
    CITY,
    TOTAL,
    Counted,
    bureau_group,
    department_group,
    job_type_group,
    kind_group,
)
from kansa.core.results import DIRECTIONS_JA, ShownRate, YearResults, change_of
from kansa.core.rounding import printed
from kansa.document.figures.self_inspection import KINDS_JA
from kansa.formats.folding import matching_key

VIEWS_JA = {"bureaus": "部局別", "departments": "所属別", "kinds": "所属の種別ごと", "job_types": "職種別"}
NO_JOB_TYPE_JA = "（職種の登録なし）"
CITY_JA = "市全体"
ORDERS_JA = {"code": "課所等の順", "rate": "遵守率の低い順", "response": "回答率の低い順", "change": "低下の大きい順"}
LINEAGES_JA = {"carried": "継続", "revised": "見直し", "added": "新規"}


@dataclass(frozen=True, slots=True)
class Line:
    """One group and one item (or all of them), this year and last, as printed."""

    view: str  # city or one of VIEWS_JA
    group: str
    code: str  # of the department; "" for others
    name_ja: str
    bureau_ja: str
    item_code: str
    answered: int
    asked: int
    response: Fraction | None
    response_shown: str
    rate: ShownRate
    prior: ShownRate | None
    change: Fraction | None
    change_shown: str
    direction_ja: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a long list are looked at: words of name or code, a bureau ("" for all), a key of ORDERS_JA."""

    words: str = ""
    bureau: str = ""
    order: str = "code"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a person may look at: everything, or the city and the own departments."""

    reads_all: bool
    codes: frozenset[str]

    def sees(self, code: str) -> bool:
        """Whether the department's answers are open to the person."""
        return self.reads_all or code in self.codes


def scope_of(actor: Actor, fiscal_year: int) -> Scope:
    """Office and CISO see all; a head sees the own departments, as they stood in the year. At most one query."""
    if can(actor, "read_all"):
        return Scope(True, frozenset())
    rows = Department.objects.visible_to(actor).filter(pk__in=sorted(actor.departments), valid_from__lte=fiscal_year)
    return Scope(False, frozenset(rows.exclude(valid_to__lt=fiscal_year).values_list("code", flat=True)))


def asked_results(actor: Actor, fiscal_year: int) -> tuple[YearResults, Scope] | None:
    """The results of a counted year and what of them the person sees; None for a year without a tally."""
    if fiscal_year not in years_counted(actor.municipality_id):
        return None
    return results_of(actor.municipality_id, fiscal_year), scope_of(actor, fiscal_year)


def result_frame(results: YearResults, scope: Scope, here: str) -> dict[str, Any]:
    """What every page of results prints."""
    fiscal_year = results.table.fiscal_year
    views = {code: words for code, words in VIEWS_JA.items() if code != "job_types" or results.table.job_types}
    return {
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "reads_all": scope.reads_all,
        "views": views if scope.reads_all else {"departments": VIEWS_JA["departments"]},
        "here": here,
        "notes": hidden_notes(results),
    }


def hidden_notes(results: YearResults) -> tuple[str, ...]:
    """What 「秘匿」 and a band mean."""
    return (
        f"「秘匿」は、回答者が{results.table.k}人未満の欄と、引き算でそれが分かってしまう欄です。",
        "20人未満で全員が同じ回答の欄は「95％以上」「５％以下」と示し、数は示しません。",
    )


def line_of(results: YearResults, view: str, group: str, names: tuple[str, str, str], item_code: str = TOTAL) -> Line:
    """A line. `names`: code, name and bureau."""
    table = results.table
    rate, prior = results.rate(group, item_code), results.prior_rate(group, item_code)
    change = change_of(rate, prior)
    answered, asked = results.respondents(group)
    response = results.response_rate(group)
    direction = ""
    if item_code != TOTAL:
        direction = DIRECTIONS_JA.get(results.movement(results.item(item_code), group).direction, "")
    return Line(
        view,
        group,
        *names,
        item_code,
        answered,
        asked,
        response,
        printed(response * 100, table.places) if response is not None else "",
        rate,
        prior,
        change,
        printed(change * 100, table.places, signed=True) if change is not None else "",
        direction,
    )


def groups_of(table: Counted, view: str, scope: Scope) -> list[tuple[str, tuple[str, str, str]]]:
    """The groups of a view with code, name and bureau, in the order of the departments."""
    counted = {*table.people, *(group for group, count in table.asked.items() if count)}
    places = [one for code, one in table.department.items() if department_group(code) in counted]
    if view == "departments":
        seen = (one for one in places if scope.sees(one.code))
        return [(department_group(one.code), (one.code, one.name_ja, one.bureau_ja)) for one in seen]
    if not scope.reads_all:
        return []
    if view == "bureaus":
        names = dict.fromkeys(one.bureau_ja for one in places)
        return [(bureau_group(name), ("", name or "（部局の登録なし）", name)) for name in names]
    if view == "kinds":
        kinds = [kind for kind in KINDS_JA if any(one.kind == kind for one in places)]
        return [(kind_group(kind), ("", KINDS_JA[kind], "")) for kind in kinds]
    return [(job_type_group(job), ("", job or NO_JOB_TYPE_JA, "")) for job in table.job_types]


def city_line(results: YearResults, item_code: str = TOTAL) -> Line:
    """The whole city."""
    return line_of(results, "city", CITY, ("", CITY_JA, ""), item_code)


def view_lines(results: YearResults, view: str, scope: Scope, item_code: str = TOTAL) -> list[Line]:
    """The lines of a view for one item or for all together."""
    return [line_of(results, view, group, names, item_code) for group, names in groups_of(results.table, view, scope)]


def bureaus_of(lines: Sequence[Line]) -> list[str]:
    """The bureaus of lines, in their order."""
    return list(dict.fromkeys(one.bureau_ja for one in lines))


def wanted_lines(lines: Sequence[Line], wanted: Wanted) -> list[Line]:
    """The lines that were asked for, in the order that was asked for; what is not printed exactly comes last.

    Ordered by what is printed only, so that no order tells anything of a hidden number.
    """
    words = matching_key(wanted.words)
    found = [
        one
        for one in lines
        if wanted.bureau in ("", one.bureau_ja) and words in matching_key(f"{one.code} {one.name_ja}")
    ]
    keys = {"rate": lambda one: one.rate.rate, "response": lambda one: one.response, "change": lambda one: one.change}
    key = keys.get(wanted.order)
    if key is None:
        return found
    return sorted((one for one in found if key(one) is not None), key=key) + [one for one in found if key(one) is None]


def all_lines(results: YearResults, scope: Scope) -> Iterator[Line]:
    """Everything that a person may take away: each group over all items and, except kinds, by item."""
    codes = (TOTAL, *(item.code for item in results.table.items))
    yield from (city_line(results, code) for code in codes)
    for view in VIEWS_JA:
        for code in codes if view != "kinds" else (TOTAL,):
            yield from view_lines(results, view, scope, code)


def effects_of(results: YearResults) -> Sequence[tuple[str, Fraction]]:
    """The parts of the city's change, those that are zero left out; () when it cannot be divided."""
    if isinstance(results.comparison, NotComputable):
        return ()
    return [(one.code, one.value) for one in results.comparison.effects if one.value]
