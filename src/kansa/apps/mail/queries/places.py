"""Which relays, domains and mailboxes does the municipality have, and is its town hall open on a day?"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from kansa.apps.mail.models import MailBox, MailDomain, MailRelay
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor
from kansa.planning.calendar.days import DayRules, closed_reason_ja


def relays_of(actor: Actor) -> QuerySet[MailRelay]:
    """The relays in use, by name."""
    return MailRelay.objects.visible_to(actor).filter(is_retired=False).order_by("name_ja")


def domains_of(actor: Actor) -> QuerySet[MailDomain]:
    """Verified and proposed domains."""
    return MailDomain.objects.visible_to(actor).order_by("domain")


def verified_domains(municipality_id: int) -> frozenset[str]:
    """The domains to which mail may go."""
    rows = MailDomain.objects.filter(municipality_id=municipality_id, verified_at__isnull=False)
    return frozenset(rows.values_list("domain", flat=True))


def known_domains(municipality_id: int) -> frozenset[str]:
    """Verified and proposed domains: a relay is needed before a code can be mailed."""
    return frozenset(MailDomain.objects.filter(municipality_id=municipality_id).values_list("domain", flat=True))


def mailbox_of(municipality_id: int, kind: str) -> MailBox | None:
    """The mailbox of a kind (bounces, reports); None when there is none."""
    return MailBox.objects.filter(municipality_id=municipality_id, kind=kind).first()


def is_open_day(day: date) -> bool:
    """Whether the town hall is open: no weekend, national holiday, or day of the turn of the year."""
    return not closed_reason_ja(DayRules(fiscal_year_of(day)), day)
