"""What lives here. Reads of the organisation (departments, successions, rosters) and of who signed in as what.
Who comes here. Every app, and the middleware that turns a session into an Actor.
May import. people.models, trail, Django and the pure packages.
Must not. Write.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.people.queries.accounts import actor_of, demo_password, is_in_force
from kansa.apps.people.queries.organisation import (
    DepartmentBook,
    department_book,
    departments,
    lineage_of,
    municipality_of,
    posts_of,
    roster_counts,
    staff_by_number,
    successions,
)

__all__ = [
    "DepartmentBook",
    "actor_of",
    "demo_password",
    "department_book",
    "departments",
    "is_in_force",
    "lineage_of",
    "municipality_of",
    "posts_of",
    "roster_counts",
    "staff_by_number",
    "successions",
]
