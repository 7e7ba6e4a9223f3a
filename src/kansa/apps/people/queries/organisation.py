"""Which departments, successions and people did a fiscal year have, as frozen values?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.db.models import ManyToOneRel, Model, Q

from kansa.apps.people import models
from kansa.apps.trail.models import TenantQuerySet
from kansa.apps.trail.queries import SOURCE_VALUES, one_row, sourced
from kansa.core import year
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.folding import matching_key


@dataclass
class DepartmentBook:
    """All departments of a municipality in memory, found by code and fiscal year."""

    rows: dict[str, list[models.Department]] = field(default_factory=dict)

    def add(self, department: models.Department) -> None:
        """Puts one more department into the book."""
        self.rows.setdefault(department.code, []).append(department)

    def find(self, code: str, fiscal_year: int) -> models.Department | None:
        """The department that had this code in this year; None when there was none."""
        for department in self.rows.get(code, ()):
            if department.valid_from <= fiscal_year and (
                department.valid_to is None or fiscal_year <= department.valid_to
            ):
                return department
        return None

    def named(self, name_ja: str, fiscal_year: int, bureau_ja: str = "") -> list[models.Department]:
        """The departments of this name in this year, of the bureau where one is told, by code.

        A name may be written with its bureau before it (総務部総務課).
        """
        bureau = matching_key(bureau_ja)
        standing = (self.find(code, fiscal_year) for code in sorted(self.rows))
        same = [one for one in standing if one is not None and one.is_called(name_ja)]
        return [one for one in same if matching_key(one.bureau_ja) == bureau] or same if bureau else same

    def called(self, words: str, fiscal_year: int) -> models.Department | str:
        """The department of a code or name in this year; why not, in Japanese, when there is not exactly one."""
        found = self.find(words, fiscal_year)
        if found is not None:
            return found
        named = self.named(words, fiscal_year)
        if len(named) > 1:
            return f"課所等「{words[:40]}」は二つ以上あります。所属コードの列を使ってください。"
        return named[0] if named else self.unnamed_ja(words[:40], fiscal_year)

    def unnamed_ja(self, name_ja: str, fiscal_year: int) -> str:
        """Why `named` found nothing, with the most similar name."""
        known = [one.name_ja for code in self.rows if (one := self.find(code, fiscal_year)) is not None]
        near = get_close_matches(name_ja, known, n=1)
        hint = f"「{near[0]}」ではありませんか。" if near else "名称を確かめるか、所属コードの列を加えてください。"
        return f"課所等「{name_ja}」は{era_year_ja(fiscal_year)}に登録されていません。{hint}"

    def unknown_ja(self, code: str, fiscal_year: int) -> str:
        """Why `find` found nothing, and what helps."""
        year_ja = era_year_ja(fiscal_year)
        if code in self.rows:
            return f"課所等「{code}」は{year_ja}には存在しません（有効な年度を確かめてください）。"
        return f"課所等「{code}」は登録されていません。先に課所等の一覧を取り込んでください。"


def department_book(municipality_id: int) -> DepartmentBook:
    """Every department, of all years; one query."""
    book = DepartmentBook()
    rows = models.Department.objects.filter(municipality_id=municipality_id)
    for department in rows.order_by("code", "valid_from"):
        book.add(department)
    return book


def municipality_ids() -> list[int]:
    """Every municipality this installation serves; one when embedded."""
    return list(models.Municipality.objects.order_by("pk").values_list("pk", flat=True))


def municipality_of(actor: Actor) -> models.Municipality:
    """The actor's municipality. Raises Municipality.DoesNotExist before `kansa init`."""
    return models.Municipality.objects.get(pk=actor.municipality_id)


def departments(municipality_id: int, fiscal_year: int) -> tuple[year.Department, ...]:
    """課所等 of one fiscal year, by code."""
    rows = (
        models.Department.objects.filter(municipality_id=municipality_id, valid_from__lte=fiscal_year)
        .exclude(valid_to__lt=fiscal_year)
        .order_by("code")
        .values_list("code", "name_ja", "bureau_ja", "kind", *SOURCE_VALUES)
    )
    return tuple(year.Department(*sourced(row)) for row in rows)


