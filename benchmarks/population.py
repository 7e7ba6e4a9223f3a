"""Who answers in the benchmarks? A city with an open, identified campaign, and one signed-in browser for each person.

A program of its own, since the database is that of the environment (KANSA_HOME, DATABASE_URL):
`make FOLDER PEOPLE` builds it, `check FOLDER FILE` counts the answers of FILE that are not stored.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from datetime import timedelta
from pathlib import Path

ITEMS = 20
DEPARTMENT_SIZE = 200
CSRF = "a" * 32  # a cookie and a field that agree are what is asked for


def start() -> None:
    """Django on the database of the environment."""
    from kansa.config.home import create_home

    create_home(Path(os.environ["KANSA_HOME"]))
    os.environ["DJANGO_SETTINGS_MODULE"] = "kansa.config.settings"
    import django

    django.setup()


def make(folder: Path, people: int) -> None:
    """The city; into the folder a line for each person (`people.txt`: staff number, cookies) and the campaign's key."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from tests.builders import build_city, department, imported, item, staff
    from tests.cast import this_fiscal_year
    from tests.inspecting import build_campaign

    year = this_fiscal_year()
    build_city()
    codes = [f"{place:04}" for place in range(-(-people // DEPARTMENT_SIZE))]
    imported("departments", [department(code) for code in codes])
    numbers = [f"S{place:06}" for place in range(people)]
    roster = [staff(number, codes[place // DEPARTMENT_SIZE], fiscal_year=year) for place, number in enumerate(numbers)]
    imported("staff", roster)
    imported("checklist", [item(f"Q{place:02}", "self_inspection", fiscal_year=year) for place in range(ITEMS)])
    campaign = build_campaign()
    sessions = signed_in(numbers)
    lines = (f"{number} sessionid={key}; csrftoken={CSRF}" for number, key in zip(numbers, sessions, strict=True))
    (folder / "people.txt").write_text("\n".join(lines) + "\n")
    (folder / "campaign.txt").write_text(str(campaign.pk))


def signed_in(numbers: list[str]) -> list[str]:
    """An account and a session for each person, as signing in makes them; hashing passwords is not what is measured."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from kansa.apps.people.models import Account
    from tests.cast import CITY

    accounts = [
        Account(municipality_id=CITY, login=one, name_ja=one, staff_number=one, valid_through=2099) for one in numbers
    ]
    for one in accounts:
        one.set_unusable_password()
    Account.objects.bulk_create(accounts, batch_size=2000)
    until, store = timezone.now() + timedelta(hours=10), Session.get_session_store_class()
    sessions = [
        Session(
            session_key=secrets.token_hex(16),
            expire_date=until,
            session_data=store().encode(
                {
                    SESSION_KEY: str(one.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: one.get_session_auth_hash(),
                }
            ),
        )
        for one in accounts
    ]
    Session.objects.bulk_create(sessions, batch_size=2000)
    return [one.session_key for one in sessions]


def check(told: Path) -> None:
    """Prints how many answers the clients were told to be kept, and how many of them are not stored.

    `told`: staff number -> place of the item -> the answer that was told last.
    """
    from kansa.apps.self_inspection.models import Campaign
    from kansa.apps.self_inspection.queries import own_answers
    from kansa.apps.self_inspection.queries.respondents import Respondent, identified_token
    from kansa.core.inspection import answer_of

    campaign, known, lost = Campaign.objects.select_related("checklist").get(), 0, 0
    for number, answers in json.loads(told.read_text()).items():
        masks = own_answers(Respondent(campaign, (0, ""), identified_token(campaign, number), number))
        known += len(answers)
        lost += sum(answer_of(masks, int(place) - 1) != answer for place, answer in answers.items())
    print(json.dumps({"told": known, "lost": lost}))


if __name__ == "__main__":
    start()
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        check(Path(sys.argv[3]))
