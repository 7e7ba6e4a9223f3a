"""By which of the year's own rules are audits carried out? No report looks at them, so they are not frozen with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

JUDGING_MODES = ("single", "reviewed", "apart")
TRAINING_RULES = ("none", "reading", "reading_and_exercise")
STANCES = ("block", "warn")


@dataclass(frozen=True, slots=True)
class AuditRules:
    """Rules of one fiscal year.

    judging_mode: one judges; one judges and another reviews; two judge apart and reconcile.
    training_required: what an auditor must have completed before being assigned.
    former_post_years: how many years a former post counts; former_post_rule, mutual_audit_rule: block | warn.
    due_soon_days, head_after_days, top_after_days: when reminders begin, and after how many days of delay the head, and
    then the audit director and the CISO, are told.
    systems_ja: names of the city's information systems, one a line or parted by 、; they are taken out of cases.
    """

    judging_mode: str = "single"
    training_required: str = "none"
    former_post_years: int = 3
    former_post_rule: str = "block"
    mutual_audit_rule: str = "warn"
    due_soon_days: int = 30
    head_after_days: int = 30
    top_after_days: int = 60
    systems_ja: str = ""

    @property
    def systems(self) -> tuple[str, ...]:
        """The names one by one, each once.

        >>> AuditRules(systems_ja="住民記録システム、税務システム、、税務システム").systems
        ('住民記録システム', '税務システム')
        """
        names = (part.strip() for part in re.split("[、,，\\n]", self.systems_ja))
        return tuple(dict.fromkeys(name for name in names if name))
