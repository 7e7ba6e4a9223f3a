"""The small town, and a browser without pictures."""

from __future__ import annotations

import pytest

from kansa.apps.annual_report.views.downloads import OUTPUTS
from kansa.apps.annual_report.views.shown import REPORTS
from tests.apps.web.town import build_town


@pytest.fixture
def town(db: None) -> None:
    """Three years of a small town; nothing kept from another test."""
    REPORTS.clear()
    OUTPUTS.clear()
    build_town()
