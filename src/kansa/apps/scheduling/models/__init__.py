"""What lives here. The tables of planning: what a lap and a year depend on, and the drafts that were computed.
Who comes here. The queries and actions of this app.
May import. people.models, plan.models, trail.models, Django.
Must not. Keep an accepted plan: that is the table of the app `plan`.
To add one. A module whose tables answer one question, and a line below.
"""

from kansa.apps.scheduling.models.drafts import Draft
from kansa.apps.scheduling.models.rules import RULE_KINDS_JA, DepartmentFact, Lap, LapRule, LapYear
from kansa.apps.scheduling.models.teams import (
    COUNTS_JA,
    HALVES_JA,
    OFFERED_HALVES_JA,
    TEAM_RULES_JA,
    AuditorBusy,
    AuditorFact,
    AuditorWish,
    AuditYear,
    CalendarDay,
    DepartmentBusy,
    EngagementSlot,
    TeamRule,
)

__all__ = [
    "COUNTS_JA",
    "HALVES_JA",
    "OFFERED_HALVES_JA",
    "RULE_KINDS_JA",
    "TEAM_RULES_JA",
    "AuditYear",
    "AuditorBusy",
    "AuditorFact",
    "AuditorWish",
    "CalendarDay",
    "DepartmentBusy",
    "DepartmentFact",
    "Draft",
    "EngagementSlot",
    "Lap",
    "LapRule",
    "LapYear",
    "TeamRule",
]
