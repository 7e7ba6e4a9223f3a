"""How do people get, lose and renew the right to sign in, and their roles?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from kansa.apps.people import models
from kansa.apps.people.actions.importing import lock_municipality
from kansa.apps.people.queries.accounts import (
    clear_failed_sign_ins,
    copied_appointments,
    firm_appointments,
    without_password,
)
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES, ROLES, ROLES_JA, Actor

PASSING_LENGTH = 16  # characters of a passing password
# Letters and digits that are not taken for each other when they are read from paper.
PASSING_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
MOST_AT_ONCE = 50  # passing passwords
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,59}")


@dataclass(frozen=True, slots=True)
class Duty:
    """A role to be given: with a department's or a firm's key where the role needs one."""

    role: str
    fiscal_year: int
    department_id: int | None = None
    firm_id: int | None = None


def refuse(code: str, reason_ja: str, field_ja: str) -> InputError:
    """A fault of one field of the form."""
    return InputError(Refusal(code, reason_ja, Place(column=field_ja)))


def check_password(password: str, account: models.Account) -> None:
    """Raises InputError with every rule that the password breaks."""
    try:
        validate_password(password, account)
    except ValidationError as fault:
        raise InputError(
            *(Refusal("weak_password", message, Place(column="パスワード")) for message in fault.messages)
        ) from None


def passing_password() -> str:
    """A password to be handed over once: 16 characters of 32 kinds, in groups of four."""
    letters = [secrets.choice(PASSING_LETTERS) for _ in range(PASSING_LENGTH)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, PASSING_LENGTH, 4))


def account_of(actor: Actor, account_id: int) -> models.Account:
    """An account of the actor's municipality. Raises RuleError when there is none."""
    found: models.Account | None = models.Account.objects.visible_to(actor).filter(pk=account_id).first()
    if found is None:
        raise RuleError("no_such_account", "このアカウントはありません。")
    return found


def told(account: models.Account) -> dict[str, object]:
    """What the trail keeps of an account: no password, no person's name beside the login."""
    return {"login": account.login, "valid_through": account.valid_through, "is_active": account.is_active}


def first_administrator(actor: Actor, login: str, name_ja: str, password: str) -> models.Account:
    """The first account of an installation, with the roles administrator and audit clerk.

    Raises RuleError when somebody can administer already, InputError for an unusable login name or password.
    """
    require(actor, "manage_accounts")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if models.Account.objects.visible_to(actor).exists():
            raise RuleError(
                "not_the_first", "アカウントは既に登録されています。画面の「アカウント」で追加してください。"
            )
        account = _create(actor, login, name_ja, "", fiscal_year_of(timezone.localdate()), password)
        for role in ("administrator", "audit_clerk"):
            _appoint(actor, account, Duty(role, account.valid_through))
    return account


def add_account(
    actor: Actor,
    login: str,
    name_ja: str,
    *,
    staff_number: str = "",
    valid_through: int,
    password: str | None,
    duties: Iterable[Duty] = (),
    must_change_password: bool = True,
) -> models.Account:
    """A new account. `password` None: signs in through the directory or single sign-on only.

    Raises InputError for a login name that is taken or unusable, a missing name, or a weak password.
    """
    require(actor, "manage_accounts")
    with transaction.atomic():
        account = _create(actor, login, name_ja, staff_number, valid_through, password, must_change_password)
        for duty in duties:
            _appoint(actor, account, duty)
    return account


def _create(
    actor: Actor,
    login: str,
    name_ja: str,
    staff_number: str,
    valid_through: int,
    password: str | None,
    must_change_password: bool = False,
) -> models.Account:
    login = login.strip().lower()
    if not LOGIN.fullmatch(login):
        raise refuse("bad_login", "半角の英小文字・数字・記号（._@+-）2〜60文字で入力してください。", "ログイン名")
    if not name_ja.strip():
        raise refuse("no_name", "氏名を入力してください。", "氏名")
    account = models.Account(
        municipality_id=actor.municipality_id,
        login=login,
        name_ja=name_ja.strip(),
        staff_number=staff_number.strip(),
        valid_through=valid_through,
        must_change_password=must_change_password and password is not None,
    )
    if password is None:
        account.set_unusable_password()
    else:
        check_password(password, account)
        account.set_password(password)
    if models.Account.objects.filter(login=login).exists():
        raise refuse("login_taken", f"ログイン名「{login}」は既に使われています。", "ログイン名")
    account.save()
    record(actor, "add", "account", login, {}, told(account))
    return account


