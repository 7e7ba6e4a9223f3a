"""The small town, and a browser in which the audit clerk has signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from kansa.apps.annual_report.views.downloads import OUTPUTS
from kansa.apps.annual_report.views.shown import REPORTS
from tests.apps.web.town import build_town
from tests.builders import build_city
from tests.cast import browser_of, sign_up


@pytest.fixture(scope="session")
def known_town(django_db_setup: None, django_db_blocker: Any) -> None:
    """The town is built before the first test: its tallies need a temporary table, and after one in the same
    transaction SQLite reads the whole schema again whenever a savepoint is rolled back (2 ms, thousands of times).
    """
    with django_db_blocker.unblock(), transaction.atomic():
        build_town()
        transaction.set_rollback(True)


@pytest.fixture
def town(known_town: None, db: None) -> None:
    """Three years of a small town; nothing kept from another test."""
    REPORTS.clear()
    OUTPUTS.clear()
    build_town()


@pytest.fixture
def client(db: None) -> Client:
    """The audit clerk's browser: of the town when it is built, else of a city without anything."""
    from kansa.apps.people.models import Account

    if not Account.objects.exists():
        build_city()
        sign_up("clerk")
    return browser_of("clerk")
