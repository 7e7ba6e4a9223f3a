"""Which machine-readable files travel with a report?"""

from __future__ import annotations

from dataclasses import dataclass

FROZEN_NAME = "frozen.json"
FIGURES_NAME = "figures.json"


@dataclass(frozen=True, slots=True)
class Attachments:
    """The figures as JSON, and the frozen records they come from when those may be given to every reader."""

    figures_json: bytes
    frozen_json: bytes = b""  # empty: not attached; records hold more than a public report says
