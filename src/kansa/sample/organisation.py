"""Who works where in the sample city, and what changed on 1 April 2024?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from kansa.formats.records import DepartmentRecord, Source, StaffRecord
from kansa.sample.targets import AUDITOR_COUNT, PRIOR_YEAR, STAFF_COUNT, THIS_YEAR
from kansa.sample.texts import DepartmentText, departments, departments_of

NOT_FROM_A_FILE = Source("", "", "", 0)
MAIL_DOMAIN = "mihon.example"
AWAY_REASONS_JA = ("育児休業", "休職", "他団体へ派遣", "育児休業", "病気休暇")
AWAY_COUNT = 35
RETIRED_COUNT = 62
MOVED_PER_CENT = 13
HEAD_POSTS_JA = {"nursery": "園長", "branch_office": "支所長", "facility": "所長"}


def department_records() -> tuple[DepartmentRecord, ...]:
    """Every department with its validity and what it came from."""
    return tuple(
        DepartmentRecord(
            code=department.code,
            name_ja=department.name_ja,
            bureau_ja=department.bureau_ja,
            kind=department.kind,
            valid_from=department.valid_from,
            valid_to=department.valid_to,
            succession=department.succession,
            predecessor_codes=department.predecessors,
            source=NOT_FROM_A_FILE,
        )
        for department in departments()
    )


def root_code(code: str) -> str:
    """The oldest code of a department that was only renamed: its habits stay with it."""
    for department in departments():
        if department.code == code and department.succession == "renamed":
            return root_code(department.predecessors[0])
    return code


def staff_records(chance: Random) -> dict[int, tuple[StaffRecord, ...]]:
    """The rosters of FY2023 and FY2024, 1,500 people each, by fiscal year, in staff number order."""
    before = _first_places()
    after = _moved_places(chance, before)
    prior = _roster(chance, PRIOR_YEAR, before, ())
    auditors = [person.staff_number for person in prior if person.is_auditor]
    return {PRIOR_YEAR: prior, THIS_YEAR: _roster(chance, THIS_YEAR, after, auditors)}


def _sizes(chosen: Sequence[DepartmentText]) -> dict[str, int]:
    """People per department: its weight's share of the staff, the remainder to the largest."""
    weights = sum(department.weight for department in chosen)
    sizes = {department.code: STAFF_COUNT * department.weight // weights for department in chosen}
    by_size = sorted(chosen, key=lambda department: (-department.weight, department.code))
    for department in by_size[: STAFF_COUNT - sum(sizes.values())]:
        sizes[department.code] += 1
    return sizes


def _first_places() -> dict[int, str]:
    """Person -> department code in FY2023."""
    codes = [code for code, size in _sizes(departments_of(PRIOR_YEAR)).items() for _ in range(size)]
    return dict(enumerate(codes, start=1))


def _heirs() -> dict[str, tuple[str, ...]]:
    """Department code of FY2023 -> the codes its people belong to in FY2024."""
    heirs: dict[str, tuple[str, ...]] = {department.code: (department.code,) for department in departments()}
    for department in departments_of(THIS_YEAR):
        for old in department.predecessors:
            known = heirs[old] if heirs[old] != (old,) else ()
            heirs[old] = (*known, department.code)
    return heirs


def _moved_places(chance: Random, before: dict[int, str]) -> dict[int, str]:
    """Person -> department code in FY2024 after retirements, transfers and new people."""
    retired = set(chance.sample(sorted(before), RETIRED_COUNT))
    rooms = _sizes(departments_of(THIS_YEAR))
    heirs = _heirs()
    after: dict[int, str] = {}
    pool = []
    for number, code in before.items():
        if number in retired:
            continue
        goal = chance.choice(heirs[code])
        if rooms[goal] and chance.randrange(100) >= MOVED_PER_CENT:
            rooms[goal] -= 1
            after[number] = goal
        else:
            pool.append(number)
    newcomers = range(max(before) + 1, max(before) + 1 + STAFF_COUNT - len(after) - len(pool))
    vacant = [code for code, room in rooms.items() for _ in range(room)]
    chance.shuffle(vacant)
    after.update(zip([*pool, *newcomers], vacant, strict=True))
    return after


def _post_ja(kind: str, place: int) -> str:
    if place == 0:
        return HEAD_POSTS_JA.get(kind, "課長")
    if kind == "nursery":
        return "主任保育士" if place < 3 else "保育士"
    return ("主幹", "主査", "主査", "主任")[place - 1] if place < 5 else "主事"


def _roster(
    chance: Random, fiscal_year: int, places: dict[int, str], known_auditors: Iterable[str]
) -> tuple[StaffRecord, ...]:
    people = []
    for department in departments_of(fiscal_year):
        members = sorted(number for number, code in places.items() if code == department.code)
        for place, number in enumerate(members):
            people.append(_person(fiscal_year, number, department, place))
    people.sort(key=lambda person: person.staff_number)
    return _with_auditors(chance, _with_absences(chance, people), set(known_auditors))


def _person(fiscal_year: int, number: int, department: DepartmentText, place: int) -> StaffRecord:
    return StaffRecord(
        fiscal_year=fiscal_year,
        staff_number=f"{number:05d}",
        name_ja=f"職員{number:04d}",
        department_code=department.code,
        mail_address=f"s{number:05d}@{MAIL_DOMAIN}",
        post_ja=_post_ja(department.kind, place),
        is_auditor=False,
        excluded_reason_ja="",
        source=NOT_FROM_A_FILE,
        job_types=_job_types(department, place),
    )


def _job_types(department: DepartmentText, place: int) -> tuple[str, ...]:
    """職種: the nursery teachers, one manager of systems in each office, and who works with the individual numbers."""
    if department.kind == "nursery":
        return ("保育士",) if place else ()
    manages = ("システム管理者",) if place == 1 else ()
    return (*manages, "個人番号利用事務") if department.has_my_number and 1 <= place <= 6 else manages


def _with_absences(chance: Random, people: list[StaffRecord]) -> list[StaffRecord]:
    may_be_away = [place for place, person in enumerate(people) if person.post_ja in ("主任", "主事", "保育士")]
    for place in chance.sample(may_be_away, AWAY_COUNT):
        people[place] = replace(people[place], excluded_reason_ja=chance.choice(AWAY_REASONS_JA))
    return people


def _with_auditors(chance: Random, people: list[StaffRecord], known: set[str]) -> tuple[StaffRecord, ...]:
    """Auditors stay auditors; the rest is filled with 主査 and 主任, one from a department at most."""
    fit = [person for person in people if not person.excluded_reason_ja and person.post_ja in ("主査", "主任")]
    chance.shuffle(fit)
    chosen: dict[str, str] = {}
    for person in sorted(fit, key=lambda person: person.staff_number not in known):
        if len(chosen) < AUDITOR_COUNT:
            chosen.setdefault(person.department_code, person.staff_number)
    numbers = set(chosen.values())
    return tuple(replace(person, is_auditor=person.staff_number in numbers) for person in people)
