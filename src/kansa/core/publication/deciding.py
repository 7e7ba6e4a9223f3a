"""Which counts of a self-inspection may be printed exactly, which as a band, and which not at all?

One publication is decided for a year, from its tally alone, and every page, export and report prints by it: totals of
city, bureau, kind of department and department, each item by city, bureau and department, and both by job type. A cell
of 1..k-1 people is hidden; 0 % or 100 % of fewer than 20 people is a band. Whatever could then be worked out by adding
and subtracting printed cells, of any view, makes others hidden, until nothing can, and until what is hidden under a
printed cell is neither fewer than k people nor fewer than 20 who all gave the same answer.
The job types come last: they are hidden so that nothing of the departments shows, never the other way round.
Worked examples of one view: docs/spec/08-suppression.md. Source: docs/adr/0026.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kansa.core.compliance import AnswerCounts
from kansa.core.publication.settling import settle
from kansa.core.publication.table import CITY, EXACT, HIDDEN, TOTAL, AnswerTable, Cell, Counted
from kansa.core.publication.views import Departments, Draft, JobTypes
from kansa.core.suppression import suppress


@dataclass(frozen=True)
class Publication:
    """What is printed of each cell: exact, a band of suppression.BANDS_JA, or a reason of suppression.REASONS_JA."""

    table: Counted
    states: Mapping[Cell, str]

    def state(self, group: str, code: str = TOTAL) -> str:
        """The state of a cell. Raises KeyError for a group without respondents."""
        return self.states[group, code]

    def hidden_reason(self, group: str, code: str = TOTAL) -> str:
        """The reason code when the cell is hidden; "" when it is printed."""
        state = self.states[group, code]
        return state if state in HIDDEN else ""

    def exact(self, group: str, code: str = TOTAL) -> AnswerCounts | None:
        """The counts of a cell that is printed exactly; None for a band, a hidden cell or nobody."""
        return self.table.counts[group, code] if self.states.get((group, code)) == EXACT else None


def hidden_totals(table: AnswerTable) -> dict[str, str]:
    """Groups whose total is hidden for the number of people, or because of another one."""
    people = {group: count for group, count in table.people.items() if group.startswith("department.")}
    children = Departments(Draft(table)).children
    views: dict[str, Sequence[str]] = {group: below for group, below in children.items() if group != CITY}
    kinds = [group for group in children if group.startswith("kind.")]
    views |= {CITY: children[CITY], "city by kind": kinds}
    return {group: reason for group, reason in suppress(views, people, table.k).items() if group in table.members}


def publish(table: AnswerTable) -> Publication:
    """Decides every cell of a year. The order of rows, departments and items' counts does not matter."""
    if not table.members:
        return Publication(table, {})
    draft = Draft(table)
    hidden = hidden_totals(table)
    jobs = [group for group in table.members if group.startswith("job_type.")]
    for group in table.members:
        if group not in jobs:
            draft.first_states(group, hidden.get(group))
    settle(Departments(draft))
    for group in jobs:
        draft.first_states(group, "primary" if table.people[group] < table.k else None)
    if jobs:
        settle(JobTypes(draft))
    return Publication(table, draft.states)
