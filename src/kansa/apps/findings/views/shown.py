"""How does a page get a finding, and read the files that were chosen?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kansa.apps.findings.models import FactCheck, Finding
from kansa.apps.findings.queries import Standing, loaded, roles_for, standing_of
from kansa.apps.findings.queries.may import open_acts
from kansa.apps.trail.actions import Upload
from kansa.core.permission import Actor
from kansa.formats.evidence import EvidenceLimits


@dataclass(frozen=True)
class Shown:
    """A finding as one person meets it today."""

    actor: Actor
    standing: Standing
    check: FactCheck | None
    roles: frozenset[str]
    acts: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """The row."""
        return self.standing.finding


def shown(actor: Actor, pk: int) -> Shown:
    """The finding with what the person may do about it. Raises Http404 when it is not theirs to see."""
    finding = loaded(Finding.objects.visible_to(actor).filter(pk=pk)).first()
    if finding is None:
        raise Http404(_("この検出事項はないか、見る権限がありません。"))
    check = FactCheck.objects.filter(finding=finding).first()
    if check is not None and check.answered_at is None and finding_is_foreign(actor, finding):
        check = None  # a draft is the department's own
    standing = standing_of(finding, timezone.localdate())
    roles = roles_for(actor, finding)
    return Shown(actor, standing, check, roles, open_acts(actor, standing, check, roles))


def finding_is_foreign(actor: Actor, finding: Finding) -> bool:
    """Whether the person does not answer for the department of the finding."""
    engagement = finding.engagement
    return (finding.department_id or (engagement.department_id if engagement else None)) not in actor.departments


def uploads_of(request: HttpRequest, name: str = "evidence") -> list[Upload]:
    """The chosen files; of one that is too large just enough to be refused."""
    limit = EvidenceLimits().file_bytes + 1
    return [Upload(file.name or "", file.read(limit)) for file in request.FILES.getlist(name)]
