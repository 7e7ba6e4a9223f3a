"""What lives here. What can be typed on the pages of drills: of the plan and the texts, and of results.
Who comes here. The views of this app.
May import. drills.actions, drills.models, kansa.core, kansa.formats, Django.
Must not. Write; hold a field in which a secret could be typed.
To add one. A form in the module of its pages, and a line below.
"""

from kansa.apps.drills.forms.planning import (
    USE_OF_RESULTS_JA,
    BasicsForm,
    CheckForm,
    ExclusionsForm,
    GroupsForm,
    NewDrillForm,
    NoticesForm,
    PreflightForm,
    RatingForm,
    ScenarioForm,
    SenderForm,
    WindowForm,
    first_words,
    typed_scenario,
)
from kansa.apps.drills.forms.results import CallsForm, ReportsForm, RulesForm, UntilForm, rules_values

__all__ = [
    "USE_OF_RESULTS_JA",
    "BasicsForm",
    "CallsForm",
    "CheckForm",
    "ExclusionsForm",
    "GroupsForm",
    "NewDrillForm",
    "NoticesForm",
    "PreflightForm",
    "RatingForm",
    "ReportsForm",
    "RulesForm",
    "ScenarioForm",
    "SenderForm",
    "UntilForm",
    "WindowForm",
    "first_words",
    "rules_values",
    "typed_scenario",
]
