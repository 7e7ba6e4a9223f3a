"""Who was asked in a self-inspection, and how did each department answer?

A respondent is one row of three bit masks (bit = ControlItem.bit); reports read only the tally, which is also the
privacy boundary: the responses may be erased, the tally stays. No table joins a response to a person unless the
campaign is an identified one (docs/adr/0025): a response has no time, no order and no key that a person's row has.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.controls.models import Checklist, ControlItem
from kansa.apps.mail.models import MailBatch, MailRelay
from kansa.apps.people.models import Department, OfMunicipality
from kansa.apps.trail.models import FromFile
from kansa.core.inspection import PRIVACIES, STATES


class Response(OfMunicipality, FromFile):
    """One respondent, known by a keyed token only.

    met: answered はい; applicable: answered はい or いいえ; answered: any answer, 該当なし included.
    plane_0 .. plane_2: the level of a scale as three bits, 0 = none; met and applicable follow the rule of the item.
    """

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="responses")
    respondent_token = models.CharField(max_length=64)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    job_type = models.CharField(max_length=200, default="")
    met = models.BigIntegerField()
    applicable = models.BigIntegerField()
    answered = models.BigIntegerField()
    plane_0 = models.BigIntegerField(default=0)
    plane_1 = models.BigIntegerField(default=0)
    plane_2 = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "checklist", "respondent_token"], name="self_inspection_response_once"
            ),
            # A bit set in a smaller mask is set in the larger one, so the masks are ordered as numbers too.
            models.CheckConstraint(
                condition=Q(met__gte=0, met__lte=F("applicable"), applicable__lte=F("answered")),
                name="self_inspection_response_masks",
            ),
            models.CheckConstraint(
                condition=Q(
                    plane_0__gte=0,
                    plane_0__lte=F("answered"),
                    plane_1__gte=0,
                    plane_1__lte=F("answered"),
                    plane_2__gte=0,
                    plane_2__lte=F("answered"),
                ),
                name="self_inspection_response_planes",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "department"], name="self_inspection_response_dept")]


class DepartmentTally(OfMunicipality):
    """How many people of a department and job type answered; the rows of a department add up to it."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="tallies")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    job_type = models.CharField(max_length=200, default="")
    respondent_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "checklist", "department", "job_type"], name="self_inspection_department_once"
            ),
            models.CheckConstraint(condition=Q(respondent_count__gte=1), name="self_inspection_respondents"),
        ]


class Tally(OfMunicipality):
    """Counts of one department, job type and item; with the levels outside the rate they are all who were asked.

    Somebody who was not asked is in none of the counts; an item that nobody of them was asked has no row.
    """

    department_tally = models.ForeignKey(
        DepartmentTally, on_delete=models.CASCADE, db_index=False, related_name="items"
    )
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    yes_count = models.IntegerField()
    no_count = models.IntegerField()
    not_applicable_count = models.IntegerField()
    blank_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "department_tally", "item"], name="self_inspection_tally_once"
            ),
            models.CheckConstraint(
                condition=Q(yes_count__gte=0, no_count__gte=0, not_applicable_count__gte=0, blank_count__gte=0),
                name="self_inspection_tally_counts",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "item"], name="self_inspection_tally_item")]


class KeptDecision(OfMunicipality):
    """公開範囲の決定: that the results of a year were decided from this input; the groups hold what may be printed."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="kept_decisions")
    input_sha256 = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "checklist"], name="self_inspection_decision_once")
        ]


class KeptGroup(OfMunicipality):
    """A group of a kept decision: a letter for the state of each cell, and the numbers of the printed ones only."""

    decision = models.ForeignKey(KeptDecision, on_delete=models.CASCADE, db_index=False, related_name="groups")
    group = models.TextField()
    respondent_count = models.IntegerField()
    asked_count = models.IntegerField()
    states = models.TextField()
    numbers = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "decision", "group"], name="self_inspection_kept_group_once"
            )
        ]


class TallyLevel(OfMunicipality):
    """How many people of a department and job type chose one level of a scale; a level that nobody chose has no row."""

    department_tally = models.ForeignKey(
        DepartmentTally, on_delete=models.CASCADE, db_index=False, related_name="levels"
    )
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    level = models.IntegerField()
    level_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "department_tally", "item", "level"], name="self_inspection_level_once"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 7), level_count__gte=1), name="self_inspection_level_counts"
            ),
        ]
        indexes = [models.Index(fields=["municipality", "item"], name="self_inspection_level_item")]


class TallySource(OfMunicipality, FromFile):
    """The rows of one sheet that a department's tally was counted from, as run-length text; kept when answers go."""

    department_tally = models.ForeignKey(
        DepartmentTally, on_delete=models.CASCADE, db_index=False, related_name="sources"
    )
    rows = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "department_tally", "source_file", "sheet"], name="self_inspection_source_once"
            )
        ]


