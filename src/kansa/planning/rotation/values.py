"""What is asked of a medium-term plan, and what does an answer look like?

Every number is whole. A code is unique within one task: departments carry the code they have now, and what their
predecessors did is told by `last_audited_year` and `covered_in` (see past.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

CONTROL_CHECK = "control_check"
INTERNAL = "internal_audit"
EXTERNAL = "external_audit"


@dataclass(frozen=True, slots=True)
class PlannedDepartment:
    """A department as the plan sees it. Sizes that are unknown are 0: they then weigh nothing.

    `opens_in`: the first fiscal year in which it stands; `closes_in`: the first in which it stands no more (a change on
    1 April 2025 closes in 2025). `covered_in`: the year of this lap in which predecessors with at least half of its
    staff were audited. `risk_level`: 0 to 100, or any scale all departments share. `site_code`: premises, "" alone.
    """

    code: str
    name_ja: str
    bureau_ja: str = ""
    kind: str = "head_office"
    staff_count: int = 0
    risk_level: int = 0
    systems_count: int = 0
    distance_minutes: int = 0
    site_code: str = ""
    last_audited_year: int | None = None
    last_external_year: int | None = None
    covered_in: int | None = None
    opens_in: int | None = None
    closes_in: int | None = None
    closed_reason_ja: str = ""
    method: str = CONTROL_CHECK


@dataclass(frozen=True, slots=True)
class PlanCell:
    """One department in one fiscal year, by one stream (internal or external audit) and one method."""

    department_code: str
    fiscal_year: int
    stream: str = INTERNAL
    method: str = CONTROL_CHECK


@dataclass(frozen=True, slots=True)
class FixedCell:
    """A cell that stays: a visit that was made (`is_past`, a fact), or one that was set by hand with a reason."""

    cell: PlanCell
    is_past: bool = True
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class MustAudit:
    """This department is to be audited internally in this year."""

    department_code: str
    fiscal_year: int
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class MustNotAudit:
    """This department must not be audited internally in this year."""

    department_code: str
    fiscal_year: int
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """Costs `weight` when the department is not audited in this year; with `is_avoided`, when it is."""

    department_code: str
    fiscal_year: int
    weight: int
    is_avoided: bool = False


@dataclass(frozen=True, slots=True)
class SameYear:
    """Departments to be audited in one year. `is_hard`: always; otherwise `weight` for each year beyond the first."""

    name_ja: str
    department_codes: tuple[str, ...]
    is_hard: bool = False
    weight: int = 10


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many internal audits a year may have, at least and at most; None: no limit."""

    fiscal_year: int
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """A department that the lap does not reach, and why."""

    department_code: str
    reason_ja: str


@dataclass(frozen=True, slots=True)
class ExternalTarget:
    """A department that an outside firm audits in a year. One of the year before the lap may not come first again."""

    department_code: str
    fiscal_year: int


@dataclass(frozen=True, slots=True)
class ExternalCount:
    """How many external targets a year has in all; those that are not given are chosen by the plan."""

    fiscal_year: int
    count: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What one unit of each inequality costs; the office can read and change them (ADR 0021).

    `count`, `kind`: departments (of one kind) that the fullest year has more than the emptiest. `staff`, `risk`,
    `systems`, `distance`: the same in people, points, systems and minutes, beyond `tolerance_percent` of a year's mean.
    `gap`: each year by which the time since the last visit differs from the length of the lap. `site`: each year beyond
    the first in which somebody travels to the same premises. `external_gap`: each year that a chosen external target
    lacks of two laps since its last external audit; `external_risk`: each ten points of risk that it lacks of 100.
    `change`: each cell of the previous plan that is not kept.
    """

    count: int = 10
    kind: int = 2
    staff: int = 1
    risk: int = 1
    systems: int = 2
    distance: int = 1
    gap: int = 1
    site: int = 1
    external_gap: int = 1
    external_risk: int = 1
    change: int = 1000
    tolerance_percent: int = 5


@dataclass(frozen=True, slots=True)
class RotationRules:
    """The rules of one lap.

    `external_counts_for_rotation`: an external audit is this lap's visit. `external_limit`: how often the plan may
    choose one department as external target within the lap.
    """

    first_fiscal_year: int
    rotation_length: int = 3
    external_counts_for_rotation: bool = False
    external_limit: int = 1
    weights: Weights = Weights()
    must: tuple[MustAudit, ...] = ()
    must_not: tuple[MustNotAudit, ...] = ()
    wishes: tuple[Wish, ...] = ()
    same_year: tuple[SameYear, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    @property
    def years(self) -> range:
        """The fiscal years of the lap."""
        return range(self.first_fiscal_year, self.first_fiscal_year + self.rotation_length)


@dataclass(frozen=True, slots=True)
class RotationTask:
    """Everything a plan depends on.

    `previous`: the accepted plan, from which changes are counted; empty: none. `open_from`: the first year that can
    still be planned; earlier years have what `fixed` says and nothing else. None: the whole lap is open.
    """

    departments: tuple[PlannedDepartment, ...]
    rules: RotationRules
    external_targets: tuple[ExternalTarget, ...] = ()
    external_counts: tuple[ExternalCount, ...] = ()
    fixed: tuple[FixedCell, ...] = ()
    previous: tuple[PlanCell, ...] = ()
    open_from: int | None = None


@dataclass(frozen=True, slots=True)
class RotationPlan:
    """A plan with its proof: objective, bound below which no plan can cost, and what it was made of and by.

    `status`: optimal, feasible (stopped; the best found), infeasible, or unknown (stopped before any plan).
    `seconds` is told but is not part of the plan: the same plan found more slowly is the same plan.
    """

    cells: tuple[PlanCell, ...]
    status: str
    objective: int | None
    bound: int | None
    seed: int
    solver: str
    input_sha256: str
    seconds: float = field(default=0.0, compare=False)

    @property
    def gap(self) -> int | None:
        """Objective minus bound: 0 when proved optimal, None when either is unknown."""
        return None if self.objective is None or self.bound is None else self.objective - self.bound


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a plan breaks. `fiscal_year` is None where the whole lap is meant, `department_code` "" the year.

    `is_overridable`: a person may accept it with a reason; facts (the past, what does not stand) cannot be overridden.
    """

    rule: str
    department_code: str
    fiscal_year: int | None
    reason_ja: str
    is_overridable: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of the objective: `amount` units at `weight` each."""

    term: str
    name_ja: str
    amount: int
    weight: int

    @property
    def cost(self) -> int:
        """What it adds to the objective."""
        return self.amount * self.weight


@dataclass(frozen=True, slots=True)
class Coverage:
    """Proof for one department: visited in `fiscal_year`, or why not.

    `state`: internal, external (counted as the visit), predecessor (visited under a former code), closed, later (opens
    after the lap), excluded, or missing (nothing explains it: a breach).
    """

    department_code: str
    name_ja: str
    state: str
    fiscal_year: int | None
    reason_ja: str
