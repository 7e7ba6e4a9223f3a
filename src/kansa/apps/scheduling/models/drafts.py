"""Which plans were computed, from what, and what became of them?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import OfMunicipality, year_check

STATES_JA = {
    "solving": "計算中",
    "ready": "計算済み",
    "infeasible": "条件が矛盾",
    "failed": "計算できず",
    "accepted": "採用",
    "discarded": "取りやめ",
}
KINDS = ("rotation", "assignment")


class Draft(OfMunicipality):
    """A plan that was computed: the question as it was asked, the answer with its proof. Never changed once accepted.

    `question`, `answer`: values of kansa.planning as JSON. `fiscal_year`: first year of the lap (rotation), or the
    year whose auditors are assigned. `objective`, `bound`: equal when nothing better exists.
    """

    kind = models.CharField(max_length=12)
    fiscal_year = models.IntegerField()
    state = models.CharField(max_length=10, default="solving")
    title_ja = models.CharField(max_length=100)
    question = models.JSONField()
    answer = models.JSONField(null=True)
    told_ja = models.JSONField(default=list)  # why there is no plan, and what would help: sentences
    input_sha256 = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    seconds_limit = models.IntegerField()
    solver = models.CharField(max_length=40, default="")
    objective = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    milliseconds = models.IntegerField(null=True)
    job_id = models.BigIntegerField(null=True)
    made_by_ja = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    accepted_by_ja = models.CharField(max_length=100, default="")
    accepted_at = models.DateTimeField(null=True)
    reason_ja = models.TextField(default="")  # why broken rules were accepted

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="scheduling_draft_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES_JA), name="scheduling_draft_state"),
            year_check("scheduling_draft_year"),
        ]
        indexes = [models.Index(fields=["municipality", "kind", "fiscal_year"], name="scheduling_draft_order")]

    @property
    def state_ja(self) -> str:
        """The state in words."""
        return STATES_JA[self.state]

    @property
    def gap(self) -> int | None:
        """Objective minus bound; 0 when proved best."""
        return None if self.objective is None or self.bound is None else self.objective - self.bound
