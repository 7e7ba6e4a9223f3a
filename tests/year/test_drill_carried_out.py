"""Does a drill that kansa carries out itself come into the annual report with the figures of what really happened?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from kansa.apps.annual_report.actions import freeze
from kansa.apps.annual_report.queries import frozen_bytes
from kansa.apps.drills.actions import follow_up_list, take_step
from kansa.apps.drills.models import DrillCampaign, DrillRecipient
from kansa.apps.drills.queries import drills
from kansa.apps.drills.queries.shown import shown_result
from kansa.apps.people.models import Municipality
from kansa.document.report import read_report
from tests.builders import YEAR
from tests.cast import CITY, CLERK, VIEWER
from tests.drill_staff import carried_out
from tests.drilling import DIRECTOR, DOMAIN, build_people
from tests.mailing import needs_sink, running_sink, verified


@needs_sink
@pytest.mark.django_db
def test_the_figures_of_a_drill_are_what_the_staff_did(city: object, tmp_path: Path) -> None:
    """Forty people, scanners and one proxy for all; the whole way from two signatures to the frozen report."""
    Municipality.objects.filter(pk=CITY).update(keeps_mail_addresses=True)
    verified(DOMAIN)
    build_people({"101": 16, "102": 16, "103": 8})
    with running_sink(tmp_path / "dump") as sink:
        played = carried_out((CLERK, VIEWER), YEAR, sink)
    truth = played.truth
    assert (played.mails, played.twice, truth.listed, truth.sent) == (38, 0, 40, 38)
    assert truth.clicked >= 3 and truth.reported >= 5  # the staff did something
    result = shown_result(played.campaign)
    assert {name: result.counts(name) for name in truth.as_counts()} == truth.as_counts()
    assert result.city["reports_before_first_click"] == truth.before_first_click
    assert truth.first_report is not None and len(follow_up_list(DIRECTOR, played.campaign.pk)) == truth.clicked
    DrillCampaign.objects.update(opens_at=timezone.now() - timedelta(days=2), closes_at=timezone.now())
    tables = shown_result(DrillCampaign.objects.get()).groups
    before = drills(CITY, YEAR)
    rows = DrillRecipient.objects.values_list("event_token", "link_token", "mail_token")
    marks = [mark.encode() for row in rows for mark in row]
    assert connection.vendor != "sqlite" or all(mark in connection.connection.serialize() for mark in marks)
    take_step(DIRECTOR, played.campaign.pk, "close")
    assert shown_result(DrillCampaign.objects.get()).groups == tables
    assert drills(CITY, YEAR) == before
    kept = connection.connection.serialize() if connection.vendor == "sqlite" else b""
    # A backup made now is these bytes: neither a token of the list nor an address is left, not even in a free page.
    assert not any(mark in kept for mark in [*marks, *(f"s{number:03}@".encode() for number in range(1, 41))])
    freeze(CLERK, YEAR, reason_ja="")
    book = read_report(frozen_bytes(CLERK, YEAR), is_draft=True).book
    shown = {name: book[f"drill.1.{name}"].value for name in ("sent", "delivered", "clicked", "reported")}
    assert shown == {name: truth.as_counts()[name] for name in shown}
