"""Who may sign in, and in which roles?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from kansa.apps.people.models.organisation import Department, OfMunicipality, year_check
from kansa.apps.trail.models import TenantQuerySet
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES, ROLES


class AuditFirm(OfMunicipality):
    """受託事業者: the firm whose people audit; one that is no longer contracted is marked, not deleted."""

    name_ja = models.CharField(max_length=120)
    is_contracted = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name_ja"], name="people_firm_once")]


class AccountManager(BaseUserManager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Accounts, found by what was typed into the sign-in page."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of a login name, as Django's sign-in asks for it."""
        found: Account = self.get(login=username)
        return found


class Account(OfMunicipality, AbstractBaseUser):
    """A person who may sign in. Disabled, never deleted: the trail and every judgement go on naming the person."""

    # As Django has them, but for its translated names, which would show up as changes in another language.
    password = models.CharField(max_length=128)
    last_login = models.DateTimeField(null=True)
    # The Japanese names stand in what the password rules say.
    login = models.CharField("ログイン名", max_length=60, unique=True)
    name_ja = models.CharField("氏名", max_length=100)
    staff_number = models.CharField("職員番号", max_length=40, default="", blank=True)
    valid_through = models.IntegerField()  # the last fiscal year in which the account works, unless renewed
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    disabled_at = models.DateTimeField(null=True)

    objects = AccountManager()  # type: ignore[misc]
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=True, disabled_at__isnull=True) | Q(is_active=False, disabled_at__isnull=False),
                name="people_account_disabled",
            ),
            year_check("people_account_year", "valid_through"),
        ]
        indexes = [models.Index(fields=["municipality", "staff_number"], name="people_account_staff")]

    def __str__(self) -> str:
        return self.login


class Appointment(OfMunicipality):
    """任命: a role of a person in one fiscal year, for a department or a firm where the role needs one."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, db_index=False, related_name="appointments")
    fiscal_year = models.IntegerField()
    role = models.CharField(max_length=20)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    firm = models.ForeignKey(AuditFirm, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "account", "fiscal_year", "role"],
                condition=Q(department__isnull=True, firm__isnull=True),
                name="people_appointment_once",
            ),
            models.UniqueConstraint(
                fields=["municipality", "account", "fiscal_year", "role", "department"],
                condition=Q(department__isnull=False),
                name="people_appointment_in_department",
            ),
            models.UniqueConstraint(
                fields=["municipality", "account", "fiscal_year", "role", "firm"],
                condition=Q(firm__isnull=False),
                name="people_appointment_in_firm",
            ),
            models.CheckConstraint(condition=Q(role__in=ROLES), name="people_appointment_role"),
            models.CheckConstraint(
                condition=Q(role__in=sorted(DEPARTMENT_ROLES), department__isnull=False)
                | (~Q(role__in=sorted(DEPARTMENT_ROLES)) & Q(department__isnull=True)),
                name="people_appointment_department",
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(FIRM_ROLES), firm__isnull=False)
                | (~Q(role__in=sorted(FIRM_ROLES)) & Q(firm__isnull=True)),
                name="people_appointment_firm",
            ),
            year_check("people_appointment_year"),
        ]
        indexes = [models.Index(fields=["municipality", "fiscal_year", "role"], name="people_appointment_role_of")]
