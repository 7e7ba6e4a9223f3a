"""Who may look at the worksheet of an engagement?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from kansa.apps.assessment.queries.levels import JUDGED_METHOD
from kansa.apps.plan.queries import EngagementAccess, engagement_for
from kansa.core.flow import STATES
from kansa.core.permission import AUDITORS, OFFICE, Actor

READERS = AUDITORS | OFFICE | {"ciso"}
TOLD_FROM = STATES.index("fact_check")  # from here on the department knows what was judged


def may_read_judgements(access: EngagementAccess) -> bool:
    """Auditors, office and CISO always; the audited department from the fact check on, not while it is judged."""
    return bool(access.roles & READERS) or STATES.index(access.engagement.state) >= TOLD_FROM


def worksheet_for(
    actor: Actor, fiscal_year: int, code: str, write: str | None = None, *, is_survey: bool = False
) -> EngagementAccess:
    """`engagement_for` of an engagement that has items to judge, for those who may read its judgements.

    `is_survey`: only the preliminary survey is looked at, which the department itself may always read.
    """
    access = engagement_for(actor, fiscal_year, code, write)
    if access.engagement.method != JUDGED_METHOD:
        raise Http404(f"実施計画「{code}」は対策状況確認ではないため、監査調書はありません。")
    if write != "preliminary" and not is_survey and not may_read_judgements(access):
        raise PermissionDenied
    return access
