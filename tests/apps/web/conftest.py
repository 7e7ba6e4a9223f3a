"""The small town, and a browser in which the audit clerk has signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from kansa.apps.annual_report.views.downloads import OUTPUTS
from kansa.apps.annual_report.views.shown import REPORTS
from tests.apps.web.town import build_town
from tests.builders import build_city
from tests.cast import browser_of, sign_up


@pytest.fixture
def town(db: None) -> None:
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
