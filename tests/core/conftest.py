"""How do the property tests run? The same examples on every machine, and no clock."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("house", derandomize=True, deadline=None, max_examples=200)
settings.load_profile("house")
