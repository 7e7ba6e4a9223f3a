"""How do accounts and roles come into being from a file?

A file holds no password, and an imported account has none until the administrator gives it a passing one. A file adds
people and roles and moves the last year on; it takes nothing away: a role ends on the screen, person by person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kansa.apps.people import models
from kansa.apps.people.queries import department_book
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, ToldAct, compare_table, place_of
from kansa.core.errors import Refusal
from kansa.core.permission import DEPARTMENT_ROLES, FIRM_ROLES
from kansa.formats.records import AccountRecord

FIRM_FIELDS = ("name_ja", "is_contracted")
ACCOUNT_FIELDS = ("login", "name_ja", "staff_number", "valid_through")
APPOINTMENT_FIELDS = ("account", "fiscal_year", "role", "department", "firm")


@dataclass
class _Wanted:
    """The rows of the plan while they are gathered."""

    accounts: dict[str, models.Account]
    firms: dict[str, models.AuditFirm]
    firm_rows: list[Row] = field(default_factory=list)
    duties: list[Row] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def plan_accounts(municipality_id: int, records: Sequence[AccountRecord], options: ImportOptions) -> ImportPlan:
    """What a file of accounts would change."""
    del options  # a file of accounts is never the whole list
    logins = {one.login for one in records}
    standing = models.Account.objects.filter(municipality_id=municipality_id, login__in=logins)
    firms = models.AuditFirm.objects.filter(municipality_id=municipality_id)
    wanted = _Wanted({one.login: one for one in standing}, {one.name_ja: one for one in firms})
    strangers = set(
        models.Account.objects.filter(login__in=logins)
        .exclude(municipality_id=municipality_id)
        .values_list("login", flat=True)
    )
    wanted.refusals += account_faults(records, wanted.accounts, strangers)
    rows = account_rows(municipality_id, records, wanted)
    duty_rows(municipality_id, records, wanted)
    held = models.Appointment.objects.filter(
        municipality_id=municipality_id, fiscal_year__in={one.fiscal_year for one in records}, account__login__in=logins
    )
    tables = (
        compare_table(models.AuditFirm, FIRM_FIELDS, 1, wanted.firm_rows, firms),
        compare_table(models.Account, ACCOUNT_FIELDS, 1, rows, standing, is_personal=True),
        compare_table(models.Appointment, APPOINTMENT_FIELDS, 5, wanted.duties, held, is_personal=True),
    )
    refusals = (*wanted.refusals, *(fault for table in tables for fault in table.refusals))
    people = (*tables[1].added, *(one.row for one in tables[1].changed))
    acts = (*map(told_account, people), *map(told_duty, tables[2].added))
    return ImportPlan("accounts", tables, refusals, acts=acts)


def account_faults(
    records: Sequence[AccountRecord], standing: dict[str, models.Account], strangers: set[str]
) -> Iterator[Refusal]:
    """Login names that are another municipality's, another person's, or closed."""
    for one in records:
        place = place_of(one.source, "ログイン名")
        known = standing.get(one.login)
        if one.login in strangers:
            yield Refusal("login_taken", f"ログイン名「{one.login}」は既に使われています。", place)
        elif known is not None and not known.is_active:
            reason = f"「{one.login}」は停止中です。先に「アカウント」の画面で再開してください。"
            yield Refusal("account_disabled", reason, place)
        elif known is not None and known.staff_number and one.staff_number not in ("", known.staff_number):
            reason = f"ログイン名「{one.login}」は、職員番号の違う人に使われています。"
            yield Refusal("account_of_two", reason, place)


def account_rows(municipality_id: int, records: Sequence[AccountRecord], wanted: _Wanted) -> list[Row]:
    """One row a person; the last year of an account never moves back."""
    rows: dict[str, Row] = {}
    said: dict[str, int] = {}
    roles: dict[str, int] = {}
    for one in records:
        if one.valid_through is not None:
            said[one.login] = max(one.valid_through, said.get(one.login, 0))
        roles[one.login] = max(one.fiscal_year, roles.get(one.login, 0))
    for one in records:
        if one.login in rows:
            continue
        known = wanted.accounts.get(one.login)
        through = max(said.get(one.login, roles[one.login]), known.valid_through if known else 0)
        number = one.staff_number or (known.staff_number if known else "")
        if known is None:
            known = wanted.accounts[one.login] = models.Account(municipality_id=municipality_id, login=one.login)
            known.set_unusable_password()
        values = (one.login, one.name_ja, number, through)
        rows[one.login] = Row(values, one.source, known if known.pk is None else None)
    return list(rows.values())


def duty_rows(municipality_id: int, records: Sequence[AccountRecord], wanted: _Wanted) -> None:
    """The roles, with department and firm where the role has one; a firm that is not registered yet is added."""
    book = department_book(municipality_id)
    for one in records:
        department, firm = None, None
        if one.role in DEPARTMENT_ROLES:
            department = book.find(one.department_code, one.fiscal_year)
            if department is None:
                reason = book.unknown_ja(one.department_code, one.fiscal_year)
                wanted.refusals.append(Refusal("unknown_department", reason, place_of(one.source, "所属コード")))
                continue
        if one.role in FIRM_ROLES:
            firm = firm_of(municipality_id, one, wanted)
            if not firm.is_contracted:
                reason = f"監査事業者「{one.firm_ja}」は契約が終わっています。"
                wanted.refusals.append(Refusal("unknown_firm", reason, place_of(one.source, "監査事業者")))
                continue
        values = (wanted.accounts[one.login], one.fiscal_year, one.role, department, firm)
        wanted.duties.append(Row(values, one.source))


def firm_of(municipality_id: int, one: AccountRecord, wanted: _Wanted) -> models.AuditFirm:
    """The firm of an external auditor."""
    firm = wanted.firms.get(one.firm_ja)
    if firm is None:
        firm = models.AuditFirm(municipality_id=municipality_id, name_ja=one.firm_ja)
        wanted.firms[one.firm_ja] = firm
        wanted.firm_rows.append(Row((one.firm_ja, True), one.source, firm))
    return firm


def told_account(row: Row) -> ToldAct:
    """A new or changed account in the trail: no name beside the login."""
    login, _name_ja, _number, through = row.values
    verb = "add" if row.instance is not None else "edit"
    return ToldAct(verb, "account", str(login), {"login": login, "valid_through": through})


def told_duty(row: Row) -> ToldAct:
    """A role in the trail."""
    account, fiscal_year, role, department, firm = row.values
    after = {
        "role": role,
        "fiscal_year": fiscal_year,
        "department": getattr(department, "code", ""),
        "firm": getattr(firm, "name_ja", ""),
    }
    return ToldAct("appoint", "account", str(getattr(account, "login", "")), after)
