"""What does the checker look up again and again? Indexes of one question, and concerns of a pair asked of the core."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kansa.core.independence import Assignment, AuditorFacts, Concern, IndependenceRules, concerns
from kansa.planning.assignment.values import AssignmentCase, Auditor, AuditTask, Breach, Team
from kansa.planning.calendar.slots import HALVES, Slot

OVERRIDABLE = {"former_post", "excluded"}  # what a fixed pair with a reason may keep


@dataclass(slots=True)
class Standing:
    """One question and the teams in question; `memory` keeps what the core said about a pair."""

    case: AssignmentCase
    teams: Sequence[Team]
    people: dict[str, Auditor] = field(init=False)
    tasks: dict[str, AuditTask] = field(init=False)
    slots: dict[str, Slot] = field(init=False)
    memory: dict[tuple[str, str], tuple[Concern, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = {one.staff_number: one for one in self.case.auditors}
        self.tasks = {task.code: task for task in self.case.tasks}
        self.slots = {slot.slot_id: slot for slot in self.case.slots}

    def known(self) -> Iterator[tuple[Auditor, AuditTask, Team]]:
        """Every person in every team, as far as both exist."""
        for team in self.teams:
            for number in team.staff_numbers:
                if team.task_code in self.tasks and number in self.people:
                    yield self.people[number], self.tasks[team.task_code], team

    def own(self, one: Auditor) -> list[str]:
        """Departments of this year."""
        return [post.department_code for post in one.posts if post.fiscal_year == self.case.fiscal_year]

    def size(self, task: AuditTask) -> int:
        """People in the team of this audit."""
        return self.case.rules.team_size if task.team_size is None else task.team_size

    def is_overridden(self, one: Auditor, task: AuditTask) -> bool:
        """True when a person decided to keep this pair, with a reason."""
        return any(
            pair.is_override and (pair.staff_number, pair.task_code) == (one.staff_number, task.code)
            for pair in self.case.fixed
        )

    def about(self, one: Auditor, task: AuditTask) -> tuple[Concern, ...]:
        """What the core says against this pair, mutual audits aside."""
        key = (one.staff_number, task.department_code)
        if key not in self.memory:
            self.memory[key] = self.ask(one, task, (), "block")
        return self.memory[key]

    def ask(self, one: Auditor, task: AuditTask, made: Iterable[Assignment], mutual: str) -> tuple[Concern, ...]:
        """The core's concerns with these assignments of the year."""
        rules = self.case.rules
        return concerns(
            AuditorFacts(one.posts, one.is_staff, one.is_trained),
            task.department_code,
            self.case.fiscal_year,
            IndependenceRules(rules.former_post_years, rules.former_post_rule, mutual),
            self.case.successions,
            made,
            self.case.departments,
        )

    def assignments(self, heads_only: bool) -> dict[str, list[Assignment]]:
        """Who audits whom, by the auditors' department."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for one, task, _team in self.known():
            if one.is_head or not heads_only:
                for code in self.own(one):
                    found[code].append(Assignment(code, task.department_code))
        return found

    def allowed_slots(self, task: AuditTask) -> set[str]:
        """Slots the audit may be held in."""
        allowed = set(self.slots) if task.slots is None else set(task.slots)
        fixed = {one.slot_id for one in self.case.fixed_slots if one.task_code == task.code}
        return allowed & fixed if fixed else allowed

    def is_open(self, one: Auditor, task: AuditTask) -> bool:
        """True when nothing of this pair alone stands against it: independence, a free slot, no exclusion."""
        overridden = self.is_overridden(one, task)
        if any(
            concern.is_blocking for concern in self.about(one, task) if not (overridden and concern.code in OVERRIDABLE)
        ):
            return False
        if not overridden and self.is_excluded(one, task):
            return False
        return not self.case.slots or not task.needs_slot or bool(self.allowed_slots(task) - one.busy_slots)

    def is_excluded(self, one: Auditor, task: AuditTask) -> bool:
        """True when the office took this pair out."""
        return any((pair.staff_number, pair.task_code) == (one.staff_number, task.code) for pair in self.case.excluded)

    def task_ja(self, code: str) -> str:
        """An audit as people call it."""
        task = self.tasks.get(code)
        name = self.case.departments.get(task.department_code, task.department_code) if task else ""
        return f"監査「{code}」（{name}）" if name else f"監査「{code}」"

    def slot_ja(self, slot_id: str) -> str:
        """A slot as people call it."""
        slot = self.slots.get(slot_id)
        return f"{slot.on.month}月{slot.on.day}日{HALVES.get(slot.half, '')}" if slot else f"時間枠「{slot_id}」"


def breach(rule: str, task: str, person: str, reason_ja: str, is_blocking: bool = True) -> Breach:
    """A broken rule; own and related departments may never be overridden, nor what does not exist."""
    never = ("own_department", "related_department", "post_unknown", "unknown", "doubled")
    return Breach(rule, task, person, reason_ja, is_blocking, rule not in never)
