"""What lives here. The tables of planning: what a lap depends on, and the drafts that were computed.
Who comes here. The queries and actions of this app.
May import. people.models, trail.models, Django.
Must not. Keep an accepted plan: that is the table of the app `plan`.
To add one. A module whose tables answer one question, and a line below.
"""

from kansa.apps.scheduling.models.drafts import Draft
from kansa.apps.scheduling.models.rules import RULE_KINDS_JA, DepartmentFact, Lap, LapRule, LapYear

__all__ = ["RULE_KINDS_JA", "DepartmentFact", "Draft", "Lap", "LapRule", "LapYear"]
