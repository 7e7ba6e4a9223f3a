"""Is a lap computed in the background, verified, accepted whole, changed by hand with reasons, and never lost?"""

from __future__ import annotations

from typing import Any

import pytest

from kansa.apps.jobs.actions import JobContext, leases, work_off, working
from kansa.apps.jobs.actions.enqueuing import task_result
from kansa.apps.jobs.models import Job
from kansa.apps.people.models import Department
from kansa.apps.plan.models import PlanCell
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.actions import NewRule, Wanted, solve_rotation_draft
from kansa.apps.scheduling.actions.drafting import search_of
from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries import cells_of_lap, lap_matrix, lap_of, rotation_task
from kansa.apps.trail.models import Event
from kansa.config.jobs import TASKS
from kansa.core.errors import InputError, RuleError
from kansa.planning.rotation.checker import breaches
from tests.builders import department, imported
from tests.cast import CLERK, VIEWER, browser_of, sign_up

FIRST = 2026
THIS = 2026
CODES = ("101", "102", "103", "104", "105", "106")


@pytest.fixture
def frame(city: Any) -> Any:
    """Six departments; the eighth lap (2005 + 21 years) begins in FY2026."""
    imported("departments", [department(code, name_ja=f"第{code}課") for code in CODES])
    return lap_of(1, FIRST)


def fresh() -> Any:
    return lap_of(1, FIRST)


def computed(frame: Any, **wanted: Any) -> Draft:
    """A draft that a worker solved."""
    draft = actions.begin_rotation(CLERK, frame, Wanted(FIRST, **wanted), THIS)
    assert work_off(TASKS, beats=False) == 1
    return Draft.objects.get(pk=draft.pk)


def rows(year: int | None = None) -> list[tuple[int, str, str]]:
    cells = PlanCell.objects.order_by("fiscal_year", "department__code")
    found = cells.values_list("fiscal_year", "department__code", "stream")
    return [one for one in found if year in (None, one[0])]


def test_a_lap_is_computed_proved_and_taken_over(frame: Any) -> None:
    draft = computed(frame)
    assert (draft.state, draft.gap) == ("ready", 0)
    assert rows() == []  # a draft is not the plan
    actions.accept_draft(CLERK, fresh(), draft, "", THIS)
    # Six departments of equal size in three years: two each.
    assert [len(rows(year)) for year in (2026, 2027, 2028)] == [2, 2, 2]
    assert {code for _, code, _ in rows()} == set(CODES)
    task = rotation_task(1, fresh(), FIRST)
    assert breaches(task, cells_of_lap(1, fresh())) == ()
    told = Event.objects.get(verb="accept_plan").after
    assert told["input_sha256"] == draft.input_sha256
    assert Draft.objects.get(pk=draft.pk).state == "accepted"


def test_an_external_target_whose_department_is_closed_by_then_is_no_longer_asked_for(frame: Any) -> None:
    target = {"municipality_id": 1, "stream": "external_audit", "department": Department.objects.get(code="101")}
    for year in (2026, 2028):
        PlanCell.objects.create(fiscal_year=year, **target)
    closed = department("101", name_ja="第101課", valid_to=2027)
    imported("departments", [closed, *(department(code, name_ja=f"第{code}課") for code in CODES[1:])])
    task = rotation_task(1, fresh(), FIRST)
    assert [(one.department_code, one.fiscal_year) for one in task.external_targets] == [("101", 2026)]
    assert computed(fresh()).state == "ready"


def test_the_same_question_twice_has_the_same_answer(frame: Any) -> None:
    one, two = computed(frame), computed(frame)
    assert (one.input_sha256, one.answer) == (two.input_sha256, two.answer)


def test_a_draft_is_taken_over_once(frame: Any) -> None:
    draft = computed(frame)
    actions.accept_draft(CLERK, fresh(), draft, "", THIS)
    with pytest.raises(RuleError, match="採用"):
        actions.accept_draft(CLERK, fresh(), draft, "", THIS)


