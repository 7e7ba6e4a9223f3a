"""Which tables and addresses do the house tests look at? Those of Django, on the test home of tests/conftest.py."""

from __future__ import annotations

import django

django.setup()
