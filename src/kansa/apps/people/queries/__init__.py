"""What lives here. Reads of the organisation (departments, successions, rosters) and of who signed in as what.
Who comes here. Every app, and the middleware that turns a session into an Actor.
May import. people.models, trail, Django and the pure packages.
Must not. Write.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.people.queries.accounts import (
    AccountFilter,
    accounts_found,
    actor_of,
    copied_appointments,
    demo_password,
    failed_sign_in_key,
    firm_appointments,
    has_second_factor,
    is_in_force,
    is_locked,
    recent_sign_ins,
    state_of,
    uncopied_appointments,
)
from kansa.apps.people.queries.organisation import (
    DepartmentBook,
    Post,
    Step,
    department_at,
    department_book,
    departments,
    history_of,
    left_behind,
    lineage_of,
    municipality_of,
    posts_by_year,
    posts_of,
    roster,
    roster_counts,
    roster_years,
    staff_by_number,
    successions,
)

__all__ = [
    "AccountFilter",
    "DepartmentBook",
    "Post",
    "Step",
    "accounts_found",
    "actor_of",
    "copied_appointments",
    "demo_password",
    "department_at",
    "department_book",
    "departments",
    "failed_sign_in_key",
    "firm_appointments",
    "has_second_factor",
    "history_of",
    "is_in_force",
    "is_locked",
    "left_behind",
    "lineage_of",
    "municipality_of",
    "posts_by_year",
    "posts_of",
    "recent_sign_ins",
    "roster",
    "roster_counts",
    "roster_years",
    "staff_by_number",
    "state_of",
    "successions",
    "uncopied_appointments",
]
