"""What lives here. The tables of the organisation (departments, rosters) and of who signs in (accounts, appointments).
Who comes here. Every app: its tables belong to a municipality and to a department.
May import. trail.models, Django and the pure packages.
Must not. Hold a rule that a database constraint could hold.
To add one. A table in the module of its subject and a line below.
"""

from kansa.apps.people.models.accounts import Account, Appointment, AuditFirm
from kansa.apps.people.models.organisation import (
    YEARS,
    Department,
    FormerPost,
    Municipality,
    OfMunicipality,
    StaffMember,
    Succession,
    year_check,
)

__all__ = [
    "YEARS",
    "Account",
    "Appointment",
    "AuditFirm",
    "Department",
    "FormerPost",
    "Municipality",
    "OfMunicipality",
    "StaffMember",
    "Succession",
    "year_check",
]
