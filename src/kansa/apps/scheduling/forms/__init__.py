"""What lives here. The fields of the pages of planning: of laps, and of a year's teams and days.
Who comes here. The views of this app.
May import. The actions, models and queries of this app, people.models, Django.
Must not. Decide what is allowed: that is said by the actions.
To add one. A form in the module whose pages it belongs to, and a line below.
"""

from kansa.apps.scheduling.forms.laps import (
    AcceptForm,
    CellForm,
    FactForm,
    LimitsForm,
    RuleForm,
    SolveForm,
    WeightsForm,
    of_department,
)
from kansa.apps.scheduling.forms.teams import (
    AuditorsForm,
    BusyForm,
    DayForm,
    DepartmentBusyForm,
    TeamForm,
    TeamRuleForm,
    TeamsSolveForm,
    WishForm,
    YearRulesForm,
)

__all__ = [
    "AcceptForm",
    "AuditorsForm",
    "BusyForm",
    "CellForm",
    "DayForm",
    "DepartmentBusyForm",
    "FactForm",
    "LimitsForm",
    "RuleForm",
    "SolveForm",
    "TeamForm",
    "TeamRuleForm",
    "TeamsSolveForm",
    "WeightsForm",
    "WishForm",
    "YearRulesForm",
    "of_department",
]
