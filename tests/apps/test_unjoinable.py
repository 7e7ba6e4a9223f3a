"""Can anybody who has everything that is stored join an answer to a person? Each attack of docs/adr/0025 is tried here.

The attacker reads every table with the order of its rows, the raw pages of the database file, sessions, the trail, the
logs and the cache, and knows the secret key. Each attack is also let loose on something that does leak, so that a test
that finds nothing is known to be able to find.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kansa.apps.self_inspection.actions import mix, mix_answers, move_campaign
from kansa.apps.self_inspection.actions.mixing import forget_log
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Response, Slip
from kansa.apps.self_inspection.queries import row_token
from kansa.apps.trail.actions import record
from kansa.apps.trail.queries import person_token
from kansa.config.database import sqlite_database
from tests.cast import CITY, CLERK, browser_of, this_fiscal_year
from tests.inspecting import begun_with, browser_with, build_campaign, build_staff, give, slips_of

pytestmark = pytest.mark.django_db

# Nine people, each with answers that nobody else gave: whoever joins one row has joined a person.
ANSWERS = ("yyy", "yyn", "yy-", "yny", "ynn", "yn-", "y-y", "y-n")
UNNAMED = ("confidential", "anonymous")


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def everybody_answers(campaign: Campaign) -> list[str]:
    """第101課 answers in the order of the roster; the keys or codes they held."""
    held = []
    for slip, letters in zip(slips_of(campaign), ANSWERS, strict=True):
        if campaign.privacy == "confidential":
            client, key = begun_with(slip.code, campaign)
        else:
            client, key = browser_with(slip.code), slip.code
        give(client, campaign, letters)
        held.append(key)
    return held


def dump() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every row of every table, in the order in which the database keeps them, with its hidden columns."""
    hidden = "rowid" if connection.vendor == "sqlite" else "xmin::text, ctid::text"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT {hidden}, * FROM "{table}"')
            for row in cursor.fetchall():
                yield table, row


def elsewhere(values: set[str]) -> list[str]:
    """Tables other than that of the answers in which one of the values stands, also inside a longer text."""
    return [
        table
        for table, row in dump()
        if table != "self_inspection_response" and any(value in str(cell) for value in values for cell in row)
    ]


def marks_of_answers() -> set[str]:
    """What singles out one answer row: its key and its token."""
    rows = Response.objects.values_list("pk", "respondent_token")
    return {str(mark) for row in rows for mark in row}


def in_order(values: list[int]) -> bool:
    """Whether the numbers only rise or only fall."""
    return values in (sorted(values), sorted(values, reverse=True))


def placed_as_given() -> list[int]:
    """The rows as they lie in the table, each told by the person whose answers they are (a place of ANSWERS)."""
    return [
        person_of(met, applicable, answered)
        for met, applicable, answered in Response.objects.values_list("met", "applicable", "answered").order_by("pk")
    ]


def person_of(met: int, applicable: int, answered: int) -> int:
    letters = "".join(
        "y" if met >> bit & 1 else "n" if applicable >> bit & 1 else "-" if answered >> bit & 1 else " "
        for bit in range(3)
    )
    return ANSWERS.index(letters)


@pytest.mark.parametrize("privacy", UNNAMED)
def test_nothing_that_singles_out_an_answer_stands_anywhere_else(privacy: str) -> None:
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    assert len(marks_of_answers()) == 16
    assert elsewhere(marks_of_answers()) == []
    with transaction.atomic():  # the attack finds a leak when there is one
        record(
            CLERK, "answer", "campaign", "S001", {}, {"token": Response.objects.values_list("respondent_token")[0][0]}
        )
    assert elsewhere(marks_of_answers()) == ["trail_event"]


@pytest.mark.parametrize("privacy", UNNAMED)
def test_keys_and_codes_are_stored_nowhere(privacy: str, caplog: pytest.LogCaptureFixture) -> None:
    campaign = build_campaign(privacy)
    with caplog.at_level(logging.DEBUG):
        held = everybody_answers(campaign)
    secrets = {one.replace("-", "") for one in held} | set(held)
    assert [table for table, row in dump() if any(one in str(cell) for one in secrets for cell in row)] == []
    assert [one.getMessage() for one in caplog.records if any(secret in one.getMessage() for secret in secrets)] == []


def recomputed(campaign: Campaign) -> set[str]:
    """Every token that the secret key and the stored persons and slips allow to be computed."""
    known = [
        *CampaignMember.objects.values_list("staff_number", "name_ja", "pk"),
        *Slip.objects.values_list("code_token", "pk"),
    ]
    names = {str(value) for row in known for value in row}
    purposes = {f"respondent/{this_fiscal_year()}", "slip", f"answers/{campaign.pk}"}
    found = {person_token(CITY, purpose, name) for purpose in purposes for name in names}
    return found | {row_token(campaign, name) for name in names}


@pytest.mark.parametrize(("privacy", "count"), [("identified", 8), ("confidential", 0), ("anonymous", 0)])
def test_the_secret_key_does_not_help(privacy: str, count: int) -> None:
    """In an identified campaign all eight are found: the attack works where nothing was promised."""
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    tokens = set(Response.objects.values_list("respondent_token", flat=True))
    assert len(tokens & recomputed(campaign)) == count


