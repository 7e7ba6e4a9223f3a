"""Does what we hand on in GoPhish's shape read to the same figures?"""

from __future__ import annotations

from datetime import UTC, datetime

from kansa.formats.readers import read_gophish
from kansa.formats.records import DrillEventRecord, DrillRecord
from kansa.formats.writers.gophish import GophishPerson, gophish_events, gophish_results


def at(minute: int) -> datetime:
    return datetime(2024, 10, 15, 1, minute, tzinfo=UTC)


PEOPLE = (
    GophishPerson(1, at(0), is_failed=False, acts=(("opened", at(2)), ("clicked", at(3)), ("reported", at(9)))),
    GophishPerson(2, at(0), is_failed=False, acts=(("reported", at(4)),)),
    GophishPerson(3, at(0), is_failed=True, acts=()),
    GophishPerson(4, None, is_failed=False, acts=()),
)


def test_gophish_files_of_ours_read_to_the_same_acts() -> None:
    data = gophish_events(7, PEOPLE)
    assert not data.startswith(b"\xef\xbb\xbf") and data.startswith(b"campaign_id,email,time,message,details\n")
    events = read_gophish(data, "events.csv", 2024, "R6-1")
    assert events.refusals == ()
    found = [(one.recipient[:6], one.kind, one.at) for one in events.records if isinstance(one, DrillEventRecord)]
    assert ("r00001", "clicked", at(3)) in found and ("r00003", "failed", at(0)) in found and len(found) == 7
    results = read_gophish(gophish_results(PEOPLE), "results.csv", 2024, "R6-1")
    assert results.refusals == ()
    clicked, reported, failed, waiting = results.records
    assert isinstance(clicked, DrillRecord) and clicked.clicked_at == at(9)  # its last change, as GoPhish has it
    assert isinstance(reported, DrillRecord) and reported.reported_at == at(4)
    assert isinstance(failed, DrillRecord) and failed.is_delivered is False
    assert isinstance(waiting, DrillRecord) and waiting.sent_at is None