def disable_account(actor: Actor, account_id: int) -> models.Account:
    """Closes an account. Nobody closes the own one, and the last administrator stays."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        account = account_of(actor, account_id)
        if account.pk == actor.account_id:
            raise RuleError("own_account", "自分のアカウントは停止できません。ほかの管理者に依頼してください。")
        _keep_an_administrator(actor, account)
        before = told(account)
        if account.is_active:
            account.is_active, account.disabled_at = False, timezone.now()
            account.save(update_fields=["is_active", "disabled_at"])
            record(actor, "disable", "account", account.login, before, told(account))
    return account


def enable_account(actor: Actor, account_id: int) -> models.Account:
    """Opens a closed account again."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        account = account_of(actor, account_id)
        before = told(account)
        if not account.is_active:
            account.is_active, account.disabled_at = True, None
            account.save(update_fields=["is_active", "disabled_at"])
            record(actor, "enable", "account", account.login, before, told(account))
    return account


def renew_account(actor: Actor, account_id: int, valid_through: int) -> models.Account:
    """Moves the last fiscal year of an account. Raises InputError for a year before the present one."""
    require(actor, "manage_accounts")
    if valid_through < fiscal_year_of(timezone.localdate()):
        raise refuse("past_year", "今年度以降の年度を入力してください。", "有効期限の年度")
    with transaction.atomic():
        account = account_of(actor, account_id)
        before = told(account)
        account.valid_through = valid_through
        account.save(update_fields=["valid_through"])
        record(actor, "renew", "account", account.login, before, told(account))
    return account


def reset_password(actor: Actor, account_id: int, password: str) -> models.Account:
    """Gives a passing password that has to be changed at the next sign-in, and forgets failed tries."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        account = account_of(actor, account_id)
        check_password(password, account)
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        record(actor, "reset_password", "account", account.login, {}, {})
    clear_failed_sign_ins(account)
    return account


def give_passwords(actor: Actor, account_ids: Sequence[int]) -> list[tuple[models.Account, str]]:
    """Passing passwords for people who have none and never signed in, as when each were added by hand.

    At most MOST_AT_ONCE: hashing takes time on purpose, and it is done before the database is asked to wait. Whoever
    got a password meanwhile is left out.
    """
    require(actor, "manage_accounts")
    chosen = list(without_password(actor).filter(pk__in=list(account_ids)[:MOST_AT_ONCE]))
    given = [(account, passing_password()) for account in chosen]
    for account, password in given:
        account.set_password(password)
        account.must_change_password = True
    made = []
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        still = set(without_password(actor).filter(pk__in=[one.pk for one in chosen]).values_list("pk", flat=True))
        for account, password in given:
            if account.pk in still:
                account.save(update_fields=["password", "must_change_password"])
                record(actor, "reset_password", "account", account.login, {}, {})
                made.append((account, password))
    return made


def unlock_account(actor: Actor, account_id: int) -> models.Account:
    """Lets a person try again at once who gave a wrong password too often."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        account = account_of(actor, account_id)
        record(actor, "unlock", "account", account.login, {}, {})
    clear_failed_sign_ins(account)
    return account


def remove_factors(actor: Actor, account_id: int) -> models.Account:
    """Takes codes, passkeys and recovery codes away from a person who lost them; the password alone counts again."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        account = account_of(actor, account_id)
        kinds = sorted(Authenticator.objects.filter(user=account).values_list("type", flat=True))
        if kinds:
            Authenticator.objects.filter(user=account).delete()
            record(actor, "remove_factors", "account", account.login, {"factors": kinds}, {})
    clear_failed_sign_ins(account)
    return account


def appoint(actor: Actor, account_id: int, duty: Duty) -> models.Appointment:
    """Gives a person a role. Raises InputError when the role lacks its department or firm, or is held already."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        return _appoint(actor, account_of(actor, account_id), duty)


def _appoint(actor: Actor, account: models.Account, duty: Duty) -> models.Appointment:
    _check_duty(actor, duty)
    try:
        with transaction.atomic():
            made = models.Appointment.objects.create(
                municipality_id=actor.municipality_id,
                account=account,
                fiscal_year=duty.fiscal_year,
                role=duty.role,
                department_id=duty.department_id,
                firm_id=duty.firm_id,
            )
    except IntegrityError:
        raise refuse("held_already", f"「{ROLES_JA[duty.role]}」は既に任命されています。", "役割") from None
    record(actor, "appoint", "account", account.login, {}, told_duty(made))
    return made


