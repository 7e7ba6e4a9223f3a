"""Is a vendor's table read as the office says, and does what we hand on in GoPhish's shape read to the same figures?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kansa.formats.readers import MAPPED_FIELDS, read_gophish, read_mapped
from kansa.formats.records import DrillEventRecord, DrillRecord
from kansa.formats.writers.gophish import GophishPerson, gophish_events, gophish_results

TABLE = "社員番号,氏名,配信結果,URLクリック,通報\nS001,甲,○,2024/10/15 10:06,\nS002,乙,×,,\n"
MAPPING = {"recipient": "社員番号", "is_delivered": "配信結果", "clicked_at": "URLクリック", "reported_at": "通報"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_vendors_columns_mean_what_the_office_says(encoding: str) -> None:
    result = read_mapped(TABLE.encode(encoding), "結果.csv", 2024, "R6-1", MAPPING)
    assert result.refusals == ()
    first, second = result.records
    assert isinstance(first, DrillRecord) and isinstance(second, DrillRecord)
    assert (first.recipient, first.is_delivered, first.reported_at) == ("S001", True, None)
    assert first.clicked_at == datetime(2024, 10, 15, 1, 6, tzinfo=UTC)
    assert (second.recipient, second.is_delivered, second.source.row) == ("S002", False, 3)


@pytest.mark.parametrize(
    "mapping",
    [
        {},
        {"clicked_at": "URLクリック"},
        MAPPING | {"opened_at": "URLクリック"},
        MAPPING | {"password": "氏名"},
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(mapping: dict[str, str]) -> None:
    result = read_mapped(TABLE.encode(), "結果.csv", 2024, "R6-1", mapping)
    assert [refusal.code for refusal in result.refusals] == ["bad_mapping"]
    assert "fiscal_year" not in MAPPED_FIELDS


def test_a_header_that_is_not_there_is_refused_by_its_name() -> None:
    result = read_mapped(TABLE.encode(), "結果.csv", 2024, "R6-1", MAPPING | {"opened_at": "開封"})
    assert [(one.code, "開封" in one.reason_ja) for one in result.refusals] == [("missing_column", True)]


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
