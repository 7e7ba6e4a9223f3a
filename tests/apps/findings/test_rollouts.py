"""Is a finding rolled out to the right departments, with reasons, and does each answer for itself only?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kansa.apps.findings import actions
from kansa.apps.findings.models import Finding, ImprovementEvidence, LateralRollout, RolloutTarget
from kansa.apps.findings.queries.frozen import findings
from kansa.apps.findings.queries.likely import proposals
from kansa.apps.findings.queries.rollouts import progress
from kansa.apps.people.models import Department
from kansa.apps.trail.actions import Upload
from tests.apps.findings.scene import YEAR, a_finding, build_scene, the_finding
from tests.apps.findings.test_acts import code_of
from tests.builders import answer, department, engagement, imported, item, judgement
from tests.cast import CITY, actor_named

pytestmark = [pytest.mark.django_db]
DUE = timezone.localdate() + timedelta(days=20)
WORDS = actions.RolloutWords("書庫の施錠", "書庫の施錠を確かめてください。", DUE, False)


def key(code: str) -> int:
    """The key of a department."""
    return int(Department.objects.get(code=code).pk)


def ordered(name: str = "clerk", words: actions.RolloutWords = WORDS, *codes: str) -> LateralRollout:
    chosen = {key(code): "同じ種別" for code in codes or ("102",)}
    return actions.order_rollout(actor_named(name), the_finding().pk, words, chosen)


@pytest.fixture
def scene(db: None) -> None:
    build_scene("improvement")
    a_finding()


@pytest.mark.usefixtures("scene")
def test_the_office_asks_chosen_departments_and_the_report_knows() -> None:
    rollout = ordered()
    assert [(one.department.code, one.reasons_ja) for one in rollout.targets.all()] == [("102", "同じ種別")]
    assert findings(CITY, YEAR)[0].lateral_rollout


@pytest.mark.usefixtures("scene")
def test_all_means_every_department_but_the_one_in_which_it_was_found() -> None:
    imported("departments", [department("104", valid_to=YEAR - 1)])
    rollout = ordered("director", actions.RolloutWords("書庫", "確かめてください。", DUE, True))
    assert sorted(one.department.code for one in rollout.targets.all()) == ["102", "103"]


@pytest.mark.usefixtures("scene")
@pytest.mark.parametrize("name", ["external", "auditor", "head", "other_head", "ciso", "staff"])
def test_nobody_else_orders_a_rollout(name: str) -> None:
    assert code_of(lambda: ordered(name)) == "not_allowed"


@pytest.mark.usefixtures("scene")
def test_a_rollout_needs_words_departments_and_a_day_to_come() -> None:
    assert code_of(lambda: ordered("clerk", actions.RolloutWords("", "x", DUE, False))) == "title"
    assert code_of(lambda: ordered("clerk", actions.RolloutWords("x", "", DUE, False))) == "request"
    past = timezone.localdate() - timedelta(days=1)
    assert code_of(lambda: ordered("clerk", actions.RolloutWords("x", "x", past, False))) == "day_passed"
    assert code_of(lambda: ordered("clerk", WORDS, "101")) == "nobody_asked"
    Finding.objects.update(is_withdrawn=True)
    assert code_of(ordered) == "withdrawn"


def answered(
    name: str, target: RolloutTarget, given: str = "same", version: int = 0, **fields: object
) -> RolloutTarget:
    uploads = [Upload("写真.txt", "施錠".encode())] if given == "fixed" else []
    values = {"answer_ja": "確かめた。", "uploads": uploads, **fields}
    return actions.answer_rollout(actor_named(name), target.pk, version, given, **values)  # type: ignore[arg-type]


@pytest.mark.usefixtures("scene")
def test_each_department_answers_for_itself() -> None:
    target = ordered().targets.get()
    for name in ("head", "clerk", "director", "auditor", "staff"):
        assert code_of(lambda name=name: answered(name, target)) == "not_allowed"  # type: ignore[misc]
    assert code_of(lambda: answered("other_head", target, answer_ja=" ")) == "text"
    assert code_of(lambda: answered("other_head", target, "fixed", uploads=[])) == "evidence"
    answered("other_head", target, "fixed")
    assert ImprovementEvidence.objects.get().target == target
    assert code_of(lambda: answered("other_head", target, "not_the_case")) == actions.CHANGED
    answered("other_head", target, "not_the_case", 1)
    assert RolloutTarget.objects.get().answer == "not_the_case"


@pytest.mark.usefixtures("scene")
def test_progress_counts_and_closing_ends_it() -> None:
    rollout = ordered("clerk", WORDS, "102", "103")
    answered("other_head", rollout.targets.get(department=key("102")))
    (line,) = progress(actor_named("clerk"))
    assert (line.asked_count, line.answered_count, line.percent, line.own) == (2, 1, 50, None)
    assert line.is_late(DUE + timedelta(days=1))
    assert not line.is_late(DUE)
    (own,) = progress(actor_named("other_head"))
    assert (own.asked_count, own.own.department.code if own.own else "") == (1, "102")
    assert progress(actor_named("head")) == []
    assert code_of(lambda: actions.close_rollout(actor_named("other_head"), rollout.pk, "x")) == "not_allowed"
    assert code_of(lambda: actions.close_rollout(actor_named("clerk"), rollout.pk, " ")) == "closing"
    actions.close_rollout(actor_named("clerk"), rollout.pk, "１所属で同じ状況")
    late = rollout.targets.get(department=key("102"))
    assert code_of(lambda: answered("other_head", late, "same", 1)) == "closed"
    assert code_of(lambda: actions.close_rollout(actor_named("clerk"), rollout.pk, "x")) == "closed"


def asked(today: date | None = None) -> list[tuple[str, bool]]:
    """Codes of the departments in the order proposed, and whether each is proposed at first."""
    day = today or timezone.localdate()
    found = proposals(the_finding(), actions.askable(the_finding(), day), day)
    return [(one.department.code, one.is_proposed) for one in found]


@pytest.mark.usefixtures("scene")
def test_a_shared_cause_reaches_everybody() -> None:
    Finding.objects.update(cause_kind="shared_system")
    assert asked() == [("102", True), ("103", True)]


@pytest.mark.usefixtures("scene")
def test_without_an_item_nobody_is_proposed() -> None:
    Finding.objects.update(item=None)
    assert asked() == [("102", False), ("103", False)]


@pytest.mark.usefixtures("scene")
def test_what_was_found_there_before_comes_first() -> None:
    """Of two branch offices that were not audited this year, the one in which it was found last year."""
    imported("departments", [department("104", kind="branch"), department("105", kind="branch")])
    last = [item(code, fiscal_year=YEAR - 1) for code in ("A1", "A2", "A3")]
    imported("checklist", last)
    days = {"fiscal_year": YEAR - 1, "started_on": None, "ended_on": None}
    imported("engagements", [engagement(f"P{code}", code, **days) for code in ("103", "104", "105", "101")])
    levels = {"103": 3, "104": 1, "105": 3, "101": 2}
    rows = [
        judgement("A1", level, f"P{code}", fiscal_year=YEAR - 1, department_code=code) for code, level in levels.items()
    ]
    imported("judgements", [*rows, judgement("A2", 3, "P101", fiscal_year=YEAR - 1, department_code="101")])
    order = asked()
    assert order[0] == ("104", True)
    assert dict(order)["105"] is False


@pytest.mark.usefixtures("scene")
def test_answers_to_the_question_of_the_same_clause_are_a_reason() -> None:
    questions = [item("Q1", "self_inspection", fiscal_year=YEAR, policy_clause="第５条")]
    imported("checklist", questions)
    given = [answer(f"R{place}", "n", fiscal_year=YEAR, department_code="101") for place in range(4)]
    given += [answer(f"T{place}", "n", fiscal_year=YEAR, department_code="103") for place in range(4)]
    imported("self_inspection", given)
    day = timezone.localdate()
    found = {
        one.department.code: "".join(one.reasons_ja)
        for one in proposals(the_finding(), actions.askable(the_finding(), day), day)
    }
    assert "不遵守が多い" in found["103"]
    assert "不遵守" not in found["102"]
