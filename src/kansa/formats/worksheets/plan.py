"""What does a worksheet hold: for which audit it is written, and what the auditor sees beside the cells to fill?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from kansa.core.year import ScaleLevel


@dataclass(frozen=True, slots=True)
class WorksheetItem:
    """One item: what is printed beside the input cells, and what is already known of its judgement.

    `prior_ja` is last year's judgement as it is to be shown ("3", "対象外", "" for none).
    `methods` are document, interview, inspection: how it was checked.
    `state` is judged | not_applicable | not_judged, `level` a level of the scale when judged.
    """

    code: str
    domain_ja: str
    text_ja: str
    criteria_ja: str = ""
    references_ja: str = ""
    prior_ja: str = ""
    state: str = "not_judged"
    level: int | None = None
    reason_ja: str = ""
    evidence_ja: str = ""
    auditor_ja: str = ""
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorksheetPlan:
    """One engagement's worksheet. `stream` is external_audit | internal_audit; "" department = whole city."""

    municipality_ja: str
    fiscal_year: int
    engagement_code: str
    stream: str
    department_code: str
    department_ja: str
    scale: tuple[ScaleLevel, ...]
    items: tuple[WorksheetItem, ...]
    checklist_sha256: str
    auditors_ja: str = ""


def checklist_digest(items: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over (code, text, what to look at) of a checklist's items in order.

    A worksheet carries it, so that answers to another edition of the checklist are noticed.
    """
    digest = hashlib.sha256()
    for item in items:
        for part in item:
            data = part.encode("utf-8")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