class Campaign(OfMunicipality):
    """自己点検の実施: one asking of a year's checklist, with the promise that was made to those who answer."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, db_index=False, related_name="campaigns")
    title_ja = models.CharField(max_length=200)
    explanation_ja = models.TextField(default="")
    opens_on = models.DateField()
    closes_on = models.DateField()
    privacy = models.CharField(max_length=20)
    state = models.CharField(max_length=20, default="draft")
    small_cell_k = models.IntegerField(default=0)  # the year's rule as it was when the campaign was opened
    job_types = models.TextField(default="")  # that answers are stored under, one a line; a key names one by its line
    # Copies of the database that were begun while it was open: a key of answers says after which one it was given out.
    copy_number = models.BigIntegerField(default=0)
    void_keys = models.JSONField(default=list)  # [department, job type, from, to]: keys that a restored copy knows not

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "checklist"], name="self_inspection_campaign_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="self_inspection_campaign_days"),
            models.CheckConstraint(condition=Q(privacy__in=PRIVACIES), name="self_inspection_campaign_privacy"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="self_inspection_campaign_state"),
        ]


class CampaignItem(OfMunicipality):
    """An item at its place in a campaign that was opened; what it refers to may not ask something else any more."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="places")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    position = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "position"], name="self_inspection_place_once"),
            models.UniqueConstraint(fields=["municipality", "campaign", "item"], name="self_inspection_item_once"),
        ]


class CampaignMember(OfMunicipality):
    """対象者: a person of the roster as it was when the campaign was opened; one with a reason is not asked.

    `counted_in`, `counted_as`: the department and the job type that the answers are stored under. `has_begun` has no
    time, and is used in confidential campaigns only, until closing: there a person gets a key of the own answers once.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="members")
    staff_number = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=100)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    counted_in = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    job_type = models.CharField(max_length=200, default="")
    counted_as = models.CharField(max_length=200, default="")
    excluded_reason_ja = models.CharField(max_length=200, default="")
    has_begun = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "campaign", "staff_number"], name="self_inspection_member_once"
            )
        ]
        indexes = [models.Index(fields=["municipality", "campaign", "department"], name="self_inspection_member_dept")]


class Slip(OfMunicipality):
    """回答票: a printed code, kept as its keyed hash only. Without a member in an anonymous campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="slips")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    member = models.ForeignKey(
        CampaignMember, on_delete=models.PROTECT, null=True, db_index=False, related_name="slips"
    )
    job_type = models.CharField(max_length=200, default="")
    code_token = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "code_token"], name="self_inspection_slip_once")
        ]
        indexes = [models.Index(fields=["municipality", "campaign", "department"], name="self_inspection_slip_dept")]


class PaperEntry(OfMunicipality):
    """紙の回答の入力: whose sheet of an identified campaign was typed in by somebody else, and by whom."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="papers")
    member = models.ForeignKey(CampaignMember, on_delete=models.PROTECT, db_index=False, related_name="papers")
    entered_by = models.CharField(max_length=100)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "member"], name="self_inspection_paper_once")
        ]


class Comment(OfMunicipality):
    """自由記述: what somebody wrote to an item, without time, department, or any key that an answer or a person has.

    `comment_token` leads the writer back to the own words until closing; then it becomes one by chance (docs/adr/0027).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="comments")
    item = models.ForeignKey(ControlItem, on_delete=models.PROTECT, db_index=False, related_name="+")
    comment_token = models.CharField(max_length=64)
    text_ja = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "campaign", "item", "comment_token"], name="self_inspection_comment_once"
            )
        ]


