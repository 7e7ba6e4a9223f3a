"""How do municipalities, departments and rosters come into being?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from django.db import connection, transaction

from kansa.apps.people import models
from kansa.apps.people.queries import MAIL_ADDRESS_KEY, DepartmentBook, department_book, keeps_mail_addresses
from kansa.apps.trail.actions import (
    ImportOptions,
    ImportPlan,
    Row,
    compare_table,
    place_of,
    record,
    require,
)
from kansa.apps.trail.queries import derived_key, person_token, sealed
from kansa.core.errors import Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.records import DepartmentRecord, StaffRecord

DEPARTMENT_FIELDS = ("code", "valid_from", "name_ja", "bureau_ja", "kind", "valid_to")
SUCCESSION_FIELDS = ("fiscal_year", "predecessor", "successor", "kind")
STAFF_FIELDS = (
    "fiscal_year",
    "staff_number",
    "name_ja",
    "department",
    "mail_token",
    "post_ja",
    "is_auditor",
    "excluded_reason_ja",
    "mail_sealed",
)


def found_municipality(actor: Actor, name_ja: str) -> models.Municipality:
    """Registers the actor's municipality, or gives it this name. Raises RuleError for an empty name."""
    require(actor, "import")
    if not name_ja.strip():
        raise RuleError("no_name", "市区町村の名称を指定してください。")
    with transaction.atomic():
        found = models.Municipality.objects.filter(pk=actor.municipality_id).first()
        if found is not None and found.name_ja == name_ja:
            return found
        before = {"name_ja": found.name_ja} if found else {}
        municipality, _ = models.Municipality.objects.update_or_create(
            pk=actor.municipality_id, defaults={"name_ja": name_ja}
        )
        record(actor, "found", "municipality", str(municipality.pk), dict(before), {"name_ja": name_ja})
    return municipality


def prepare_municipality(actor: Actor) -> models.Municipality:
    """The actor's municipality; one without a name yet when there is none, so that the first account has a place."""
    require(actor, "import")
    found, _is_new = models.Municipality.objects.get_or_create(pk=actor.municipality_id, defaults={"name_ja": ""})
    return found


def keep_mail_addresses(actor: Actor, *, keeps: bool) -> None:
    """Whether rosters keep addresses, sealed, from the next import on; switching it off erases those that are kept."""
    require(actor, "manage_relay")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        found = models.Municipality.objects.get(pk=actor.municipality_id)
        if found.keeps_mail_addresses == keeps:
            return
        models.Municipality.objects.filter(pk=found.pk).update(keeps_mail_addresses=keeps)
        if not keeps:
            models.StaffMember.objects.filter(municipality=found).exclude(mail_sealed="").update(mail_sealed="")
        before, after = {"keeps_mail_addresses": not keeps}, {"keeps_mail_addresses": keeps}
        record(actor, "set_address_keeping", "municipality", str(found.pk), before, after)


def lock_municipality(municipality_id: int) -> None:
    """Makes imports and freezes of one municipality wait for each other; inside a transaction.

    SQLite needs nothing: its transactions are IMMEDIATE. Raises RuleError when the municipality is not registered.
    """
    rows = models.Municipality.objects.filter(pk=municipality_id)
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    if rows.first() is None:
        raise RuleError("no_municipality", "市区町村が登録されていません。先に「kansa init」を実行してください。")


def plan_departments(municipality_id: int, records: Sequence[DepartmentRecord], options: ImportOptions) -> ImportPlan:
    """What a list of departments would change; successions are checked against the departments as they would stand."""
    standing = department_book(municipality_id)
    known = {(row.code, row.valid_from): row for rows in standing.rows.values() for row in rows}
    book = DepartmentBook()
    rows: list[Row] = []
    instances: dict[int, models.Department] = {}
    named = {(record.code, record.valid_from) for record in records}
    for key, department in known.items():
        if key not in named and not options.replace:
            book.add(department)
    for one in records:
        department = known.setdefault((one.code, one.valid_from), models.Department(municipality_id=municipality_id))
        values = (one.code, one.valid_from, one.name_ja, one.bureau_ja, one.kind, one.valid_to)
        rows.append(Row(values, one.source, department if department.pk is None else None))
        for name, value in zip(DEPARTMENT_FIELDS, values, strict=True):
            setattr(department, name, value)
        instances[id(one)] = department
        book.add(department)
    refusals = [*overlaps(records, book)]
    succession_rows: list[Row] = []
    for one in records:
        for result in successions_of(one, instances[id(one)], book):
            if isinstance(result, Refusal):
                refusals.append(result)
            else:
                succession_rows.append(result)
    objects = models.Department.objects.filter(municipality_id=municipality_id)
    departments = compare_table(models.Department, DEPARTMENT_FIELDS, 2, rows, objects, remove=options.replace)
    past = models.Succession.objects.filter(
        municipality_id=municipality_id,
        successor__in=[one.pk for one in instances.values() if one.pk is not None],
    )
    successions = compare_table(models.Succession, SUCCESSION_FIELDS, 3, succession_rows, past, remove=True)
    tables = (departments, successions)
    return ImportPlan("departments", tables, (*refusals, *departments.refusals, *successions.refusals))


