"""What was planned for a drill, who approved exactly what, and which mail goes to which group?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.drills.models.recorded import Drill
from kansa.apps.mail.models import MailBatch, MailRelay
from kansa.apps.people.models import OfMunicipality
from kansa.core.mail_drill.flow import STATES
from kansa.core.mail_drill.phish_scale import DIFFICULTIES

LAST_MINUTE = 24 * 60


class Scenario(OfMunicipality):
    """訓練メールの文案 of the city's own; those of the library come with kansa. `content`: core.mail_drill.scenario."""

    code = models.CharField(max_length=40)
    content = models.TextField()
    version = models.IntegerField(default=1)
    edited_by = models.CharField(max_length=100)
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "code"], name="drills_scenario_once")]


class ScenarioRating(OfMunicipality):
    """One rater's view of one text by the Phish Scale; `scenario_sha256` says which text, so an edit asks anew."""

    scenario_code = models.CharField(max_length=40)
    scenario_sha256 = models.CharField(max_length=64)
    rater = models.CharField(max_length=100)
    rated_at = models.DateTimeField()
    cue_count = models.IntegerField()
    premise = models.CharField(max_length=20)  # the five numbers of the premise alignment, comma between
    is_consensus = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "scenario_code", "scenario_sha256", "rater", "is_consensus"],
                name="drills_rating_once",
            ),
            models.CheckConstraint(condition=Q(cue_count__gte=0), name="drills_rating_cues"),
        ]


class DrillCampaign(OfMunicipality):
    """訓練の実施計画 of a drill that kansa itself carries out; everything here is covered by the approval's hash."""

    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, db_index=False, related_name="campaigns")
    state = models.CharField(max_length=20, default="draft")
    version = models.IntegerField(default=1)
    purpose_ja = models.TextField(default="")
    use_of_results_ja = models.TextField(default="")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    day_begins_minute = models.IntegerField(default=9 * 60)
    day_ends_minute = models.IntegerField(default=17 * 60)
    pace_per_minute = models.IntegerField(default=10)
    pace_per_domain = models.IntegerField(default=10)  # mails a minute to one domain
    any_day = models.BooleanField(default=False)  # also on days on which the town hall is closed
    closed_days = models.TextField(default="")  # days of the office's own without any mail, YYYY-MM-DD, a line each
    # The relay that takes the mails; None for a drill whose mails something else sends.
    relay = models.ForeignKey(MailRelay, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    seed = models.IntegerField(default=0)  # of the random order inside departments
    sender_address = models.CharField(max_length=254, default="")
    domains = models.TextField(default="")  # verified ones, a line each; nobody outside is reached
    landing_address = models.CharField(max_length=200, default="")  # where the links lead: https://host
    report_address = models.CharField(max_length=254, default="")  # mailbox that reports are forwarded to
    how_to_report_ja = models.TextField(default="")
    notice_before_ja = models.TextField(default="")
    notice_after_ja = models.TextField(default="")
    help_desk_ja = models.TextField(default="")
    may_follow_up = models.BooleanField(default=False)
    follow_up_until = models.DateField(null=True)
    reveals_until = models.DateTimeField()  # the links lead nowhere afterwards
    keep_until = models.DateField()
    rules = models.JSONField(default=dict)  # core.mail_drill.events.Rules
    header_code = models.CharField(max_length=64)  # of X-Kansa-Drill; says that a mail is ours, not whose it is
    questionnaire_token = models.CharField(max_length=64, default="")  # keyed hash; its link is the same for everybody
    questionnaire_until = models.DateField(null=True)
    submitted_by = models.CharField(max_length=100, default="")
    submitted_by_account = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=100, default="")
    approved_at = models.DateTimeField(null=True)
    approval_sha256 = models.CharField(max_length=64, default="")
    closed_at = models.DateTimeField(null=True)
    small_cell_k = models.IntegerField(default=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "drill"], name="drills_campaign_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="drills_campaign_state"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="drills_campaign_window"),
            models.CheckConstraint(condition=Q(reveals_until__gte=F("closes_at")), name="drills_campaign_reveal"),
            models.CheckConstraint(
                condition=Q(
                    day_begins_minute__gte=0,
                    day_ends_minute__gt=F("day_begins_minute"),
                    day_ends_minute__lte=LAST_MINUTE,
                ),
                name="drills_campaign_hours",
            ),
            models.CheckConstraint(
                condition=Q(pace_per_minute__gte=1, pace_per_domain__gte=1), name="drills_campaign_pace"
            ),
            models.CheckConstraint(
                condition=Q(may_follow_up=False) | Q(follow_up_until__isnull=False), name="drills_campaign_follow_up"
            ),
            models.CheckConstraint(condition=Q(small_cell_k__gte=2), name="drills_campaign_small_cells"),
        ]
        indexes = [
            models.Index(fields=["municipality", "header_code"], name="drills_campaign_header"),
            models.Index(fields=["municipality", "relay"], name="drills_campaign_relay"),
        ]


class DrillGroup(OfMunicipality):
    """対象の組: those who get the same mail. `content` is the scenario's text as it stood when it was chosen."""

    campaign = models.ForeignKey(DrillCampaign, on_delete=models.PROTECT, db_index=False, related_name="groups")
    code = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=120)
    scenario_code = models.CharField(max_length=40)
    content = models.TextField()
    difficulty = models.CharField(max_length=20)
    # The mails of this group from the moment approval is asked for; None while the plan is a draft.
    batch = models.ForeignKey(MailBatch, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "code"], name="drills_group_once"),
            models.CheckConstraint(condition=Q(difficulty__in=DIFFICULTIES), name="drills_group_difficulty"),
        ]
        indexes = [models.Index(fields=["municipality", "batch"], name="drills_group_batch")]
