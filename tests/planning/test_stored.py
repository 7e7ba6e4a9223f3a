"""Is a question of the assignment read from JSON exactly as it was put?"""

from __future__ import annotations

import json

import pytest

from kansa.planning.assignment.asking import input_sha256
from kansa.planning.assignment.stored import case_of, plain, teams_of
from kansa.planning.assignment.values import Pair, Team
from tests.planning.staffed_city import staffed_city


@pytest.mark.parametrize("seed", range(5))
def test_a_question_comes_back_as_it_was(seed: int) -> None:
    case = staffed_city(seed, departments=12, auditors=8, audits=5)
    again = case_of(json.loads(json.dumps(plain(case))))
    assert again == case
    assert input_sha256(again) == input_sha256(case)


def test_teams_come_back() -> None:
    teams = (Team("I1", ("S1", "S2"), "20241001-am", "S1"), Team("I2", ()))
    assert teams_of(json.loads(json.dumps(plain(teams)))) == teams


@pytest.mark.parametrize("tree", [{}, {"task_code": 1}, [], None, "x"])
def test_another_shape_is_refused(tree: object) -> None:
    with pytest.raises(ValueError):
        case_of(tree)


def test_no_number_with_a_point() -> None:
    with pytest.raises(ValueError):
        plain(Pair(1.5, "I1"))  # type: ignore[arg-type]