def _check_duty(actor: Actor, duty: Duty) -> None:
    if duty.role not in ROLES:
        raise refuse("unknown_role", "役割を一覧から選んでください。", "役割")
    name = ROLES_JA[duty.role]
    if (duty.role in DEPARTMENT_ROLES) != (duty.department_id is not None):
        needed = duty.role in DEPARTMENT_ROLES
        reason = f"「{name}」には課所等を選んでください。" if needed else f"「{name}」に課所等は指定できません。"
        raise refuse("department_needed", reason, "課所等")
    if (duty.role in FIRM_ROLES) != (duty.firm_id is not None):
        needed = duty.role in FIRM_ROLES
        reason = (
            f"「{name}」には監査事業者を選んでください。" if needed else f"「{name}」に監査事業者は指定できません。"
        )
        raise refuse("firm_needed", reason, "監査事業者")
    departments, firms = models.Department.objects.visible_to(actor), models.AuditFirm.objects.visible_to(actor)
    if duty.department_id is not None and not departments.filter(pk=duty.department_id).exists():
        raise refuse("unknown_department", "この課所等はありません。", "課所等")
    if duty.firm_id is not None and not firms.filter(pk=duty.firm_id, is_contracted=True).exists():
        raise refuse("unknown_firm", "この監査事業者はないか、契約が終わっています。", "監査事業者")


def told_duty(one: models.Appointment) -> dict[str, object]:
    """An appointment as the trail keeps it."""
    return {
        "role": one.role,
        "fiscal_year": one.fiscal_year,
        "department": one.department.code if one.department else "",
        "firm": one.firm.name_ja if one.firm else "",
    }


def dismiss(actor: Actor, appointment_id: int) -> None:
    """Takes a role away. The last administrator keeps the role."""
    require(actor, "manage_accounts")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        found = models.Appointment.objects.visible_to(actor).filter(pk=appointment_id).select_related("account").first()
        if found is None:
            raise RuleError("no_such_appointment", "この任命はありません。")
        if found.role == "administrator":
            _keep_an_administrator(actor, found.account)
        record(actor, "dismiss", "account", found.account.login, told_duty(found), {})
        found.delete()


def _keep_an_administrator(actor: Actor, leaving: models.Account) -> None:
    this_year = fiscal_year_of(timezone.localdate())
    others = models.Appointment.objects.visible_to(actor).filter(
        role="administrator", fiscal_year=this_year, account__is_active=True, account__valid_through__gte=this_year
    )
    is_one = others.filter(account=leaving).exists()
    if is_one and not others.exclude(account=leaving).exists():
        raise RuleError("last_administrator", "最後の管理者です。先にほかの人を管理者に任命してください。")


def copy_appointments(actor: Actor, fiscal_year: int) -> int:
    """Repeats last year's appointments in `fiscal_year` and renews those accounts; the number of roles given.

    Left out: disabled accounts, departments that no longer exist, firms that are no longer contracted.
    """
    require(actor, "manage_accounts")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        chosen = copied_appointments(actor, fiscal_year)
        for one in chosen:
            _appoint(actor, one.account, Duty(one.role, fiscal_year, one.department_id, one.firm_id))
            if one.account.valid_through < fiscal_year:
                before = told(one.account)
                one.account.valid_through = fiscal_year
                one.account.save(update_fields=["valid_through"])
                record(actor, "renew", "account", one.account.login, before, told(one.account))
    return len(chosen)


def register_firm(actor: Actor, name_ja: str) -> models.AuditFirm:
    """Registers an audit firm, or takes up a contract again. Raises InputError for an empty name."""
    require(actor, "manage_accounts")
    if not name_ja.strip():
        raise refuse("no_name", "監査事業者の名称を入力してください。", "監査事業者")
    with transaction.atomic():
        firm, is_new = models.AuditFirm.objects.get_or_create(
            municipality_id=actor.municipality_id, name_ja=name_ja.strip()
        )
        if is_new or not firm.is_contracted:
            firm.is_contracted = True
            firm.save(update_fields=["is_contracted"])
            record(actor, "register", "audit_firm", firm.name_ja, {}, {"is_contracted": True})
    return firm


def end_contract(actor: Actor, firm_id: int) -> models.AuditFirm:
    """Marks a firm as no longer contracted and dismisses its people from this fiscal year on.

    Earlier years keep their appointments. Raises RuleError when there is no such firm.
    """
    require(actor, "manage_accounts")
    with transaction.atomic():
        firm: models.AuditFirm | None = models.AuditFirm.objects.visible_to(actor).filter(pk=firm_id).first()
        if firm is None:
            raise RuleError("no_such_firm", "この監査事業者はありません。")
        if firm.is_contracted:
            this_year = fiscal_year_of(timezone.localdate())
            for one in firm_appointments(actor, firm.pk, this_year):
                record(actor, "dismiss", "account", one.account.login, told_duty(one), {})
                one.delete()
            firm.is_contracted = False
            firm.save(update_fields=["is_contracted"])
            record(actor, "end_contract", "audit_firm", firm.name_ja, {"is_contracted": True}, {"is_contracted": False})
    return firm