def successions(municipality_id: int, first_year: int, last_year: int) -> tuple[year.Succession, ...]:
    """組織改編 that took effect in these fiscal years; a department that ended without a successor is `closed`."""
    rows = models.Succession.objects.filter(
        municipality_id=municipality_id, fiscal_year__range=(first_year, last_year)
    ).values_list("fiscal_year", "kind", "predecessor__code", "successor__code", *SOURCE_VALUES)
    known = [year.Succession(*sourced(row)) for row in rows]
    followed = {(succession.fiscal_year, succession.predecessor_code) for succession in known}
    ended = models.Department.objects.filter(
        municipality_id=municipality_id, valid_to__range=(first_year - 1, last_year - 1)
    ).values_list("valid_to", "code", *SOURCE_VALUES)
    starts = set(models.Department.objects.filter(municipality_id=municipality_id).values_list("code", "valid_from"))
    for valid_to, code, *source in ended:
        if (valid_to + 1, code) not in followed and (code, valid_to + 1) not in starts:
            known.append(year.Succession(valid_to + 1, "closed", code, "", one_row(*source)))
    return tuple(sorted(known, key=lambda one: (one.fiscal_year, one.predecessor_code, one.successor_code)))


def roster_counts(municipality_id: int, fiscal_year: int) -> Counter[str]:
    """Department code -> people on the roster of the year, those with a reason of exclusion left out."""
    rows = models.StaffMember.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, excluded_reason_ja=""
    ).values_list("department__code", flat=True)
    return Counter(rows)


def staff_by_number(municipality_id: int, fiscal_years: Iterable[int]) -> dict[tuple[int, str], models.StaffMember]:
    """(fiscal year, staff number) -> person; one query."""
    rows = models.StaffMember.objects.filter(
        municipality_id=municipality_id, fiscal_year__in=sorted(set(fiscal_years))
    ).select_related("department")
    return {(person.fiscal_year, person.staff_number): person for person in rows}


def lineage_of(municipality_id: int, department_ids: Iterable[int]) -> frozenset[int]:
    """Keys of these departments and of every one they stand for: renamed, merged or split from.

    One query; a municipality has few successions.
    """
    found = set(department_ids)
    if not found:
        return frozenset()
    origins: dict[int, set[int]] = {}
    links = models.Succession.objects.filter(municipality_id=municipality_id)
    for successor, predecessor in links.values_list("successor_id", "predecessor_id"):
        origins.setdefault(successor, set()).add(predecessor)
    waiting = list(found)
    while waiting:
        for predecessor in origins.get(waiting.pop(), ()):
            if predecessor not in found:
                found.add(predecessor)
                waiting.append(predecessor)
    return frozenset(found)


def posts_of(municipality_id: int, staff_numbers: Iterable[str], first_year: int) -> dict[str, list[tuple[int, str]]]:
    """Staff number -> (fiscal year, department code) since `first_year`: from the rosters, and as entered by hand."""
    found: dict[str, list[tuple[int, str]]] = {}
    wanted = sorted(set(staff_numbers))
    for model in (models.StaffMember, models.FormerPost):
        rows = model._default_manager.filter(
            municipality_id=municipality_id, staff_number__in=wanted, fiscal_year__gte=first_year
        )
        for number, fiscal_year, code in rows.values_list("staff_number", "fiscal_year", "department__code"):
            found.setdefault(number, []).append((fiscal_year, code))
    return {number: sorted(set(posts)) for number, posts in found.items()}


@dataclass(frozen=True, slots=True)
class Post:
    """Where a person worked in a fiscal year. `entered`: the number of the row when it was typed in, else None."""

    fiscal_year: int
    department: models.Department
    post_ja: str
    entered: int | None


def posts_by_year(actor: Actor, staff_number: str) -> list[Post]:
    """Every known post of a person, newest first: from the rosters, and as entered by hand."""
    found = []
    for model in (models.StaffMember, models.FormerPost):
        rows = model._default_manager.filter(municipality_id=actor.municipality_id, staff_number=staff_number)
        is_entered = model is models.FormerPost
        for row in rows.select_related("department"):
            found.append(Post(row.fiscal_year, row.department, row.post_ja, row.pk if is_entered else None))
    return sorted(found, key=lambda one: (-one.fiscal_year, one.department.code, one.entered or 0))


