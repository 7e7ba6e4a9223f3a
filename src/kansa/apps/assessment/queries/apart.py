"""What did auditors who judge apart say about each item, and how far do they agree?"""

from __future__ import annotations

from dataclasses import dataclass

from kansa.apps.assessment.models import AuditorJudgement
from kansa.apps.assessment.queries.entries import Entry, entry_of, mark_of
from kansa.apps.assessment.queries.sheet import sheet_lines
from kansa.apps.plan.models import Engagement
from kansa.core.agreement import Between, between
from kansa.core.year import NOT_JUDGED


@dataclass(frozen=True, slots=True)
class Apart:
    """An item that at least two auditors judged. `rows` in the order of the accounts; `decided`: what counts."""

    code: str
    domain_ja: str
    text_ja: str
    rows: tuple[AuditorJudgement, ...]
    decided: Entry

    @property
    def is_agreed(self) -> bool:
        """Whether all gave the same level, or all held it for 対象外."""
        return len({mark_of(row.state, row.level) for row in self.rows}) == 1

    @property
    def entries(self) -> list[tuple[AuditorJudgement, Entry]]:
        """Each auditor's row with what it says."""
        return [(row, entry_of(row)) for row in self.rows]


def apart_rows(engagement: Engagement) -> dict[int, list[AuditorJudgement]]:
    """Item -> what each auditor judged, by account; one query."""
    rows = AuditorJudgement.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    found: dict[int, list[AuditorJudgement]] = {}
    for row in rows.exclude(state="not_judged").select_related("account").order_by("account_id"):
        found.setdefault(row.item_id, []).append(row)
    return found


def pairs_of(engagement: Engagement, own: int | None = None) -> list[Apart]:
    """The items that at least two auditors judged, in checklist order; three queries.

    `own`: only items that this account has judged too: nobody reads the other before having judged.
    """
    rows = apart_rows(engagement)
    found = []
    for line in sheet_lines(engagement):
        given = rows.get(line.item, [])
        if len(given) < 2 or (own is not None and all(row.account_id != own for row in given)):
            continue
        found.append(Apart(line.code, line.domain_ja, line.text_ja, tuple(given), Entry(line.mark)))
    return found


def agreement_of(pairs: list[Apart]) -> Between:
    """How far the auditors agree over these items, by pairs (core.agreement)."""
    people = sorted({row.account_id for pair in pairs for row in pair.rows})
    signs: dict[str, str] = {}
    for person in people:
        given = ({row.account_id: mark_of(row.state, row.level) for row in pair.rows} for pair in pairs)
        signs[str(person)] = "".join(one.get(person) or NOT_JUDGED for one in given)
    return between(signs)
