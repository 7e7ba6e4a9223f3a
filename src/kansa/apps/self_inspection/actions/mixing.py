"""How does a database forget in which order answers came? They are written anew in an order by chance.

A database keeps more than rows: where in a page a row was laid, and PostgreSQL the number of the transaction that wrote
it (xmin). Beside the times of signing in, such an order would tell who answered what. See docs/adr/0025.
"""

from __future__ import annotations

import random
import secrets

from django.db import connection, transaction
from django.db.models import F
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response

AT_ONCE = 2000  # rows of one insert
KEY_RANGE = 2**53  # a key by chance says nothing about the order in which rows came


def hold_answers() -> None:
    """Waits for answers that are being written, and lets later ones wait, until the transaction ends.

    SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            tables = "self_inspection_response, self_inspection_comment"
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


def mix(campaign: Campaign, *, has_new_tokens: bool = False) -> None:
    """Writes all answers anew, under new keys in an order by chance, and all flags of people at once.

    `has_new_tokens`: no respondent's key leads to them any more. Inside a transaction.
    """
    hold_answers()
    rows = Response.objects.filter(municipality_id=campaign.municipality_id, checklist=campaign.checklist_id)
    kept = list(rows)
    rows.delete()
    random.SystemRandom().shuffle(kept)
    for one in kept:
        one.pk = secrets.randbelow(KEY_RANGE)
        one.respondent_token = secrets.token_hex(32) if has_new_tokens else one.respondent_token
    Response.objects.bulk_create(kept, batch_size=AT_ONCE)
    mix_comments(campaign, has_new_tokens=has_new_tokens)
    members = CampaignMember.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    members.update(has_begun=F("has_begun"))


def mix_comments(campaign: Campaign, *, has_new_tokens: bool) -> None:
    """The same of what was written; with new tokens nobody, the writer included, is led to a text any more."""
    rows = Comment.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    kept = list(rows)
    rows.delete()
    random.SystemRandom().shuffle(kept)
    for one in kept:
        one.pk = secrets.randbelow(KEY_RANGE)
        one.comment_token = secrets.token_hex(32) if has_new_tokens else one.comment_token
    Comment.objects.bulk_create(kept, batch_size=AT_ONCE)


@task(takes_context=True)
def mix_answers(context: TaskContext | None, municipality_id: int) -> None:
    """Mixes the answers of campaigns under way, every hour; those of identified ones may tell."""
    for campaign in Campaign.objects.filter(municipality_id=municipality_id, state="open").exclude(
        privacy="identified"
    ):
        with transaction.atomic():
            mix(campaign)
