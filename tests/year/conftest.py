"""One sample year for the tests of the whole way: files in, frozen, reported; the database is left empty again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction

from kansa.apps.annual_report.actions import freeze, import_file
from kansa.apps.annual_report.queries import frozen_bytes
from kansa.apps.people.actions import found_municipality
from kansa.apps.trail.actions import ImportOptions
from kansa.document.report import Report, read_report
from kansa.sample import SampleFile, generate
from tests.cast import CLERK

THIS_YEAR = 2024


class RolledBack(Exception):
    """Ends the module's transaction, so that nothing of it stays."""


@dataclass(frozen=True)
class SampleYear:
    """The sample city in the database, and its frozen report."""

    files: tuple[SampleFile, ...]
    report: Report


def import_all(files: tuple[SampleFile, ...]) -> None:
    """Every file in order; a refusal fails the test with its words."""
    found_municipality(CLERK, "みほん市（架空）")
    for file in files:
        options = ImportOptions(**dict(file.options))
        outcome = import_file(CLERK, file.kind, file.data, file.name, apply=True, options=options)
        assert not outcome.refusals, [refusal.ja() for refusal in outcome.refusals[:5]]


@pytest.fixture(scope="module")
def sample_year(django_db_setup: None, django_db_blocker: Any) -> Iterator[SampleYear]:
    """The sample city, imported and frozen once for all tests of a module."""
    files = generate()
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                import_all(files)
                for fiscal_year in (THIS_YEAR - 1, THIS_YEAR):
                    freeze(CLERK, fiscal_year, "")
                body = frozen_bytes(CLERK, THIS_YEAR)
                yield SampleYear(files, read_report(body, is_draft=True))
                raise RolledBack
        except RolledBack:
            return
