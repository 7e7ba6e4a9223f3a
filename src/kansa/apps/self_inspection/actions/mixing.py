"""How does a database forget in which order answers came? They are written anew in an order by chance.

A database keeps more than rows: where in a page a row was laid, and PostgreSQL the number of the transaction that wrote
it (xmin). Beside the times of signing in, such an order would tell who answered what. See docs/adr/0025.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response

KEY_RANGE = 2**53  # a key by chance says nothing about the order in which rows came

# A key below KEY_RANGE and a token of 64 hex digits, by chance. PostgreSQL's random() could be computed backwards from
# what it gave; gen_random_uuid() comes from the system's source (53 and 2 x 122 bits of it are used here). SQLite's
# random() and randomblob() are a stream cipher that the system's source seeds; its state is never written.
BITS = "('x' || {}(gen_random_uuid()::text, {}))::bit({})::bigint"
CHANCE = {
    "postgresql": (
        f"({BITS.format('right', 12, 48)} * 32 + mod({BITS.format('left', 2, 8)}, 32))",
        "replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')",
    ),
    "sqlite": (f"(random() & {KEY_RANGE - 1})", "lower(hex(randomblob(32)))"),
}


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

    `has_new_tokens`: at closing; no respondent's key leads to them any more, and who had begun is forgotten, so that
    the last one of a group is named in no copy that is made afterwards. Inside a transaction.
    """
    hold_answers()
    whose = {"municipality_id": campaign.municipality_id, "checklist_id": campaign.checklist_id}
    write_anew(Response, whose, "respondent_token" if has_new_tokens else "")
    mix_comments(campaign, has_new_tokens=has_new_tokens)
    members = CampaignMember.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    members.update(has_begun=False if has_new_tokens else F("has_begun"))


def mix_comments(campaign: Campaign, *, has_new_tokens: bool) -> None:
    """The same of what was written; with new tokens nobody, the writer included, is led to a text any more."""
    whose = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    write_anew(Comment, whose, "comment_token" if has_new_tokens else "")


def write_anew(table: type[Response | Comment], whose: dict[str, int], new_token: str) -> None:
    """Writes rows anew under keys by chance, and under tokens by chance in the column `new_token`, if one is named.

    The database does it in four statements, through a table of its own that ends here: no answer comes into this
    process, whose memory stays as it is however many there are. Rows are laid down in the order of their new keys,
    which is chance and nothing else.
    """
    key, token = CHANCE[connection.vendor]
    name, columns = table._meta.db_table, [str(field.column) for field in table._meta.concrete_fields]
    made = {"id": f"{key} AS id", new_token: f"{token} AS {new_token}"}
    rows = f"FROM {name} WHERE {' AND '.join(f'{column} = %s' for column in whose)}"
    listed, values = ", ".join(columns), [*whose.values()]
    with connection.cursor() as cursor:
        mixed = ", ".join(made.get(column, column) for column in columns)
        cursor.execute(f"CREATE TEMPORARY TABLE mixed AS SELECT {mixed} {rows}", values)
        cursor.execute(f"DELETE {rows}", values)
        cursor.execute(f"INSERT INTO {name} ({listed}) SELECT {listed} FROM mixed ORDER BY id")
        cursor.execute("DROP TABLE mixed")


def forget_log(used: BaseDatabaseWrapper = connection) -> None:
    """Empties the log of SQLite, in which pages stand in the order they were written, also long after; best effort.

    Outside a transaction. While somebody reads an old state it stays until the next time.
    """
    if used.vendor == "sqlite" and not used.in_atomic_block:
        with used.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()


@task(takes_context=True)
def mix_answers(context: TaskContext | None, municipality_id: int) -> None:
    """Mixes the answers of campaigns under way, every hour; those of identified ones may tell."""
    under_way = Campaign.objects.filter(municipality_id=municipality_id, state="open").exclude(privacy="identified")
    for campaign in list(under_way):
        with transaction.atomic():
            mix(campaign)
        forget_log()
