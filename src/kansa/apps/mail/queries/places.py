"""Which relays, domains and mailboxes does the municipality have, and is its town hall open on a day?"""

from __future__ import annotations

from datetime import date

from django.db.models import Count, QuerySet

from kansa.apps.mail.models import BounceReport, MailBox, MailDomain, MailRelay
from kansa.apps.people.queries import keeps_mail_addresses
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor
from kansa.formats.mail_bounces import KINDS_JA
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


def keeps_addresses(municipality_id: int) -> bool:
    """Whether rosters keep addresses, so that people can be reached by mail."""
    return keeps_mail_addresses(municipality_id)


def bounce_counts(actor: Actor) -> list[tuple[str, int, int]]:
    """Kind in words, reports, and how many of them belong to a mail of ours."""
    rows = BounceReport.objects.visible_to(actor).values_list("kind").annotate(Count("pk"), Count("message"))
    found = {kind: (count, ours) for kind, count, ours in rows}
    return [(words, *found[kind]) for kind, words in KINDS_JA.items() if kind in found]


def mailbox_of(municipality_id: int, kind: str) -> MailBox | None:
    """The mailbox of a kind (bounces, reports); None when there is none."""
    return MailBox.objects.filter(municipality_id=municipality_id, kind=kind).first()


def is_open_day(day: date) -> bool:
    """Whether the town hall is open: no weekend, national holiday, or day of the turn of the year."""
    return not closed_reason_ja(DayRules(fiscal_year_of(day)), day)
