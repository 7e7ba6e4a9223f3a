"""How is a file kept that shows what was done, and how is one taken away again?"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.actions.holding import demand, hold, key_of
from kansa.apps.trail.actions import Upload, record, require
from kansa.apps.trail.actions.originals import write_once
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.evidence import inspect


def keep_files(
    actor: Actor,
    uploads: Sequence[Upload],
    *,
    finding: models.Finding | None = None,
    target: models.RolloutTarget | None = None,
) -> list[models.ImprovementEvidence]:
    """Keeps files of a finding or of a rollout answer; inside the transaction of the act.

    Raises InputError with the one reason why a file is not kept; then none is.
    """
    looked_at = [inspect(one.data, one.name) for one in uploads]
    kept = []
    for file in looked_at:
        stored_name = f"{actor.municipality_id}/evidence/{file.stored_sha256[:2]}/{file.stored_sha256}"
        write_once(storages["restricted"], stored_name, file.data)
        kept.append(
            models.ImprovementEvidence.objects.create(
                municipality_id=actor.municipality_id,
                finding=finding,
                target=target,
                name=file.name,
                content_type=file.content_type,
                is_inline=file.is_inline,
                size=len(file.data),
                sha256=file.stored_sha256,
                stored_name=stored_name,
                added_by_id=actor.account_id,
                added_at=timezone.now(),
            )
        )
    return kept


def remove_file(actor: Actor, pk: int) -> models.ImprovementEvidence:
    """Takes a file of a finding away from the pages; its bytes and its hash stay, as the trail names them.

    Raises RuleError after the improvement was reported: then the file is what the verifier looked at.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        file = models.ImprovementEvidence.objects.visible_to(actor).filter(pk=pk, removed_at__isnull=True).first()
        if file is None or file.finding_id is None:
            raise RuleError("not_allowed", "このファイルはないか、取り除く権限がありません。")
        finding = hold(actor, file.finding_id)
        demand(actor, finding, "improvement_plan", "report_done")
        if finding.improvement_plans.filter(improved_on__isnull=False).exists():
            raise RuleError("already_reported", "改善を報告した後は、証拠を取り除けません。")
        file.removed_at = timezone.now()
        file.save(update_fields=["removed_at"])
        record(actor, "remove_evidence", "finding", key_of(finding), {"sha256": file.sha256}, {})
    return file