def overlaps(records: Sequence[DepartmentRecord], book: DepartmentBook) -> Iterator[Refusal]:
    """Two departments may not have one code in the same fiscal year."""
    sources = {(one.code, one.valid_from): one.source for one in records}
    for code in sorted({one.code for one in records}):
        rows = sorted({id(row): row for row in book.rows[code]}.values(), key=lambda row: row.valid_from)
        for earlier, later in pairwise(rows):
            if earlier.valid_from == later.valid_from:
                continue  # two rows of one file about the same department: compare_table refuses them if they differ
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                source = sources.get((code, later.valid_from)) or sources.get((code, earlier.valid_from))
                reason = f"課所等「{code}」の有効な年度が、同じコードの別の行と重なっています。"
                yield Refusal("validity_overlap", reason, place_of(source, "開始年度"))


def successions_of(
    one: DepartmentRecord, successor: models.Department, book: DepartmentBook
) -> Iterator[Row | Refusal]:
    """The successions a record declares, or why they cannot be."""
    place = place_of(one.source, "改編前コード")
    if one.succession and not one.predecessor_codes:
        yield Refusal("no_predecessor", "改編区分がありますが、改編前コードがありません。", place)
    if one.predecessor_codes and not one.succession:
        yield Refusal("no_succession", "改編前コードがありますが、改編区分がありません。", place)
        return
    for code in one.predecessor_codes:
        predecessor = book.find(code, one.valid_from - 1)
        rows = book.rows.get(code, [])
        if code == one.code and predecessor is None:
            reason = f"課所等「{code}」が自分自身を改編前にしています。"
            yield Refusal("succession_of_itself", reason, place)
        elif not rows:
            yield Refusal("unknown_department", f"改編前の課所等「{code}」は登録されていません。", place)
        elif predecessor is None:
            reason = f"改編前「{code}」は承継の前年度（{one.valid_from - 1}年度）に存在しません。間が空いています。"
            if all(row.valid_from >= one.valid_from for row in rows):
                reason = f"改編前「{code}」は承継する側より後に始まっています。前後が逆か、循環しています。"
                yield Refusal("succession_cycle", reason, place)
            else:
                yield Refusal("validity_gap", reason, place)
        elif one.succession != "split" and (predecessor.valid_to is None or predecessor.valid_to >= one.valid_from):
            reason = f"改編前「{code}」の終了年度が{one.valid_from - 1}年度になっていません。"
            yield Refusal("predecessor_still_valid", reason, place)
        else:
            yield Row((one.valid_from, predecessor, successor, one.succession), one.source)


def plan_staff(municipality_id: int, records: Sequence[StaffRecord], options: ImportOptions) -> ImportPlan:
    """What a roster would change. A blank mail address leaves the one that is known."""
    book = department_book(municipality_id)
    years = {one.fiscal_year for one in records}
    objects = models.StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year__in=years)
    known = {
        row[:2]: row[2:] for row in objects.values_list("fiscal_year", "staff_number", "mail_token", "mail_sealed")
    }
    key, mail_key = derived_key("person"), derived_key(MAIL_ADDRESS_KEY)
    keeps = keeps_mail_addresses(municipality_id)
    refusals: list[Refusal] = []
    rows: list[Row] = []
    for one in records:
        department = book.find(one.department_code, one.fiscal_year)
        if department is None:
            reason = book.unknown_ja(one.department_code, one.fiscal_year)
            refusals.append(Refusal("unknown_department", reason, place_of(one.source, "所属コード")))
            continue
        mail = person_token(municipality_id, "mail", one.mail_address, key=key)
        place = f"staff/{municipality_id}/{one.fiscal_year}/{one.staff_number}"
        hidden = sealed(mail_key, one.mail_address.strip(), place) if keeps and len(one.mail_address) < 255 else ""
        if not mail:
            mail, hidden = known.get((one.fiscal_year, one.staff_number), ("", ""))
        rows.append(
            Row(
                (
                    one.fiscal_year,
                    one.staff_number,
                    one.name_ja,
                    department,
                    mail,
                    one.post_ja,
                    one.is_auditor,
                    one.excluded_reason_ja,
                    hidden,
                ),
                one.source,
            )
        )
    refusals += shared_mails(rows, {key: mail for key, (mail, _hidden) in known.items()})
    table = compare_table(models.StaffMember, STAFF_FIELDS, 2, rows, objects, remove=options.replace, is_personal=True)
    return ImportPlan("staff", (table,), (*refusals, *table.refusals))


def shared_mails(rows: Iterable[Row], mails: dict[tuple[int, str], str]) -> Iterator[Refusal]:
    """One mail address may not belong to two people in one year: a drill could not tell them apart."""
    wanted = [(int(str(row.values[0])), str(row.values[1]), str(row.values[4]), row.source) for row in rows]
    changed = {(year, number) for year, number, _, _ in wanted}
    owners = {(key[0], token): key[1] for key, token in mails.items() if token and key not in changed}
    for year, number, token, source in wanted:
        if token and owners.setdefault((year, token), number) != number:
            reason = "同じメールアドレスが別の職員にも登録されています。"
            yield Refusal("shared_mail", reason, place_of(source, "メールアドレス"))