def test_rules_hold_and_contradictions_are_told_with_a_way_out(frame: Any) -> None:
    one = Department.objects.get(code="101")
    actions.add_rule(CLERK, frame, NewRule("must", [one], 2027, reason_ja="個人番号"))
    draft = computed(fresh())
    assert {"department_code": "101", "fiscal_year": 2027} in [
        {name: cell[name] for name in ("department_code", "fiscal_year")} for cell in draft.answer["cells"]
    ]
    actions.add_rule(CLERK, fresh(), NewRule("must_not", [one], 2027, reason_ja="庁舎移転"))
    contradicting = computed(fresh())
    assert contradicting.state == "infeasible"
    assert any("第101課" in sentence for sentence in contradicting.told_ja)
    # The cheapest repair may be taken over, with a reason only.
    with pytest.raises(InputError):
        actions.accept_draft(CLERK, fresh(), contradicting, "", THIS)
    assert rows() == []
    actions.accept_draft(CLERK, fresh(), contradicting, "部長の指示", THIS)
    assert len(rows()) == 6


def test_a_rule_needs_what_its_kind_needs(frame: Any) -> None:
    one = Department.objects.get(code="101")
    for wrong in (
        NewRule("must", [one], None),
        NewRule("must", [], 2026),
        NewRule("must_not", [one], 2026),
        NewRule("together", [one]),
        NewRule("nonsense", [one], 2026),
        NewRule("must", [one], 2030),
    ):
        with pytest.raises(InputError):
            actions.add_rule(CLERK, frame, wrong)
    actions.add_rule(CLERK, frame, NewRule("must", [one], 2026))
    with pytest.raises(InputError, match="同じ条件"):
        actions.add_rule(CLERK, fresh(), NewRule("must", [one], 2026))


def test_a_cell_by_hand_needs_a_reason_when_it_breaks_a_rule(frame: Any) -> None:
    actions.accept_draft(CLERK, fresh(), computed(frame), "", THIS)
    version = fresh().lap.version
    moved, stays = rows(2026)[0][1], len(rows())
    # To another year: two and two and two become one and three and two; no rule forbids it.
    actions.set_cell(CLERK, fresh(), version, moved, 2027, (), "", THIS)
    assert (2027, moved, "internal_audit") in rows()
    assert len(rows()) == stays
    # Out of the lap: the department would not be audited at all.
    version = fresh().lap.version
    with pytest.raises(InputError, match="理由"):
        actions.set_cell(CLERK, fresh(), version, moved, None, (), "", THIS)
    broken = actions.set_cell(CLERK, fresh(), version, moved, None, (), "閉庁の見込み", THIS)
    assert broken
    event = Event.objects.filter(verb="set_cell").latest("pk")
    assert event.after["reason_ja"] == "閉庁の見込み"
    # Somebody with the old page is told.
    with pytest.raises(RuleError, match="ほかの人"):
        actions.set_cell(CLERK, fresh(), version, moved, 2026, (), "", THIS)


def test_planning_anew_keeps_what_can_be_kept(frame: Any) -> None:
    actions.accept_draft(CLERK, fresh(), computed(frame), "", THIS)
    before = rows()
    imported("departments", [department("107", name_ja="新しい課", valid_from=2027)])
    draft = computed(fresh())
    cells = {(cell["fiscal_year"], cell["department_code"], cell["stream"]) for cell in draft.answer["cells"]}
    assert set(before) < cells
    assert {code for _, code, _ in cells - set(before)} == {"107"}
    assert min(year for year, code, _ in cells if code == "107") >= 2027


def test_a_year_with_an_audit_under_way_is_not_planned_anew(frame: Any) -> None:
    from kansa.apps.plan.models import Engagement

    actions.accept_draft(CLERK, fresh(), computed(frame), "", THIS)
    code = rows(2026)[0][1]
    Engagement.objects.create(
        municipality_id=1,
        fiscal_year=2026,
        code="I1",
        stream="internal_audit",
        method="control_check",
        department=Department.objects.get(code=code),
        state="notified",
    )
    with pytest.raises(InputError, match="2027年度から"):
        actions.begin_rotation(CLERK, fresh(), Wanted(2026), THIS)
    with pytest.raises(InputError, match="もう変えられません"):
        actions.set_cell(CLERK, fresh(), fresh().lap.version, code, 2026, (), "", THIS)


