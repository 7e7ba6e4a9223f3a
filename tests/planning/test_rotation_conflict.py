"""Is the right rule blamed for an impossible plan? Contradictions are planted among much that is innocent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kansa.core.errors import InputError, RuleError
from kansa.planning.program import Search
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.conflict import Diagnosis, diagnose, repaired
from kansa.planning.rotation.proof import is_contradiction
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.values import (
    Capacity,
    Excluded,
    ExternalCount,
    ExternalTarget,
    FixedCell,
    MustAudit,
    MustNotAudit,
    PlanCell,
    RotationTask,
    SameYear,
)
from kansa.planning.rotation.words import KINDS_JA, PRICES, RuleInstance, relaxed_ja, rule_ja
from tests.planning.cities import city, department

Keys = set[tuple[str, str, int | None]]
EVERYBODY = [department(f"{n:02}", staff_count=n) for n in range(20)]
INNOCENT = (MustNotAudit("10", 2023), MustNotAudit("11", 2024), MustNotAudit("12", 2025))


def found(task: RotationTask) -> Diagnosis:
    """The diagnosis of a task without a plan, with everything verified that is always promised."""
    assert solve_rotation(task).status == "infeasible"
    diagnosis = diagnose(task)
    assert diagnosis is not None
    assert diagnosis.is_repair_verified
    return diagnosis


def keys(rules: tuple[RuleInstance, ...]) -> Keys:
    return {(one.kind, one.department_code, one.fiscal_year) for one in rules}


def test_a_possible_plan_has_no_diagnosis() -> None:
    assert diagnose(city(*EVERYBODY, must_not=INNOCENT)) is None


def test_must_and_must_not_of_one_year() -> None:
    must, barred = (MustAudit("03", 2024),), (*INNOCENT, MustNotAudit("03", 2024, "庁舎の工事"))
    diagnosis = found(city(*EVERYBODY, must=must, must_not=barred))
    assert diagnosis.kinds == ("must", "must_not")
    assert keys(diagnosis.rules) == {("must", "03", 2024), ("must_not", "03", 2024)}
    assert diagnosis.is_minimal
    assert diagnosis.is_proved
    assert [one.text_ja for one in diagnosis.repair] == ["「03課」を令和６年度にも監査できるようにする。"]
    assert diagnosis.price == PRICES["must_not"]
    assert "・「03課」を令和６年度に監査しない（庁舎の工事）" in diagnosis.sentences_ja


def test_a_department_that_may_be_audited_in_no_year() -> None:
    barred = (*INNOCENT, *(MustNotAudit("03", year) for year in (2023, 2024, 2025)))
    diagnosis = found(city(*EVERYBODY, must_not=barred))
    assert keys(diagnosis.rules) == {("once", "03", None), *(("must_not", "03", year) for year in (2023, 2024, 2025))}
    assert diagnosis.is_proved
    assert len(diagnosis.repair) == 1


def test_twice_must() -> None:
    diagnosis = found(city(*EVERYBODY, must=(MustAudit("03", 2023), MustAudit("03", 2025)), must_not=INNOCENT))
    assert keys(diagnosis.rules) == {("once", "03", None), ("must", "03", 2023), ("must", "03", 2025)}
    assert diagnosis.price == PRICES["must"]


def test_must_in_the_year_of_the_external_audit() -> None:
    target = (ExternalTarget("03", 2024), ExternalTarget("04", 2024))
    diagnosis = found(city(*EVERYBODY, must=(MustAudit("03", 2024),), external_targets=target))
    assert keys(diagnosis.rules) == {
        ("must", "03", 2024),
        ("external", "03", 2024),
        ("external_target", "03", 2024),
    }
    assert diagnosis.is_proved
    assert [one.rule.kind for one in diagnosis.repair] == ["must"]


def test_external_target_in_two_successive_years() -> None:
    diagnosis = found(city(*EVERYBODY, external_targets=(ExternalTarget("03", 2024), ExternalTarget("03", 2025))))
    assert keys(diagnosis.rules) == {
        ("external_change", "03", 2025),
        ("external_target", "03", 2024),
        ("external_target", "03", 2025),
    }
    assert diagnosis.is_proved
    again = found(city(*EVERYBODY, external_targets=(ExternalTarget("03", 2022), ExternalTarget("03", 2023))))
    assert keys(again.rules) == {("external_change", "03", 2023), ("external_target", "03", 2023)}


def test_too_many_external_targets_for_a_small_city() -> None:
    counts = tuple(ExternalCount(year, 1) for year in (2023, 2024, 2025))
    diagnosis = found(city(department("A"), department("B"), external_counts=counts))
    assert "external_limit" in diagnosis.kinds
    assert {one.rule.kind for one in diagnosis.repair} == {"external_limit"}


def test_a_group_whose_members_must_be_apart() -> None:
    group = (SameYear("本館", ("03", "04", "05"), is_hard=True),)
    diagnosis = found(city(*EVERYBODY, same_year=group, must=(MustAudit("03", 2023), MustAudit("05", 2025))))
    assert {one.kind for one in diagnosis.rules} == {"same_year", "must"}
    assert len(diagnosis.rules) == 3
    assert diagnosis.is_proved
    assert [one.text_ja for one in diagnosis.repair] == ["「本館」のうち1課所等を別の年度に監査する。"]


def test_too_little_room_is_a_matter_of_counting() -> None:
    many = [department(f"{n:02}") for n in range(50)]
    limits = tuple(Capacity(year, 0, 16) for year in (2023, 2024, 2025))
    diagnosis = found(city(*many, capacities=limits))
    assert diagnosis.kinds == ("once", "capacity_most")
    assert not diagnosis.is_minimal
    assert "監査する課所等は50、件数の上限の合計は48です。" in diagnosis.sentences_ja
    assert sum(one.amount for one in diagnosis.repair) == 2
    assert diagnosis.price == 2 * PRICES["capacity_most"]


def test_a_fixed_cell_against_a_rule() -> None:
    by_hand = (FixedCell(PlanCell("03", 2024), is_past=False, reason_ja="市長の指示"),)
    diagnosis = found(city(*EVERYBODY, fixed=by_hand, must_not=(*INNOCENT, MustNotAudit("03", 2024))))
    assert keys(diagnosis.rules) == {("fixed", "03", 2024), ("must_not", "03", 2024)}
    assert [one.rule.kind for one in diagnosis.repair] == ["must_not"]


def test_excluded_and_must() -> None:
    diagnosis = found(city(*EVERYBODY, excluded=(Excluded("03", "議会"),), must=(MustAudit("03", 2024),)))
    assert keys(diagnosis.rules) == {("excluded", "03", None), ("must", "03", 2024)}


def test_the_past_is_never_blamed() -> None:
    done = (FixedCell(PlanCell("03", 2023)), FixedCell(PlanCell("03", 2024)))
    assert diagnose(city(*EVERYBODY, fixed=done, must_not=(MustNotAudit("03", 2023),), open_from=2025)) is None


def test_the_price_decides_what_gives_way() -> None:
    task = city(*EVERYBODY, must=(MustAudit("03", 2024),), must_not=(MustNotAudit("03", 2024),))
    diagnosis = diagnose(task, prices={**PRICES, "must_not": 70})
    assert diagnosis is not None
    assert [one.rule.kind for one in diagnosis.repair] == ["must"]


def test_the_repaired_plan_breaks_only_what_gives_way() -> None:
    task = city(*EVERYBODY, must=(MustAudit("03", 2024),), must_not=(*INNOCENT, MustNotAudit("03", 2024)))
    plan = repaired(task)
    assert plan.status == "optimal"
    assert [(one.rule, one.department_code, one.fiscal_year) for one in breaches(task, plan.cells)] == [
        ("must_not", "03", 2024)
    ]


def test_a_false_core_is_not_proved() -> None:
    task = city(*EVERYBODY, must=(MustAudit("03", 2024),), must_not=(MustNotAudit("04", 2024),))
    alleged = tuple(RuleInstance(kind, code, 2024, "") for kind, code in (("must", "03"), ("must_not", "04")))
    assert is_contradiction(task, alleged) is False


def test_every_kind_has_a_price_and_words() -> None:
    assert set(PRICES) == set(KINDS_JA)
    for kind in PRICES:
        assert rule_ja(kind, "市民課", 2024, "理由")
        assert relaxed_ja(kind, "市民課", 2024, 1, "理由").endswith("。")


def test_bad_input_is_refused_before_anything_is_explained() -> None:
    with pytest.raises(InputError):
        diagnose(replace(city(*EVERYBODY), external_targets=(ExternalTarget("nobody", 2024),)))


def test_a_search_that_is_stopped_explains_nothing_wrong() -> None:
    many = [department(f"{n:03}") for n in range(40)]
    group = tuple(SameYear(f"組{n}", (f"{n:03}", f"{n + 1:03}", f"{n + 2:03}"), is_hard=True) for n in range(0, 30, 3))
    limits = tuple(Capacity(year, 13, 13) for year in (2023, 2024, 2025))
    try:
        found = diagnose(city(*many, same_year=group, capacities=limits), Search(seconds=0))
    except RuleError as stopped:
        assert stopped.code == "stopped"
    else:
        assert found is not None
        assert found.is_repair_verified
