"""Can a reader of everything that is printed work out anything that is not? Attacked by plain elimination."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.compliance import AnswerCounts
from kansa.core.publication import (
    EXACT,
    TOTAL,
    AnswerRow,
    AnswerTable,
    Publication,
    kept_groups,
    kept_publication,
    publish,
)
from kansa.core.year import ControlItem, Department

BUREAUS = ("総務部", "福祉部", "市民部")
KINDS = ("head_office", "nursery")
JOBS = ("", "事務", "保育士")
Place = tuple[str, str, str]  # department, job type, item


def item(number: int) -> ControlItem:
    return ControlItem(f"Q{number}", "", f"点検{number}", "", "added", "")


@st.composite
def answers(draw: st.DrawFn, people: int) -> AnswerCounts:
    """Mostly はい, as in life: so that bands and empty cells are common."""
    applicable = draw(st.sampled_from([people, people, people, max(0, people - 2), 0]))
    no = draw(st.sampled_from([0, 0, 1, 2, applicable]))
    no = min(no, applicable)
    return AnswerCounts(applicable - no, no, people - applicable, 0)


@st.composite
def tables(draw: st.DrawFn) -> AnswerTable:
    """Up to six departments in three bureaus and two kinds, two job types and three items."""
    items = tuple(item(number) for number in range(draw(st.integers(1, 3))))
    jobs = JOBS[: draw(st.integers(1, 3))]
    departments, rows = [], []
    for number in range(draw(st.integers(1, 6))):
        code = f"D{number}"
        bureau, kind = draw(st.sampled_from(BUREAUS)), draw(st.sampled_from(KINDS))
        departments.append(Department(code, code, bureau, kind))
        for job in draw(st.lists(st.sampled_from(jobs), min_size=1, max_size=2, unique=True)):
            people = draw(st.sampled_from([1, 3, 6, 9, 14, 30]))
            counts = tuple(draw(answers(people)) for _ in items)
            rows.append(AnswerRow(code, job, people, counts))
    return AnswerTable(2024, items, tuple(departments), tuple(rows), k=draw(st.sampled_from([3, 5, 10])))


def places_of(table: AnswerTable, cell: tuple[str, str]) -> frozenset[Place]:
    """The numbers that a cell adds up, from what its group means."""
    group, code = cell
    return frozenset(
        (row.department_code, row.job_type, one.code)
        for row in table.members[group]
        for one in table.items
        if code in (TOTAL, one.code)
    )


def row_space(vectors: Iterable[dict[Place, Fraction]]) -> list[tuple[Place, dict[Place, Fraction]]]:
    """The vectors in reduced form, each with its pivot."""
    rows: list[tuple[Place, dict[Place, Fraction]]] = []
    for vector in vectors:
        rest = less(vector, rows)
        if rest:
            pivot = next(iter(rest))
            rest = {place: value / rest[pivot] for place, value in rest.items()}
            rows = [(one, less(row, [(pivot, rest)])) for one, row in rows]
            rows.append((pivot, rest))
    return rows


def less(vector: dict[Place, Fraction], rows: list[tuple[Place, dict[Place, Fraction]]]) -> dict[Place, Fraction]:
    for pivot, row in rows:
        factor = vector.get(pivot)
        if factor:
            mixed = {
                place: vector.get(place, Fraction()) - factor * row.get(place, Fraction()) for place in {*vector, *row}
            }
            vector = {place: value for place, value in mixed.items() if value}
    return vector


def worked_out(publication: Publication) -> set[tuple[str, str]]:
    """Cells that are not printed exactly and yet follow from those that are."""
    table = publication.table
    printed = [cell for cell, state in publication.states.items() if state == EXACT]
    rows = row_space(dict.fromkeys(sorted(places_of(table, cell)), Fraction(1)) for cell in printed)
    others = [cell for cell, state in publication.states.items() if state != EXACT]
    return {cell for cell in others if not less(dict.fromkeys(places_of(table, cell), Fraction(1)), rows)}


@given(tables())
@settings(max_examples=150, deadline=None)
def test_nothing_that_is_not_printed_can_be_worked_out(table: AnswerTable) -> None:
    assert worked_out(publish(table)) == set()


@given(tables())
@settings(max_examples=80, deadline=None)
def test_no_printed_cell_is_small_or_tells_the_answer_of_everybody(table: AnswerTable) -> None:
    publication = publish(table)
    for (group, code), state in publication.states.items():
        counts = table.counts[group, code]
        people = table.people[group] if code == TOTAL else counts.applicable
        if state == EXACT and counts.applicable:
            assert people >= table.k
            assert people >= 20 or 0 < counts.yes < counts.applicable


@given(tables())
@settings(max_examples=40, deadline=None)
def test_a_kept_decision_says_the_same_and_holds_no_number_that_is_not_printed(table: AnswerTable) -> None:
    """From what is kept nothing more can be read than the publication prints, by whoever has the database."""
    publication = publish(table)
    groups = list(kept_groups(publication, table))
    kept = kept_publication(replace(table, rows=()), groups)
    assert dict(kept.states) == dict(publication.states)
    assert kept.table.people == table.people
    exact = {cell: table.counts[cell] for cell, state in publication.states.items() if state == EXACT}
    assert dict(kept.table.counts) == exact
    assert sum(len(one.numbers.split()) for one in groups) == 4 * len(exact)


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_order_of_rows_does_not_matter(table: AnswerTable) -> None:
    other = AnswerTable(2024, table.items, table.departments[::-1], table.rows[::-1], k=table.k)
    assert publish(other).states == publish(table).states


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_departments_do_not_depend_on_job_types(table: AnswerTable) -> None:
    """The report knows no job types; what it prints must be what the pages print."""
    plain = AnswerTable(2024, table.items, table.departments, tuple(merged(table)), k=table.k)
    states = publish(table).states
    assert publish(plain).states == {cell: state for cell, state in states.items() if not cell[0].startswith("job")}


def merged(table: AnswerTable) -> Iterable[AnswerRow]:
    by_code: dict[str, list[AnswerRow]] = {}
    for row in table.rows:
        by_code.setdefault(row.department_code, []).append(row)
    for code, rows in by_code.items():
        columns = zip(*(row.counts for row in rows), strict=True)
        counts = tuple(sum(column, AnswerCounts(0, 0)) for column in columns)
        yield AnswerRow(code, "", sum(row.respondent_count for row in rows), counts)