@pytest.mark.parametrize("privacy", UNNAMED)
def test_neither_the_order_of_rows_nor_their_keys_tell(privacy: str) -> None:
    """By chance eight rows lie in order once in 20,000 runs; keys counted up would lie in order always."""
    everybody_answers(build_campaign(privacy))
    assert not in_order(placed_as_given())
    by_token = Response.objects.order_by("respondent_token").values_list("met", "applicable", "answered")
    assert not in_order([person_of(*row) for row in by_token])


def test_keys_counted_up_would_tell() -> None:
    everybody_answers(build_campaign("confidential"))
    rows = list(Response.objects.all())
    rows.sort(key=lambda one: person_of(one.met, one.applicable, one.answered))
    for place, one in enumerate(rows, 1):
        Response.objects.filter(pk=one.pk).update(id=place)
    assert in_order(placed_as_given())


def raw_order(data: bytes) -> list[int]:
    """The people in the order in which their rows lie in the bytes of the database file."""
    rows = Response.objects.values_list("respondent_token", "met", "applicable", "answered")
    # The table's pages hold the token with the masks behind it; the index holds the token alone, in its own order.
    places = {token: list(occurrences(data, token.encode())) for token, *_ in rows}
    return [person for _place, person in sorted((max(places[token]), person_of(*masks)) for token, *masks in rows)]


def occurrences(data: bytes, part: bytes) -> Iterator[int]:
    place = data.find(part)
    while place >= 0:
        yield place
        place = data.find(part, place + 1)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads the file of SQLite")
@pytest.mark.parametrize("privacy", UNNAMED)
def test_the_bytes_of_the_file_do_not_tell_after_mixing(privacy: str) -> None:
    """Rows are laid into a page one below the other: before mixing their order can be seen, afterwards it is chance."""
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    old = set(Response.objects.values_list("respondent_token", flat=True))
    assert in_order(raw_order(connection.connection.serialize()))  # the attack works
    mix_answers.func(None, municipality_id=CITY)
    assert set(Response.objects.values_list("respondent_token", flat=True)) == old  # respondents can go on
    orders = set()
    for _ in range(3):
        with transaction.atomic():
            mix(campaign)
        orders.add(tuple(raw_order(connection.connection.serialize())))
    assert len(orders) > 1 and not all(in_order(list(one)) for one in orders)
    data = connection.connection.serialize()
    assert [token for token in old if data.count(token.encode()) > 2] == []  # the table and its index, no residue


@pytest.mark.parametrize("privacy", UNNAMED)
def test_after_closing_no_link_leads_to_an_answer(privacy: str) -> None:
    campaign = build_campaign(privacy)
    held = everybody_answers(campaign)
    campaign = move_campaign(CLERK, campaign.pk, "close")
    tokens = set(Response.objects.values_list("respondent_token", flat=True))
    assert len(tokens) == 8
    assert not tokens & {row_token(campaign, one.replace("-", "") if privacy == "anonymous" else one) for one in held}
    assert not in_order(placed_as_given())


def test_a_person_and_an_answer_are_never_written_together() -> None:
    """One transaction would give both rows the same number (xmin) on PostgreSQL, and one frame in SQLite's log."""
    campaign = build_campaign("confidential")
    client = browser_of("staff")
    with CaptureQueriesContext(connection) as beginning:
        client.post(f"/answer/{campaign.pk}/begin/")
    with CaptureQueriesContext(connection) as answering:
        give(client, campaign, "y")
    assert written(beginning) == {"self_inspection_campaignmember"}
    assert written(answering) == {"self_inspection_response"}


def written(queries: CaptureQueriesContext) -> set[str]:
    """The tables that are written to."""
    found = (
        re.match(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', one["sql"]) for one in queries.captured_queries
    )
    return {one[1] for one in found if one}


@pytest.mark.parametrize("privacy", UNNAMED)
def test_a_department_of_few_people_is_not_stored(privacy: str) -> None:
    campaign = build_campaign(privacy)
    code = "103" if privacy == "confidential" else "102"
    slip = slips_of(campaign, code)[0]
    client = begun_with(slip.code, campaign)[0] if privacy == "confidential" else browser_with(slip.code)
    give(client, campaign, "nnn")
    assert set(Response.objects.values_list("department__code", flat=True)) == {"102"}


@pytest.mark.parametrize("privacy", UNNAMED)
def test_the_office_sees_counts_only(privacy: str) -> None:
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    clerk = browser_of("clerk")
    marks = marks_of_answers()
    for path in ("", "silent/", "excluded/", "trial/"):
        text = clerk.get(f"/inspections/{campaign.pk}/{path}").content.decode()
        assert not any(mark in text for mark in marks)
    assert Client().get(f"/inspections/{campaign.pk}/").status_code == 302


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads the log of SQLite")
def test_the_log_of_the_file_does_not_tell_after_mixing(tmp_path: Path) -> None:
    """SQLite appends pages to its log as they are written, and leaves them there: who began, and then the new row."""
    given = connection.settings_dict | sqlite_database(tmp_path / "city.sqlite3")
    own, log = DatabaseWrapper(given), tmp_path / "city.sqlite3-wal"
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE told (word TEXT)")
        for word in ("S001 began", "the answers of S001"):
            cursor.execute("INSERT INTO told VALUES (%s)", [word])
    assert log.read_bytes().count(b"S001 began") == 2  # the attack works: one page without the answers, one with them
    forget_log(own)
    assert log.stat().st_size == 0
    own.close()
