"""What changes when an auditor drops out, moves on 1 April, or an audit is added? The new plan beside the old one.

Teams and slots that were accepted stay as they are unless a rule forces a change: every change costs `change_weight`.
Pairs and slots that the office fixed stay in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.solve import assign
from kansa.planning.assignment.values import AssignmentCase, AssignmentPlan, Team
from kansa.planning.program import Search


@dataclass(frozen=True, slots=True)
class TeamChange:
    """One audit whose team or slot differs. `kind`: added, dropped, or changed; `reasons_ja`: why the old team fell."""

    task_code: str
    kind: str
    joined: tuple[str, ...]
    left: tuple[str, ...]
    slot_before: str | None
    slot_after: str | None
    lead_before: str
    lead_after: str
    reasons_ja: tuple[str, ...] = ()


def replan(
    case: AssignmentCase, before: Sequence[Team], search: Search | None = None
) -> tuple[AssignmentPlan, tuple[TeamChange, ...]]:
    """The plan with the fewest changes, and the changes. `case` is the question as it is now."""
    plan = assign(replace(case, previous=tuple(before)), search)
    if plan.objective is None:
        return plan, ()
    kept = replace(plan, teams=keep_leads(case, before, plan.teams))
    return kept, difference(before, kept.teams, case)


def keep_leads(case: AssignmentCase, before: Sequence[Team], after: Sequence[Team]) -> tuple[Team, ...]:
    """The new teams, led by whoever led them before where that person is still there and may."""
    leads = {team.task_code: team.lead for team in before}
    able = {one.staff_number for one in case.auditors if one.may_lead}
    return tuple(
        replace(team, lead=leads[team.task_code])
        if leads.get(team.task_code, "") in set(team.staff_numbers) & able
        else team
        for team in after
    )


def difference(
    before: Sequence[Team], after: Sequence[Team], case: AssignmentCase | None = None
) -> tuple[TeamChange, ...]:
    """What differs, by audit. With the question as it is now: also which rules the old team breaks in it."""
    old, new = {team.task_code: team for team in before}, {team.task_code: team for team in after}
    broken: dict[str, list[str]] = {}
    for one in blocking(case, before) if case is not None else ():
        broken.setdefault(one.task_code, []).append(one.reason_ja)
    found = []
    for code in sorted({*old, *new}):
        was, now = old.get(code), new.get(code)
        if was is not None and now is not None and _same(was, now):
            continue
        then, later = was or Team(code, ()), now or Team(code, ())
        found.append(
            TeamChange(
                code,
                "added" if was is None else "dropped" if now is None else "changed",
                tuple(sorted(set(later.staff_numbers) - set(then.staff_numbers))),
                tuple(sorted(set(then.staff_numbers) - set(later.staff_numbers))),
                then.slot_id,
                later.slot_id,
                then.lead,
                later.lead,
                tuple(broken.get(code, ())),
            )
        )
    return tuple(found)


def _same(one: Team, other: Team) -> bool:
    return (set(one.staff_numbers), one.slot_id, one.lead) == (set(other.staff_numbers), other.slot_id, other.lead)
