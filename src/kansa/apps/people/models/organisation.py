"""Which departments and which people did the municipality have in a fiscal year?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from kansa.apps.trail.models import FromFile, TenantQuerySet
from kansa.formats.folding import matching_key

YEARS = (1990, 2200)  # fiscal years a row may carry; a typing error outside is refused by the database too


def year_check(name: str, field: str = "fiscal_year") -> models.CheckConstraint:
    """A database constraint: the fiscal year is a plausible one."""
    return models.CheckConstraint(condition=Q(**{f"{field}__range": YEARS}), name=name)


class Municipality(models.Model):
    """市区町村 (the tenant). Its id is 1 when kansa runs embedded."""

    name_ja = models.CharField(max_length=100)
    keeps_mail_addresses = models.BooleanField(default=False)  # sealed, so that reminders and drills reach people


class OfMunicipality(models.Model):
    """A row that belongs to one municipality; the key stands first in every index of the table."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, db_index=False, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True


class Department(OfMunicipality, FromFile):
    """課所等 with the fiscal years it existed in (inclusive); the same code may come back with other years."""

    code = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=120)
    bureau_ja = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    valid_from = models.IntegerField()
    valid_to = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "code", "valid_from"], name="people_department_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="people_department_years"
            ),
            year_check("people_department_from", "valid_from"),
        ]

    def is_called(self, name_ja: str) -> bool:
        """Whether a file means it by this name, which may have the bureau before it (総務部総務課)."""
        return matching_key(name_ja) in (matching_key(self.name_ja), matching_key(self.bureau_ja + self.name_ja))


class Succession(OfMunicipality, FromFile):
    """組織改編: from 1 April of `fiscal_year` the successor stands for the predecessor."""

    fiscal_year = models.IntegerField()
    kind = models.CharField(max_length=10)
    predecessor = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="successions")
    successor = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="origins")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "predecessor", "successor"], name="people_succession_once"
            ),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="people_succession_not_itself"),
            models.CheckConstraint(condition=Q(kind__in=["renamed", "merged", "split"]), name="people_succession_kind"),
            year_check("people_succession_year"),
        ]
        indexes = [models.Index(fields=["municipality", "successor"], name="people_succession_to")]


class StaffMember(OfMunicipality, FromFile):
    """職員 on the roster of one fiscal year (a snapshot: people move every 1 April).

    The mail address is kept as a keyed token, which serves to find the department of a drill's recipient; and, only
    where the municipality says so, sealed under a key of its own that the sender of mails alone uses (docs/adr/0030).
    """

    fiscal_year = models.IntegerField()
    staff_number = models.CharField(max_length=40)
    name_ja = models.CharField(max_length=100)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="staff")
    mail_token = models.CharField(max_length=64, default="")
    mail_sealed = models.CharField(max_length=600, default="")
    post_ja = models.CharField(max_length=100, default="")
    is_auditor = models.BooleanField(default=False)
    excluded_reason_ja = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "fiscal_year", "staff_number"], name="people_staff_once"),
            models.UniqueConstraint(
                fields=["municipality", "fiscal_year", "mail_token"],
                condition=~Q(mail_token=""),
                name="people_staff_mail_once",
            ),
            year_check("people_staff_year"),
        ]
        indexes = [models.Index(fields=["municipality", "department", "fiscal_year"], name="people_staff_department")]


class FormerPost(OfMunicipality):
    """過去の所属 that no roster of an earlier year holds: where a person worked in a fiscal year."""

    staff_number = models.CharField(max_length=40)
    fiscal_year = models.IntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, db_index=False, related_name="former_staff")
    post_ja = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "staff_number", "fiscal_year", "department"], name="people_former_once"
            ),
            year_check("people_former_year"),
        ]
