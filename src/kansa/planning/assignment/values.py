"""What is asked when auditors are assigned, and what is answered? Frozen values, whole numbers only.

Codes of departments are those of the audited fiscal year, except in former posts, which have the codes of their year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.core.independence import Post
from kansa.core.year import Succession
from kansa.planning.calendar.slots import Slot

ANY_NUMBER = None


@dataclass(frozen=True, slots=True)
class Auditor:
    """A person who may be sent. `posts`: of this year and of earlier ones; staff without a post of the year is refused.

    `busy_slots`: ids of slots the person cannot take. `max_audits`: None for no limit of the person's own.
    """

    staff_number: str
    name_ja: str
    posts: tuple[Post, ...]
    is_staff: bool = True
    is_head: bool = False  # heads the own department
    is_experienced: bool = False
    is_trained: bool = True
    may_lead: bool = True
    max_audits: int | None = ANY_NUMBER
    busy_slots: frozenset[str] = frozenset()
    site: str = ""
    preferred_departments: frozenset[str] = frozenset()
    avoided_departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AuditTask:
    """One audit that needs a team of `team_size` (None: as the rules say).

    `slots`: ids it may be held in, None for every slot. `wanted_slots`: what the department would like.
    """

    code: str
    department_code: str
    method: str = "control_check"
    team_size: int | None = None
    site: str = ""
    slots: frozenset[str] | None = None
    wanted_slots: frozenset[str] = frozenset()
    needs_lead: bool = True
    needs_slot: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """An auditor and an audit. A fixed pair with `is_override` stays although an overridable rule forbids it."""

    staff_number: str
    task_code: str
    is_override: bool = False


@dataclass(frozen=True, slots=True)
class FixedSlot:
    """An audit whose slot is settled."""

    task_code: str
    slot_id: str


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes between two sites, the same in both directions."""

    from_site: str
    to_site: str
    minutes: int


# What one broken rule costs in a repair, and what it is called. A rule that is not here is never given up.
REPAIR_PRICES: Mapping[str, int] = {
    "load": 5,
    "availability": 20,
    "capacity": 20,
    "max_audits": 25,
    "lead": 30,
    "experienced": 30,
    "trained": 35,
    "mutual_audit": 40,
    "head_audit": 45,
    "former_post": 50,
    "excluded": 60,
    "team_size": 80,
    "fixed": 90,
}
RULES_JA: Mapping[str, str] = {
    "own_department": "本人の所属",
    "related_department": "本人の所属の前身・後継",
    "former_post": "過去の所属",
    "mutual_audit": "相互監査",
    "head_audit": "所属長との相互監査",
    "experienced": "経験者を含む",
    "trained": "研修修了者を含む",
    "lead": "主任監査員を含む",
    "load": "担当件数の均等",
    "max_audits": "担当件数の上限",
    "availability": "日程",
    "capacity": "同じ時間枠の件数",
    "team_size": "班の人数",
    "fixed": "固定した割当",
    "excluded": "外した割当",
}


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    """Rules of the year, readable by the office. A weight is what one unit costs; 0 leaves the wish out.

    Counts per team: `experienced_count`, `trained_count`, `lead_count` (only where the audit needs a lead).
    `load_tolerance`: how many audits more or fewer than the even share are accepted. `travel_weight` is per 10 minutes.
    `site_capacity`: audits at one site in one slot, None for any number.
    """

    team_size: int = 2
    former_post_years: int = 3
    former_post_rule: str = "block"  # block | warn
    mutual_audit_rule: str = "block"  # block | warn: the auditee's staff audits the own department in the same year
    head_audit_rule: str = "block"  # block | warn: it is the auditee's head who does
    experienced_count: int = 1
    trained_count: int = 1
    lead_count: int = 1
    load_tolerance: int = 0
    site_capacity: int | None = ANY_NUMBER
    unknown_travel_minutes: int = 30
    travel_weight: int = 1
    preferred_weight: int = 3
    avoided_weight: int = 6
    warning_weight: int = 20  # a former post or a mutual audit that only warns
    slot_weight: int = 2  # an audit outside the slots it wants
    change_weight: int = 100  # an auditor taken off an audit of the previous plan, or a slot moved
    repair_prices: Mapping[str, int] = field(default_factory=lambda: dict(REPAIR_PRICES))


@dataclass(frozen=True, slots=True)
class AssignmentCase:
    """The whole question. `departments`: code -> Japanese name in the audited year; `previous`: teams to keep."""

    fiscal_year: int
    auditors: tuple[Auditor, ...]
    tasks: tuple[AuditTask, ...]
    rules: AssignmentRules = AssignmentRules()
    slots: tuple[Slot, ...] = ()
    departments: Mapping[str, str] = field(default_factory=dict)
    successions: tuple[Succession, ...] = ()
    travel: tuple[Travel, ...] = ()
    fixed: tuple[Pair, ...] = ()
    excluded: tuple[Pair, ...] = ()
    fixed_slots: tuple[FixedSlot, ...] = ()
    previous: tuple[Team, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """Who audits, when, and who leads: `lead` is "" when nobody of them may, `slot_id` None when there is none."""

    task_code: str
    staff_numbers: tuple[str, ...]
    slot_id: str | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class AssignmentPlan:
    """The answer. `status`: optimal, feasible (stopped, best kept), infeasible or unknown (stopped before any plan).

    Two figures, because teams are chosen first and slots for them afterwards. `objective` is the cost of the teams;
    `bound` holds for every plan, so `gap` 0 proves the teams best. `slot_objective` and `slot_bound` hold for these
    teams only: other equally good teams might have better slots.
    """

    status: str
    teams: tuple[Team, ...]
    objective: int | None
    bound: int | None
    slot_objective: int | None
    slot_bound: int | None
    seconds: float
    seed: int
    solver: str
    input_sha256: str
    rounds: int = 1  # how often teams were chosen again because they had no slot in common

    @property
    def gap(self) -> int | None:
        """Objective minus bound of the teams; 0 when proved best, None when either is unknown."""
        return None if self.objective is None or self.bound is None else self.objective - self.bound


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule of a plan, also of one made by hand. `staff_number`, `task_code`: "" when it concerns none.

    `is_blocking`: the rule forbids; otherwise it only warns. `is_overridable`: a person may keep it with a reason.
    """

    rule: str
    task_code: str
    staff_number: str
    reason_ja: str
    is_blocking: bool = True
    is_overridable: bool = True
