"""How does a drill end, so that nobody can be found in it any more, and who may be trained before that?

Closing keeps counts with their small cells hidden; recipients, raw hits, the list of who they were and its key go, in
one transaction but for the key's file, which goes right after. What is left over when the machine stops in between is a
key without anything to open.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone

from kansa.apps.drills.actions.locking import key_of, locked
from kansa.apps.drills.models import DrillCampaign, DrillHit, DrillIdentity, DrillRecipient, DrillTally
from kansa.apps.drills.queries import judged_outcomes, opened, result_of
from kansa.apps.drills.queries.keys import key_name, keyring_of
from kansa.apps.drills.queries.results import CITY, DrillResult, city_line
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.mail_drill.flow import check_move
from kansa.core.mail_drill.phish_scale import DIFFICULTIES_JA
from kansa.core.permission import Actor


def close_now(actor: Actor, campaign_id: int) -> DrillCampaign:
    """Writes the counts that stay and erases everything that joins a person to a result. Cannot be taken back."""
    require(actor, "approve_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        check_move("close", campaign.state, is_submitter=False)
        DrillTally.objects.bulk_create(tallies_of(campaign, result_of(campaign)), batch_size=500)
        own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
        campaign.state, campaign.closed_at = "closed", timezone.now()
        campaign.questionnaire_token = ""
        campaign.save()
        counts: dict[str, object] = {
            # The rows lie under the same city only; the triggers let hits go because the campaign is closed.
            "hits": DrillHit.objects.filter(**own).delete()[0],
            "recipients": DrillRecipient.objects.filter(**own).delete()[0],
            "identities": DrillIdentity.objects.filter(**own).delete()[0],
        }
        record(actor, "close_drill", "drill_campaign", key_of(campaign), {"state": "ended"}, counts)
        transaction.on_commit(lambda: forget(campaign))
    return campaign


def forget(campaign: DrillCampaign) -> None:
    """Destroys the key, and on SQLite what the deleted rows left in free pages of the file."""
    storages["restricted"].delete(key_name(campaign))
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tallies_of(campaign: DrillCampaign, result: DrillResult) -> list[DrillTally]:
    """The lines that stay: the city in full, departments and classes as they may be shown."""
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    city = city_line(result)
    lines = [DrillTally(**own, dimension="city", key="", name_ja="全体", counts=city)]
    lines += [
        DrillTally(**own, dimension="department", key=code, name_ja=result.name_of(code), counts=shown)
        for code, shown in result.departments.items()
        if code != CITY
    ]
    lines += [
        DrillTally(**own, dimension="job_type", key=name, name_ja=name, counts=shown)
        for name, shown in result.job_types.items()
    ]
    lines += [
        DrillTally(**own, dimension="difficulty", key=name, name_ja=DIFFICULTIES_JA[name], counts=shown)
        for name, shown in result.difficulties.items()
    ]
    return lines


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Somebody to be trained: nothing is said of when and how often."""

    department_ja: str
    name_ja: str
    staff_number: str


def follow_up_list(actor: Actor, campaign_id: int) -> list[FollowUp]:
    """Who opened the link or attachment, for the training that the approval allowed; by department and number.

    Only clicks that are a person's under the chosen rules. Leaves a row in the trail with the number of names shown.
    Raises RuleError when the approval did not allow it, too early, or when its last day is over.
    """
    require(actor, "follow_up_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if not campaign.may_follow_up or campaign.state != "ended":
            raise RuleError(
                "no_follow_up", "この訓練では、個人を示した受講指導は承認されていないか、その時期ではありません。"
            )
        if campaign.follow_up_until is None or timezone.localdate() > campaign.follow_up_until:
            raise RuleError("follow_up_over", "受講指導の期限が過ぎています。")
        found = sorted(_clicked(campaign), key=lambda one: (one.department_ja, one.staff_number))
        record(actor, "follow_up_drill", "drill_campaign", key_of(campaign), {}, {"people": len(found)})
    return found


def _clicked(campaign: DrillCampaign) -> list[FollowUp]:
    keyring = keyring_of(campaign)
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    rows = DrillRecipient.objects.filter(**own).order_by("position").values_list("event_token", "department__name_ja")
    outcomes = judged_outcomes(campaign).chosen.outcomes
    clicked = {token: name for (token, name), one in zip(rows, outcomes, strict=True) if "clicked" in one.acts.first}
    sealed = DrillIdentity.objects.filter(**own, event_token__in=list(clicked)).values_list("event_token", "sealed")
    people = []
    for token, text in sealed:
        _, name_ja, staff_number = opened(keyring, text)
        people.append(FollowUp(clicked[token], name_ja, staff_number))
    return people
