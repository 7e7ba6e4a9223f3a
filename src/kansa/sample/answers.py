"""What did every member of staff answer in the self-inspection?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from kansa.formats.records import AnswerRecord, StaffRecord
from kansa.sample.checklists import question_codes
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.steering import nearest, noise, spread_counts
from kansa.sample.targets import COMPLIANCE, PRIOR_YEAR, THIS_YEAR
from kansa.sample.texts import QuestionText, questions

SILENT_PER_MILLE = 28
BLANK_PER_MILLE = 6

Answers = dict[str, list[str]]


def answer_records(
    chance: Random, habits: dict[str, int], fiscal_year: int, roster: Sequence[StaffRecord]
) -> tuple[AnswerRecord, ...]:
    """One record per respondent; the compliance rate of the whole city meets the year's target exactly at one decimal.

    `habits` keeps what a person or a department is like between the years and is filled here.
    """
    people = _respondents(chance, roster)
    asked = [question for question in questions() if question.asked_in(fiscal_year)]
    sheet = {question.key: _sieve(chance, question, len(people)) for question in asked}
    care = [_care(chance, habits, person) for person in people]
    wanted = _wrong_counts(asked, sheet, fiscal_year)
    for question, count in zip(asked, wanted, strict=True):
        _mark_wrong(chance, sheet[question.key], care, count)
    codes = question_codes(fiscal_year)
    return tuple(
        AnswerRecord(
            fiscal_year=fiscal_year,
            respondent=person.staff_number,
            department_code=person.department_code,
            answers=tuple((codes[question.key], sheet[question.key][place]) for question in asked),
            source=NOT_FROM_A_FILE,
        )
        for place, person in enumerate(people)
    )


def _respondents(chance: Random, roster: Sequence[StaffRecord]) -> list[StaffRecord]:
    return [person for person in roster if not person.excluded_reason_ja and chance.randrange(1000) >= SILENT_PER_MILLE]


def _sieve(chance: Random, question: QuestionText, count: int) -> list[str]:
    """Who left the question blank or marked it 該当なし; everybody else says yes for now."""
    column = []
    for _ in range(count):
        draw = chance.randrange(1000)
        if draw < BLANK_PER_MILLE:
            column.append("blank")
        elif draw < BLANK_PER_MILLE + 10 * question.not_applicable_share:
            column.append("not_applicable")
        else:
            column.append("yes")
    return column


def _care(chance: Random, habits: dict[str, int], person: StaffRecord) -> int:
    for key in (person.staff_number, f"department {person.department_code}"):
        if key not in habits:
            habits[key] = noise(chance)
    return habits[person.staff_number] + habits[f"department {person.department_code}"]


def _wrong_counts(asked: Sequence[QuestionText], sheet: Answers, fiscal_year: int) -> list[int]:
    """How many say no to each question, adding up to the target of the whole city."""
    counts, total = [], 0
    for question in asked:
        applicable = sheet[question.key].count("yes")
        good = question.base + (question.change if fiscal_year == THIS_YEAR else 0)
        counts.append(nearest(Fraction(applicable * (1000 - good), 1000)))
        total += applicable
    wanted = total - nearest(COMPLIANCE[fiscal_year] * total)
    movable = [place for place, question in enumerate(asked) if question.years == "both" and abs(question.change) > 5]
    if fiscal_year == PRIOR_YEAR:
        movable = list(range(len(asked)))
    return spread_counts(counts, wanted, movable)


def _mark_wrong(chance: Random, column: list[str], care: Sequence[int], count: int) -> None:
    """Turn `count` answers into no, the least careful first."""
    places = [place for place, answer in enumerate(column) if answer == "yes"]
    scores = {place: care[place] + 2 * noise(chance) for place in places}
    for place in sorted(places, key=lambda place: (scores[place], place))[:count]:
        column[place] = "no"
