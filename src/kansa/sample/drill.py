"""Whom did the mail drill reach, and what did they do?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random

from kansa.formats.records import DrillRecord, StaffRecord
from kansa.formats.tables.kinds import JAPAN
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.plan import DRILL_DAYS, engagement_code

FIRST_MAIL_AT = time(10, 0)
MAILS_PER_MINUTE = 30
BOUNCED_PER_MILLE = 4
OPENED_PER_MILLE = {2023: 268, 2024: 231}
CLICKED_AMONG_OPENED_PER_MILLE = {2023: 352, 2024: 338}
REPORTED_PER_MILLE = {2023: 148, 2024: 207}
REPORTED_AFTER_CLICK_PER_MILLE = {2023: 120, 2024: 190}


def drill_records(chance: Random, fiscal_year: int, roster: Sequence[StaffRecord]) -> tuple[DrillRecord, ...]:
    """One record per mail, to everybody at work, in a shuffled order at an even pace."""
    people = [person for person in roster if not person.excluded_reason_ja]
    chance.shuffle(people)
    start = datetime.combine(DRILL_DAYS[fiscal_year][0], FIRST_MAIL_AT, JAPAN)
    records = [
        _delivery(chance, fiscal_year, person, start + timedelta(minutes=place // MAILS_PER_MINUTE))
        for place, person in enumerate(people)
    ]
    return tuple(sorted(records, key=lambda record: record.recipient))


def _after(chance: Random, moment: datetime, longest_minutes: int) -> datetime:
    """Some minutes later: short times are frequent, long ones rare."""
    minutes = 1 + min(chance.randrange(longest_minutes) for _ in range(3))
    return moment + timedelta(minutes=minutes)


def _delivery(chance: Random, fiscal_year: int, person: StaffRecord, sent: datetime) -> DrillRecord:
    delivered = chance.randrange(1000) >= BOUNCED_PER_MILLE
    opened = clicked = reported = None
    if delivered and chance.randrange(1000) < OPENED_PER_MILLE[fiscal_year]:
        opened = _after(chance, sent, 300)
        if chance.randrange(1000) < CLICKED_AMONG_OPENED_PER_MILLE[fiscal_year]:
            clicked = _after(chance, opened, 20)
    willing = (REPORTED_AFTER_CLICK_PER_MILLE if clicked else REPORTED_PER_MILLE)[fiscal_year]
    if delivered and chance.randrange(1000) < willing:
        reported = _after(chance, clicked or opened or sent, 240)
    return DrillRecord(
        fiscal_year=fiscal_year,
        drill_code=engagement_code("MD", fiscal_year),
        recipient=person.mail_address,
        department_code=person.department_code,
        sent_at=sent,
        is_delivered=delivered,
        opened_at=opened,
        clicked_at=clicked,
        submitted_at=None,
        reported_at=reported,
        excluded_reason_ja="",
        source=NOT_FROM_A_FILE,
    )
