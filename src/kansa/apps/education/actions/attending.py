"""How does what an auditor completed here reach the year's record of trainings, which the report reads?"""

from __future__ import annotations

from datetime import date

from kansa.apps.people.models import Account, StaffMember
from kansa.apps.plan.models import TrainingAttendance
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor


def fault(code: str, reason_ja: str, field_ja: str) -> InputError:
    """A fault of one field of the form."""
    return InputError(Refusal(code, reason_ja, Place(column=field_ja)))


def own_account(actor: Actor) -> Account:
    """The account of the person who acts. Raises RuleError at the console, which is nobody's study."""
    found: Account | None = Account.objects.visible_to(actor).filter(pk=actor.account_id or 0).first()
    if found is None:
        raise RuleError("no_account", "学習と練習の記録は、サインインした本人だけが残せます。")
    return found


def attend(
    actor: Actor, fiscal_year: int, staff_number: str, kind: str, title_ja: str, held_on: date, minutes: int
) -> bool:
    """Writes an attendance, once; False for a person who is not on the year's roster.

    Day and minutes are those of the material or exercise itself, so that all its auditors make one session; how long
    each really took stands in the own records.
    """
    staff = StaffMember.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=fiscal_year, staff_number=staff_number or "-"
    ).first()
    if staff is None:
        return False
    known = TrainingAttendance.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=fiscal_year, kind=kind, title_ja=title_ja, staff=staff
    )
    if not known.exists():
        TrainingAttendance.objects.create(
            municipality_id=actor.municipality_id,
            fiscal_year=fiscal_year,
            kind=kind,
            title_ja=title_ja,
            held_on=held_on,
            staff=staff,
            minutes=minutes,
        )
    return True


def unattend(actor: Actor, fiscal_year: int, staff_number: str, kind: str, title_ja: str) -> None:
    """Takes back an attendance that `attend` wrote; one that a file says stays."""
    TrainingAttendance.objects.filter(
        municipality_id=actor.municipality_id,
        fiscal_year=fiscal_year,
        kind=kind,
        title_ja=title_ja,
        staff__staff_number=staff_number or "-",
        source_file__isnull=True,
    ).delete()