def test_a_worker_that_was_killed_leaves_the_plan_and_the_job_is_repeated(frame: Any) -> None:
    actions.accept_draft(CLERK, fresh(), computed(frame), "", THIS)
    before = rows()
    draft = actions.begin_rotation(CLERK, fresh(), Wanted(FIRST, keeps_changes_few=False), THIS)
    from datetime import timedelta

    from django.utils import timezone

    Job.objects.filter(pk=draft.job_id).update(
        state="running", worker="dead", attempts=1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    assert rows() == before
    work_off(TASKS, beats=False)
    assert Draft.objects.get(pk=draft.pk).state == "ready"
    assert rows() == before


def test_a_discarded_draft_is_not_overwritten_by_its_worker(frame: Any) -> None:
    draft = actions.begin_rotation(CLERK, frame, Wanted(FIRST), THIS)
    actions.discard_draft(CLERK, draft)
    work_off(TASKS, beats=False)
    assert Draft.objects.get(pk=draft.pk).state == "discarded"


def test_others_may_not(frame: Any) -> None:
    with pytest.raises(RuleError):
        actions.begin_rotation(VIEWER, frame, Wanted(FIRST), THIS)
    with pytest.raises(RuleError):
        actions.set_cell(VIEWER, frame, 0, "101", 2026, (), "", THIS)
    with pytest.raises(RuleError):
        actions.set_weights(VIEWER, frame, {"count": 1})


def test_predecessors_visits_count_and_closed_ones_leave_with_a_reason(frame: Any) -> None:
    imported(
        "departments",
        [
            department("101", name_ja="第101課", valid_to=2026),
            department("102", name_ja="第102課", valid_to=2026),
            department("201", name_ja="統合課", valid_from=2027, succession="merged", predecessor_codes=("101", "102")),
        ],
    )
    task = rotation_task(1, fresh(), FIRST)
    by_code = {one.code: one for one in task.departments}
    assert by_code["101"].closes_in == 2027
    assert "統合課" in by_code["101"].closed_reason_ja
    assert by_code["201"].opens_in == 2027
    draft = computed(fresh())
    states = {row.department.code: row.coverage.state for row in lap_matrix(task, actions_cells(draft))}
    assert states["201"] == "internal"
    assert states["101"] == "closed"


def actions_cells(draft: Draft) -> Any:
    from kansa.apps.scheduling.queries import draft_cells

    return draft_cells(draft)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_computation_that_broke_off_is_told_and_can_be_discarded(frame: Any, is_forgotten: bool) -> None:
    sign_up("clerk")
    draft = actions.begin_rotation(CLERK, frame, Wanted(FIRST), THIS)
    page = f"/plans/{FIRST}/drafts/{draft.pk}/"
    client = browser_of("clerk")
    assert "hx-get" in client.get(page).content.decode()
    Job.objects.filter(pk=draft.job_id).update(state="failed", reason_ja="時間の上限で止まりました。")
    if is_forgotten:
        Job.objects.all().delete()
    text = client.get(page).content.decode()
    assert "途中で終わりました" in text and "hx-get" not in text and "http-equiv" not in text
    assert ("時間の上限で止まりました" in text) is not is_forgotten
    client.post(f"{page}discard/")
    assert Draft.objects.get(pk=draft.pk).state == "discarded"


def test_stopping_is_heard_while_nothing_is_found(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "TELL_SECONDS", 0.0)
    draft = actions.begin_rotation(CLERK, frame, Wanted(FIRST), THIS)
    held = leases.claim("worker")
    assert held is not None
    job = Job.objects.get(pk=draft.job_id)
    search = search_of(JobContext(task_result=task_result(solve_rotation_draft, job), held=held), draft)
    assert search.wants_stop is not None
    assert not search.wants_stop()
    actions.stop_draft(CLERK, draft)
    assert search.wants_stop()
