"""What lives here. The forms of technical diagnosis: what may be typed, and what it becomes for an act.
Who comes here. The views of this app.
May import. The actions and models of this app, the pure packages, Django's forms.
Must not. Write; ask for a permission; read a file.
To add one. A form in the module of its subject and a line below.
"""

from kansa.apps.diagnosis.forms.general import (
    INPUT_CHOICES,
    AssetForm,
    AssignForm,
    DecisionForm,
    DoneForm,
    KindForm,
    UploadForm,
    asset_values,
    decision_values,
    host_values,
)
from kansa.apps.diagnosis.forms.patches import (
    AdvisoryForm,
    InventoryForm,
    KeyForm,
    MappingForm,
    StatedForm,
    ZoneForm,
)

__all__ = [
    "INPUT_CHOICES",
    "AdvisoryForm",
    "AssetForm",
    "AssignForm",
    "DecisionForm",
    "DoneForm",
    "InventoryForm",
    "KeyForm",
    "KindForm",
    "MappingForm",
    "StatedForm",
    "UploadForm",
    "ZoneForm",
    "asset_values",
    "decision_values",
    "host_values",
]
