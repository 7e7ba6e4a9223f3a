"""Does a finding's improvement follow from its measures, and does a name in the register stand for a component?"""

from __future__ import annotations

from datetime import date

import pytest

from kansa.core.measured import MeasureCourse, measured_days
from kansa.core.sameness import names_same

PLANNED, DUE, DONE, SEEN = date(2024, 10, 1), date(2025, 1, 31), date(2024, 12, 10), date(2025, 2, 4)
DECIDED = MeasureCourse("decided", "fix", PLANNED, DUE)
REPORTED = MeasureCourse("done", "fix", PLANNED, DUE, DONE)
SCANNED = MeasureCourse("verified", "fix", PLANNED, DUE, DONE, cleared_on=SEEN)
LOOKED_AT = MeasureCourse("verified", "fix", PLANNED, DUE, DONE, verified_on=date(2024, 12, 20))
KEPT = MeasureCourse("kept", "accept", date(2024, 11, 5))


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        # One undecided measure: there is no plan yet, whatever the others are.
        ([MeasureCourse("undecided"), SCANNED], (None, DUE, None, None, False)),
        ([DECIDED], (PLANNED, DUE, None, None, False)),
        # Reported is not verified; the scan that shows it gone is the second pair of eyes.
        ([REPORTED], (PLANNED, DUE, DONE, None, False)),
        ([SCANNED], (PLANNED, DUE, DONE, SEEN, False)),
        ([LOOKED_AT], (PLANNED, DUE, DONE, date(2024, 12, 20), False)),
        # Gone before anybody decided: no plan was needed.
        ([MeasureCourse("verified", cleared_on=SEEN)], (None, None, SEEN, SEEN, False)),
        # All have to be through; the last day counts.
        ([SCANNED, REPORTED], (PLANNED, DUE, DONE, None, False)),
        ([SCANNED, LOOKED_AT], (PLANNED, DUE, DONE, SEEN, False)),
        # Came back: open again.
        ([MeasureCourse("returned", "fix", PLANNED, DUE, DONE)], (PLANNED, DUE, None, None, False)),
        # A kept risk settles a finding only when nothing else is left, and never makes it improved.
        ([KEPT], (date(2024, 11, 5), None, None, None, True)),
        ([KEPT, DECIDED], (date(2024, 11, 5), DUE, None, None, False)),
        ([KEPT, SCANNED], (date(2024, 11, 5), DUE, None, None, True)),
    ],
)
def test_the_days_of_a_finding_are_those_of_its_measures(courses: list[MeasureCourse], expected: object) -> None:
    found = measured_days(courses)
    told = (found.planned_on, found.due_on, found.improved_on, found.verified_on, found.is_accepted)
    assert told == expected


def test_a_name_is_found_word_for_word_only() -> None:
    assert names_same("Ｏｐｅｎ SSL 1.1、OpenSSL-3.0", ["openssl"]) == "openssl"
    assert names_same("Windows Server 2019 Standard", ["Windows Server 2016"]) == "Windows Server 2016"
    assert names_same("OpenSSLite", ["openssl"]) == "" and names_same("", ["openssl"]) == ""
    assert names_same("go", ["go"]) == ""  # too short to mean anything