def roster(actor: Actor, fiscal_year: int, words: str) -> TenantQuerySet:
    """職員 of one fiscal year by staff number; every word in number, name, department or post."""
    rows = models.StaffMember.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
    for word in words.split():
        rows = rows.filter(
            Q(staff_number__icontains=word)
            | Q(name_ja__icontains=word)
            | Q(post_ja__icontains=word)
            | Q(department__name_ja__icontains=word)
            | Q(department__code=word)
        )
    return rows.select_related("department").order_by("staff_number")


def roster_years(actor: Actor) -> list[int]:
    """The fiscal years with a roster, newest first."""
    rows = models.StaffMember.objects.visible_to(actor).values_list("fiscal_year", flat=True).distinct()
    return sorted(rows, reverse=True)


def roster_years_before(municipality_id: int, fiscal_year: int) -> list[int]:
    """The fiscal years before `fiscal_year` with a roster, newest first."""
    rows = models.StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year__lt=fiscal_year)
    return sorted(rows.values_list("fiscal_year", flat=True).distinct(), reverse=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One succession in the history of a department."""

    fiscal_year: int
    kind: str
    predecessor: models.Department
    successor: models.Department


def history_of(department: models.Department) -> tuple[list[Step], list[Step]]:
    """What the department came from, and what became of it, over all years; oldest first. One query."""
    rows = models.Succession.objects.filter(municipality_id=department.municipality_id)
    links = list(rows.select_related("predecessor", "successor").order_by("fiscal_year", "predecessor__code"))

    def followed(start: int, near: str, far: str) -> list[Step]:
        reached, steps, grown = {start}, set[int](), True
        while grown:
            grown = False
            for one in links:
                if one.pk not in steps and getattr(one, near) in reached:
                    steps.add(one.pk)
                    reached.add(getattr(one, far))
                    grown = True
        return [Step(one.fiscal_year, one.kind, one.predecessor, one.successor) for one in links if one.pk in steps]

    return followed(department.pk, "successor_id", "predecessor_id"), followed(
        department.pk, "predecessor_id", "successor_id"
    )


def department_at(actor: Actor, code: str, valid_from: int) -> models.Department | None:
    """The department with this code that began in this fiscal year."""
    found: models.Department | None = (
        models.Department.objects.visible_to(actor).filter(code=code, valid_from=valid_from).first()
    )
    return found


def left_behind(department: models.Department, last_year: int) -> dict[str, int]:
    """How many rosters' entries, appointments and other records of later years name a department that ends.

    Keys: staff, appointments, others. Other records are counted where they carry a fiscal year of their own.
    """
    counts = {"staff": 0, "appointments": 0, "others": 0}
    names: dict[type[Model], str] = {models.StaffMember: "staff", models.Appointment: "appointments"}
    for relation in department._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ManyToOneRel) or relation.related_model is models.Succession:
            continue
        model = relation.related_model
        if any(field.name == "fiscal_year" for field in model._meta.concrete_fields):
            rows = model._default_manager.filter(**{relation.field.name: department, "fiscal_year__gt": last_year})
            counts[names.get(model, "others")] += rows.count()
    return counts


MAIL_ADDRESS_KEY = "mail_address"  # purpose of the key that seals the addresses of rosters


def keeps_mail_addresses(municipality_id: int) -> bool:
    """Whether rosters keep addresses, sealed."""
    return models.Municipality.objects.filter(pk=municipality_id, keeps_mail_addresses=True).exists()


def sealed_addresses(municipality_id: int, fiscal_year: int) -> list[tuple[str, str]]:
    """Staff number and sealed address of a year's roster; kansa.apps.mail opens them for the sender."""
    rows = models.StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    return list(rows.exclude(mail_sealed="").order_by("staff_number").values_list("staff_number", "mail_sealed"))