class SheetIntake(OfMunicipality, FromFile):
    """回答用紙の受領: one sheet of a workplace that was taken in, how many people it held, and who brought it.

    `source_file`: the original, of identified campaigns only (docs/adr/0028). `is_late`: received after the deadline;
    its answers are in no figure. `is_finished`: the answers were written, in a transaction after that of the people.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="intakes")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    serial = models.CharField(max_length=32)
    line_count = models.IntegerField()
    is_late = models.BooleanField(default=False)
    is_finished = models.BooleanField(default=True)
    entered_by = models.CharField(max_length=100)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "campaign", "serial", "is_late"], name="self_inspection_intake_once"
            ),
            models.CheckConstraint(condition=Q(line_count__gte=0), name="self_inspection_intake_lines"),
        ]
        indexes = [models.Index(fields=["municipality", "campaign", "department"], name="self_inspection_intake_dept")]


class SheetAnswer(OfMunicipality):
    """What a sheet said of one person of an identified campaign, to tell later whose answer is the newer one.

    Late ones are kept here only, apart from what is counted; without a member in the modes that name nobody.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="sheet_answers")
    member = models.ForeignKey(
        CampaignMember, on_delete=models.PROTECT, null=True, db_index=False, related_name="sheet_answers"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_late = models.BooleanField(default=False)
    met = models.BigIntegerField()
    applicable = models.BigIntegerField()
    answered = models.BigIntegerField()
    plane_0 = models.BigIntegerField(default=0)
    plane_1 = models.BigIntegerField(default=0)
    plane_2 = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "campaign", "member"],
                condition=Q(member__isnull=False),
                name="self_inspection_sheet_answer_once",
            ),
            models.CheckConstraint(
                condition=Q(met__gte=0, met__lte=F("applicable"), applicable__lte=F("answered")),
                name="self_inspection_sheet_answer_masks",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "campaign"], name="self_inspection_sheet_camp")]


class SavedMapping(OfMunicipality):
    """取込みの対応表: which column of a past year's file is which, kept by name for the next file."""

    name_ja = models.CharField(max_length=100)
    mapping = models.JSONField()
    saved_by = models.CharField(max_length=100)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name_ja"], name="self_inspection_mapping_once")]


class ReminderRule(OfMunicipality):
    """催促のきまり of one campaign; without a row the defaults hold. Whoever approves it is not who saved it.

    `days_before`: when it reminds by itself, as days before the deadline; only while it is approved.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="reminder_rules")
    most_count = models.IntegerField(default=3)
    gap_days = models.IntegerField(default=5)
    days_before = models.CharField(max_length=60, default="")
    to_people = models.BooleanField(default=True)
    to_heads = models.BooleanField(default=True)
    relay = models.ForeignKey(MailRelay, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    from_address = models.CharField(max_length=254, default="")
    subject_ja = models.CharField(max_length=200)
    text_ja = models.TextField()
    head_subject_ja = models.CharField(max_length=200)
    head_text_ja = models.TextField()
    address = models.CharField(max_length=200, default="")  # where kansa is opened, as the office that saved it sees it
    saved_by = models.CharField(max_length=100, default="")
    saved_account = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=100, default="")
    approved_account = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign"], name="self_inspection_reminder_rule_once"),
            models.CheckConstraint(
                condition=Q(most_count__gte=1, gap_days__gte=1), name="self_inspection_reminder_limits"
            ),
        ]


class Reminder(OfMunicipality):
    """催促: one round of reminders. `days_before`: of those that were made by themselves, which of the rule's days."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="reminders")
    number = models.IntegerField()
    made_on = models.DateField()
    made_by = models.CharField(max_length=100)
    days_before = models.IntegerField(null=True)
    mail_batch = models.ForeignKey(MailBatch, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    head_batch = models.ForeignKey(MailBatch, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "campaign", "number"], name="self_inspection_reminder_once")
        ]


class ReminderDepartment(OfMunicipality):
    """How many people of a department a round was for, and how they were reached. Counts only; these stay."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, db_index=False, related_name="departments")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="+")
    reminded_count = models.IntegerField()
    mail_count = models.IntegerField()
    slip_count = models.IntegerField()
    head_count = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "reminder", "department"], name="self_inspection_reminder_department_once"
            )
        ]


class ReminderMark(OfMunicipality):
    """Whom a round was for: what the limits count, and who gets a printed slip. Erased when the campaign is closed."""

    reminder = models.ForeignKey(Reminder, on_delete=models.PROTECT, db_index=False, related_name="marks")
    member = models.ForeignKey(CampaignMember, on_delete=models.PROTECT, db_index=False, related_name="reminder_marks")
    is_by_slip = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "reminder", "member"], name="self_inspection_mark_once")
        ]
        indexes = [models.Index(fields=["municipality", "member"], name="self_inspection_mark_member")]
