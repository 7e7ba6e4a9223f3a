"""Who is this person today: in which roles, for which departments and firms?"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from kansa.apps.people import models
from kansa.apps.people.queries.organisation import lineage_of
from kansa.apps.trail.queries import derived_key
from kansa.core import permission
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import ROLES, Actor


def is_in_force(account: models.Account, day: date) -> bool:
    """Whether the account may be used on this day: neither disabled nor past its last fiscal year."""
    return bool(account.is_active) and fiscal_year_of(day) <= account.valid_through


def actor_of(account: models.Account, day: date, place: str = "") -> Actor:
    """The person as an actor, with the appointments of the fiscal year `day` lies in.

    `place`: the network address the trail keeps. One query for the appointments, one more where a department matters.
    """
    fiscal_year = fiscal_year_of(day)
    rows = models.Appointment.objects.filter(
        municipality_id=account.municipality_id, account=account, fiscal_year=fiscal_year
    ).order_by("role", "pk")
    appointments = tuple(
        permission.Appointment(
            role=row.role,
            fiscal_year=row.fiscal_year,
            departments=lineage_of(account.municipality_id, [row.department_id]) if row.department_id else frozenset(),
            firm=row.firm_id,
        )
        for row in rows
    )
    return Actor(
        municipality_id=account.municipality_id,
        name=f"{account.name_ja}（{account.login}）",
        role=min((one.role for one in appointments), key=ROLES.index, default="outsider"),
        account_id=account.pk,
        staff_number=account.staff_number,
        appointments=appointments,
        place=place,
    )


def demo_password(login: str) -> str:
    """The password of a demo account: of this installation only, made from its secret key."""
    return f"demo-{hmac.new(derived_key('demo'), login.encode(), hashlib.sha256).hexdigest()[:12]}"
