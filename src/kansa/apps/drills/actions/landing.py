"""What is written when somebody, or something, follows a tracked link, and when a questionnaire is answered?

One row by one statement, no transaction around it, no row of the trail: these are not acts of a user of kansa.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from kansa.apps.drills.models import DrillAnswer, DrillCampaign, DrillHit
from kansa.apps.drills.queries.landing import Target
from kansa.apps.people.models import Department
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.mail_drill.results import QUESTIONNAIRE_ANSWERS

KEY_RANGE = 2**53
LONGEST_AGENT, LONGEST_PREFETCH, LONGEST_ADDRESS = 200, 60, 45


@dataclass(frozen=True, slots=True)
class Request:
    """What a judge needs of a request, cut to size."""

    method: str
    address: str
    agent: str
    prefetch: str


def note_hit(target: Target, kind: str, request: Request, at: datetime) -> None:
    """Adds one raw hit. A HEAD request fetched, whatever it asked for."""
    DrillHit.objects.create(
        municipality_id=target.municipality_id,
        campaign_id=target.campaign_id,
        event_token=target.event_token,
        kind="fetched" if request.method == "HEAD" else kind,
        at=at,
        method=request.method[:8],
        address=request.address[:LONGEST_ADDRESS],
        agent=printable(request.agent)[:LONGEST_AGENT],
        prefetch=printable(request.prefetch)[:LONGEST_PREFETCH],
    )


def printable(text: str) -> str:
    """PostgreSQL refuses NUL; nobody needs the other control characters either."""
    return "".join(one if one.isprintable() else " " for one in text)


def note_answer(campaign: DrillCampaign, noticed: str, department_code: str) -> None:
    """One answer, under a key by chance and without a moment. Raises InputError for a word that is not asked for."""
    if noticed not in QUESTIONNAIRE_ANSWERS:
        raise InputError(Refusal("no_such_answer", "一つ選んでください。", Place(column="回答")))
    with transaction.atomic():
        department = None
        if department_code:
            year = campaign.drill.fiscal_year
            department = (
                Department.objects.filter(
                    municipality_id=campaign.municipality_id, code=department_code, valid_from__lte=year
                )
                .order_by("-valid_from")
                .first()
            )
        DrillAnswer.objects.create(
            id=secrets.randbelow(KEY_RANGE),
            municipality_id=campaign.municipality_id,
            campaign=campaign,
            department=department,
            noticed=noticed,
        )
