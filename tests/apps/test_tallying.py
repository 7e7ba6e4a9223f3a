"""Do the statements that count a whole city say the same as counting one answer after another by hand?"""

from __future__ import annotations

import random
import secrets
from collections import Counter

import pytest

from kansa.apps.controls.models import ControlItem
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions.importing import answer_bits_of, retally
from kansa.apps.self_inspection.models import DepartmentTally, Response, Tally, TallyLevel
from kansa.core.inspection import NO_ANSWERS, Masks
from tests.builders import build_city, department, imported, item
from tests.cast import CITY, this_fiscal_year

pytestmark = pytest.mark.django_db

ITEMS = {
    "Q1": {},
    "Q2": {"answer_kind": "scale", "levels_ja": "全くない\n時々\nいつも", "met_from": 2},
    "Q3": {"answer_kind": "scale", "levels_ja": "悪い\n良い"},  # outside the compliance rate
    "Q4": {"asked_of": "保育士"},
    "Q5": {"answer_kind": "comment"},
}
CHOICES = {"Q1": ("yes", "no"), "Q2": ("1", "2", "3"), "Q3": ("1", "2"), "Q4": ("yes", "no"), "Q5": ()}


def build() -> list[ControlItem]:
    """Two departments and a checklist with every kind of item."""
    build_city()
    imported("departments", [department("101"), department("102")])
    imported("checklist", [item(code, "self_inspection", fiscal_year=this_fiscal_year()) for code in ITEMS])
    for code, fields in ITEMS.items():
        ControlItem.objects.filter(code=code).update(**fields)
    return list(ControlItem.objects.select_related("checklist").order_by("code"))


def answers_of(items: list[ControlItem], chosen: dict[str, str]) -> Masks:
    """The masks of one person."""
    bits = [answer_bits_of(chosen[one.code], one) for one in items if one.code in chosen]
    return Masks(*(sum(column) for column in zip(NO_ANSWERS, *bits, strict=True)))


def stored(items: list[ControlItem], code: str, job_type: str, people: list[dict[str, str]]) -> None:
    """Answer rows of people of a department and job type."""
    where = {"municipality_id": CITY, "checklist": items[0].checklist, "department": Department.objects.get(code=code)}
    Response.objects.bulk_create(
        Response(
            **where,
            job_type=job_type,
            respondent_token=secrets.token_hex(32),
            **answers_of(items, chosen)._asdict(),
        )
        for chosen in people
    )


def counted(code: str, job_type: str) -> dict[str, tuple[int, ...]]:
    """Item -> yes, no, not applicable, blank of a group."""
    rows = Tally.objects.filter(department_tally__department__code=code, department_tally__job_type=job_type)
    names = ("item__code", "yes_count", "no_count", "not_applicable_count", "blank_count")
    return {item_code: tuple(numbers) for item_code, *numbers in rows.values_list(*names)}


def levels(code: str, item_code: str) -> dict[int, int]:
    rows = TallyLevel.objects.filter(department_tally__department__code=code, item__code=item_code)
    return dict(rows.values_list("level", "level_count"))


def test_four_people_counted_by_hand() -> None:
    items = build()
    stored(items, "101", "", [{"Q1": "yes", "Q2": "1"}, {"Q1": "no", "Q2": "3", "Q3": "2"}, {"Q1": "not_applicable"}])
    stored(items, "102", "保育士", [{"Q4": "no", "Q3": "not_applicable"}])
    retally(CITY, [{one.code: one for one in items}])
    assert counted("101", "") == {"Q1": (1, 1, 1, 0), "Q2": (1, 1, 0, 1), "Q3": (0, 0, 0, 2)}
    assert counted("102", "保育士") == {"Q1": (0, 0, 0, 1), "Q2": (0, 0, 0, 1), "Q3": (0, 0, 1, 0), "Q4": (0, 1, 0, 0)}
    assert (levels("101", "Q2"), levels("101", "Q3"), levels("102", "Q3")) == ({1: 1, 3: 1}, {2: 1}, {})
    assert dict(DepartmentTally.objects.values_list("department__code", "respondent_count")) == {"101": 3, "102": 1}


@pytest.mark.parametrize("size", [1, 63, 64])
def test_many_people_counted_one_after_another(size: int) -> None:
    """63 is the most that lanes of six bits hold. Counting anew writes the same again, and nothing twice."""
    items, chance = build(), random.Random(size)
    people = [
        {
            one.code: chance.choice([*CHOICES[one.code], "not_applicable"])
            for one in items
            if CHOICES[one.code] and chance.random() < 0.8
        }
        for _ in range(size)
    ]
    stored(items, "101", "保育士、電算担当", people)
    for _ in range(2):
        retally(CITY, [{one.code: one for one in items}])
        found = counted("101", "保育士、電算担当")
        for code, choices in CHOICES.items():
            given = Counter(one.get(code, "") for one in people)
            kept = {"yes": given["yes"], "no": given["no"]}
            if code == "Q2":
                kept = {"yes": given["2"] + given["3"], "no": given["1"]}
            expected = (kept["yes"], kept["no"], given["not_applicable"], given[""])
            assert found.get(code) == (expected if choices else None), code
        for code in ("Q2", "Q3"):
            given = Counter(int(one[code]) for one in people if one.get(code, "").isdigit())
            assert levels("101", code) == given
