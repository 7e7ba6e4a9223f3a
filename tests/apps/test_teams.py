"""Do a year's audits get independent teams and days: made once, computed, verified, accepted, changed with reasons?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.http import Http404

from kansa.apps.jobs.actions import work_off
from kansa.apps.people.models import Department, FormerPost, StaffMember
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.actions import SaidOfAuditor, TeamByHand, WantedTeams, YearRules
from kansa.apps.scheduling.models import AuditYear, Draft, EngagementSlot
from kansa.apps.scheduling.queries import (
    assignment_case,
    auditor_rows,
    calendar_entries,
    cells_without_engagement,
    dated_audits,
    draft_case,
    draft_of,
    draft_plan,
    draft_teams,
    present_of,
    present_teams,
    team_lines,
    year_audits,
)
from kansa.apps.trail.actions import Upload
from kansa.apps.trail.models import Event, SourceFile
from kansa.config.jobs import TASKS
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.explain import why_not
from tests.builders import department, imported, plan_cell, setting, staff
from tests.cast import CLERK, OTHER_CLERK, VIEWER

YEAR = 2026
AUDITED = ("101", "102", "103")
OTHERS = ("104", "105", "106")
RULES = YearRules(first_on=date(2026, 10, 1), last_on=date(2026, 10, 30))


@pytest.fixture
def year(city: Any) -> int:
    """Three of six departments audited inside, one outside; an auditor in every department, all experienced."""
    imported("departments", [department(code, name_ja=f"第{code}課") for code in (*AUDITED, *OTHERS)])
    people = [staff(f"S{code}", code, fiscal_year=YEAR, is_auditor=True) for code in (*AUDITED, *OTHERS)]
    imported("staff", people)
    cells = [plan_cell(code, YEAR, "internal_audit") for code in AUDITED]
    imported("plan", [*cells, plan_cell("104", YEAR, "external_audit")])
    said = SaidOfAuditor(is_experienced=True)
    actions.set_auditors(CLERK, YEAR, {f"S{code}": said for code in (*AUDITED, *OTHERS)})
    return YEAR


def ready(rules: YearRules = RULES) -> None:
    """The audits are there, and the days are decided."""
    actions.create_engagements(CLERK, YEAR)
    actions.set_year_rules(CLERK, YEAR, rules)


def computed(**wanted: Any) -> Draft:
    """A draft that a worker solved."""
    draft = actions.begin_assignment(CLERK, YEAR, WantedTeams(**wanted))
    assert work_off(TASKS, beats=False) == 1
    return Draft.objects.get(pk=draft.pk)


def accepted() -> Draft:
    draft = computed()
    actions.accept_assignment(CLERK, YEAR, draft, "")
    return draft


def version() -> int:
    return AuditYear.objects.get(fiscal_year=YEAR).version


def member(number: str) -> StaffMember:
    found: StaffMember = StaffMember.objects.get(fiscal_year=YEAR, staff_number=number)
    return found


def teams() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, number in EngagementAuditor.objects.values_list("engagement__code", "reference"):
        found.setdefault(code, set()).add(number)
    return found


def test_the_plan_becomes_audits_once(year: int) -> None:
    made = actions.create_engagements(CLERK, year)
    assert [one.code for one in made] == ["EX26-01", "IN26-01", "IN26-02", "IN26-03"]
    assert [one.department.code for one in made if one.department] == ["104", *AUDITED]
    assert not cells_without_engagement(1, year).exists()
    with pytest.raises(InputError, match="まだ登録していない監査はありません"):
        actions.create_engagements(CLERK, year)
    assert Engagement.objects.count() == 4
    assert Event.objects.filter(verb="plan", object_kind="engagement").count() == 4
    # Another cell of the plan comes later: only that one is made, and the numbers go on.
    cells = [plan_cell(code, year, "internal_audit") for code in (*AUDITED, "106")]
    imported("plan", [*cells, plan_cell("104", year, "external_audit")])
    assert [one.code for one in actions.create_engagements(CLERK, year)] == ["IN26-04"]


def test_teams_and_days_are_computed_proved_and_taken_over(year: int) -> None:
    ready()
    draft = computed()
    assert (draft.state, draft.gap) == ("ready", 0)
    assert teams() == {}  # a draft is not the assignment
    assert actions.accept_assignment(CLERK, year, draft, "") == 3
    assert set(teams()) == {"IN26-01", "IN26-02", "IN26-03"}  # the external audit is the firm's
    # Six places for six auditors: one audit each. Nobody audits the own department.
    numbers = [number for team in teams().values() for number in team]
    assert sorted(numbers) == [f"S{code}" for code in (*AUDITED, *OTHERS)]
    for engagement in Engagement.objects.filter(stream="internal_audit"):
        assert engagement.department is not None
        assert f"S{engagement.department.code}" not in teams()[engagement.code]
        assert engagement.started_on is not None
        assert date(2026, 10, 1) <= engagement.started_on <= date(2026, 10, 30)
        assert engagement.started_on == engagement.ended_on
        assert EngagementSlot.objects.get(engagement=engagement).day == engagement.started_on
        assert EngagementAuditor.objects.filter(engagement=engagement, is_lead=True).count() == 1
    case = assignment_case(1, year, keeps_changes_few=False)
    assert blocking(case, present_teams(1, year)) == ()
    told = Event.objects.get(verb="accept_assignment").after
    assert (told["input_sha256"], told["count"]) == (draft.input_sha256, 3)
    with pytest.raises(RuleError, match="採用"):
        actions.accept_assignment(CLERK, year, Draft.objects.get(pk=draft.pk), "")


def test_the_same_question_twice_has_the_same_answer(year: int) -> None:
    ready()
    one, two = computed(), computed()
    assert (one.input_sha256, one.answer) == (two.input_sha256, two.answer)


def test_no_days_decided_means_teams_only(year: int) -> None:
    actions.create_engagements(CLERK, year)
    draft = computed()
    assert draft.state == "ready"
    assert all(one.slot_id is None for one in draft_teams(draft))
    actions.accept_assignment(CLERK, year, draft, "")
    assert not Engagement.objects.exclude(started_on=None).exists()


def test_days_taken_wishes_and_busy_weeks_are_kept(year: int) -> None:
    ready(YearRules(first_on=date(2026, 10, 1), last_on=date(2026, 10, 2)))
    # 1 October is a Thursday. Nobody but S105 and S106 is away in the mornings; 第101課 is busy on the Thursday.
    for number in ("S101", "S102", "S103", "S104"):
        actions.add_busy(CLERK, member(number), date(2026, 10, 1), date(2026, 10, 2), "am", "会議")
    busy = [Department.objects.get(code="101")]
    actions.add_department_busy(CLERK, year, busy, date(2026, 10, 1), date(2026, 10, 1), "議会")
    actions.add_wish(CLERK, member("S105"), Department.objects.get(code="102"), False)
    actions.add_wish(CLERK, member("S106"), Department.objects.get(code="102"), True)
    plan = {one.task_code: one for one in draft_teams(computed())}
    assert plan["IN26-01"].slot_id is not None
    assert plan["IN26-01"].slot_id.startswith("20261002")
    assert "S105" in plan["IN26-02"].staff_numbers
    assert "S106" not in plan["IN26-02"].staff_numbers
    for team in plan.values():
        if set(team.staff_numbers) - {"S105", "S106"}:
            assert team.slot_id is not None
            assert team.slot_id.endswith("pm")


def test_an_impossible_year_is_told_with_the_way_out(year: int) -> None:
    ready()
    said = SaidOfAuditor(is_experienced=False)
    actions.set_auditors(CLERK, year, {f"S{code}": said for code in (*AUDITED, *OTHERS)})
    draft = computed()
    assert draft.state == "infeasible"
    assert "経験者" in draft.told_ja[0]
    assert draft.told_ja[1].startswith("矛盾しているところ：監査「IN26-0")
    assert any("経験者が1人足りない" in sentence for sentence in draft.told_ja[2:])
    with pytest.raises(InputError, match="理由"):
        actions.accept_assignment(CLERK, year, draft, "")
    assert teams() == {}
    actions.accept_assignment(CLERK, year, draft, "今年度から内部監査を始めるため")
    assert set(teams()) == {"IN26-01", "IN26-02", "IN26-03"}
    assert "experienced" in Event.objects.get(verb="accept_assignment").after["broken"]


def test_a_team_by_hand_needs_a_reason_when_it_breaks_a_rule(year: int) -> None:
    ready()
    accepted()
    first = dict(sorted(teams().items()))["IN26-01"]
    slot = EngagementSlot.objects.get(engagement__code="IN26-01").slot_id
    one = sorted(first)[0]
    before = version()
    # One person alone: the team has two.
    with pytest.raises(InputError, match="理由"):
        actions.set_team(CLERK, year, before, "IN26-01", TeamByHand((one,), one, slot), "")
    broken = actions.set_team(CLERK, year, before, "IN26-01", TeamByHand((one,), one, slot), "病気のため")
    assert {"team_size"} <= {breach.rule for breach in broken}
    assert teams()["IN26-01"] == {one}
    event = Event.objects.filter(verb="set_team").get()
    assert event.after["reason_ja"] == "病気のため"
    assert event.before["staff_numbers"] == sorted(first)
    with pytest.raises(RuleError, match="ほかの人"):
        actions.set_team(CLERK, year, before, "IN26-01", TeamByHand((one,), one, slot), "もう一度")


def test_independence_is_not_for_any_reason(year: int) -> None:
    ready()
    accepted()
    slot = EngagementSlot.objects.get(engagement__code="IN26-01").slot_id
    with pytest.raises(InputError, match="本人の所属"):
        actions.set_team(CLERK, year, version(), "IN26-01", TeamByHand(("S101", "S104"), "S104", slot), "人手不足")
    assert "S101" not in teams()["IN26-01"]
    # Nor where somebody worked last year, as the year's rule forbids it.
    department = Department.objects.get(code="101")
    FormerPost.objects.create(municipality_id=1, staff_number="S105", fiscal_year=2025, department=department)
    with pytest.raises(InputError, match="在籍していました"):
        actions.set_team(CLERK, year, version(), "IN26-01", TeamByHand(("S104", "S105"), "S104", slot), "人手不足")


def test_only_audits_that_nobody_was_told_of_are_touched(year: int) -> None:
    ready()
    draft = computed()
    Engagement.objects.filter(code="IN26-01").update(state="notified")
    assert actions.accept_assignment(CLERK, year, draft, "") == 2
    assert set(teams()) == {"IN26-02", "IN26-03"}
    with pytest.raises(RuleError, match="通知した後"):
        actions.set_team(CLERK, year, version(), "IN26-01", TeamByHand(("S105", "S106")), "")


def test_somebody_drops_out_and_as_little_as_possible_changes(year: int) -> None:
    ready()
    accepted()
    before = teams()
    code = next(code for code, team in before.items() if "S106" in team)
    fixed = next(one for one in ("IN26-01", "IN26-02", "IN26-03") if one != code)
    for number in before[fixed]:
        actions.add_team_rule(CLERK, Engagement.objects.get(code=fixed), member(number), "fixed", "前年度からの続き")
    gone = SaidOfAuditor(is_experienced=True, is_left_out=True)
    actions.set_auditors(CLERK, year, {"S106": gone})
    days = dict(EngagementSlot.objects.values_list("engagement__code", "day"))
    draft = computed()
    lines = {one.task.code: one for one in team_lines(draft_case(draft), draft_teams(draft), present_of(CLERK, year))}
    assert [one for one, line in lines.items() if line.is_changed] == [code]
    assert lines[code].left_ja == ("職員S106",)
    assert lines[code].reasons_ja == ("「職員S106」は、今は割り当てられません。",)
    actions.accept_assignment(CLERK, year, draft, "")
    after = teams()
    assert "S106" not in {number for team in after.values() for number in team}
    assert after[fixed] == before[fixed]
    # Five people for six places: the place left empty is taken by somebody, and nothing else moves.
    assert before[code] - {"S106"} <= after[code]
    assert {one: team for one, team in after.items() if one != code} == {
        one: team for one, team in before.items() if one != code
    }
    assert dict(EngagementSlot.objects.values_list("engagement__code", "day")) == days


def test_why_not_this_auditor(year: int) -> None:
    ready()
    draft = computed()
    found = why_not(draft_case(draft), draft_plan(draft), "S101", "IN26-01")
    assert "own_department" in {one.rule for one in found.breaches}


def test_training_that_the_year_asks_for(year: int) -> None:
    imported("year", [setting("training_required", "reading", YEAR)])
    assert not any(row.can_be_sent for row in auditor_rows(1, year))
    ready()
    with pytest.raises(InputError, match="割り当てられる監査員がいません"):
        actions.begin_assignment(CLERK, year, WantedTeams())


def test_experience_is_what_the_records_say_unless_the_office_says_otherwise(year: int) -> None:
    actions.set_auditors(CLERK, year, {"S101": SaidOfAuditor(), "S102": SaidOfAuditor(is_experienced=False)})
    old = Engagement.objects.create(
        municipality_id=1,
        fiscal_year=2025,
        code="I1",
        stream="internal_audit",
        method="control_check",
        department=Department.objects.get(code="104"),
    )
    for number in ("S101", "S102"):
        EngagementAuditor.objects.create(municipality_id=1, engagement=old, reference=number)
    rows = {row.staff.staff_number: row for row in auditor_rows(1, year)}
    assert (rows["S101"].is_experienced, rows["S102"].is_experienced) == (True, False)
    assert rows["S102"].is_recorded_experienced


def test_what_was_said_last_year_is_taken_over_once(year: int) -> None:
    people = [staff(f"S{code}", code, fiscal_year=YEAR + 1, is_auditor=True) for code in AUDITED]
    imported("staff", people)
    said = SaidOfAuditor(is_experienced=True, may_lead=False, max_audits=2, is_left_out=True)
    actions.set_auditors(CLERK, year, {"S101": said})
    assert actions.copy_auditors(CLERK, year + 1) == 3
    row = auditor_rows(1, year + 1)[0]
    assert (row.is_experienced, row.fact.may_lead, row.fact.max_audits) == (True, False, 2)
    assert not row.fact.is_left_out  # that was for last year
    with pytest.raises(InputError, match="写すものはありません"):
        actions.copy_auditors(CLERK, year + 1)


@pytest.mark.parametrize(
    "rules",
    [
        YearRules(team_size=0),
        YearRules(team_size=1, experienced_count=2),
        YearRules(first_on=date(2026, 10, 1)),
        YearRules(first_on=date(2026, 10, 30), last_on=date(2026, 10, 1)),
        YearRules(first_on=date(2025, 10, 1), last_on=date(2026, 10, 1)),
        YearRules(first_on=date(2026, 10, 3), last_on=date(2026, 10, 4)),  # a weekend
        YearRules(slot_capacity=0),
        YearRules(notice_days=-1),
        YearRules(halves="night"),
        YearRules(weights={"travel": -1}),
        YearRules(weights={"nonsense": 1}),
    ],
)
def test_rules_that_cannot_be(year: int, rules: YearRules) -> None:
    with pytest.raises(InputError):
        actions.set_year_rules(CLERK, year, rules)
    assert not Event.objects.filter(verb="set_year_rules").exists()


def test_rows_that_cannot_be(year: int) -> None:
    one = member("S101")
    with pytest.raises(InputError):
        actions.add_busy(CLERK, one, date(2026, 10, 2), date(2026, 10, 1))
    with pytest.raises(InputError):
        actions.add_busy(CLERK, one, date(2027, 4, 1), date(2027, 4, 1))
    actions.add_busy(CLERK, one, date(2026, 10, 1), date(2026, 10, 1), "am")
    with pytest.raises(InputError, match="既に"):
        actions.add_busy(CLERK, one, date(2026, 10, 1), date(2026, 10, 1), "am")
    with pytest.raises(InputError):
        actions.set_auditors(CLERK, year, {"S999": SaidOfAuditor()})
    with pytest.raises(InputError):
        actions.set_auditors(CLERK, year, {"S101": SaidOfAuditor(max_audits=-1)})
    busy = auditor_rows(1, year)[0].busy[0]
    actions.remove_row(CLERK, year, "busy", busy.pk)
    with pytest.raises(RuleError, match="既に取り除かれて"):
        actions.remove_row(CLERK, year, "busy", busy.pk)


def test_days_taken_come_from_a_table_whole_or_not_at_all(year: int) -> None:
    text = "職員番号,始まりの日,終わりの日,時間帯\nS101,2026-10-01,2026-10-02,午前\nS102,2026-10-05,,\n"
    file = Upload("予定.csv", text.encode())
    assert actions.import_busy(CLERK, year, file) == 2
    assert actions.import_busy(CLERK, year, file) == 0  # the same rows again
    rows = {row.staff.staff_number: row.busy for row in auditor_rows(1, year)}
    assert [(one.first_on, one.last_on, one.half) for one in rows["S101"]] == [
        (date(2026, 10, 1), date(2026, 10, 2), "am")
    ]
    assert SourceFile.objects.filter(sha256=file.sha256).exists()
    bad = "職員番号,始まりの日\nS103,2026-10-06\nS999,2026-10-06\nS103,2027-04-01\n"
    with pytest.raises(InputError) as told:
        actions.import_busy(CLERK, year, Upload("誤り.csv", bad.encode()))
    assert [one.place.row for one in told.value.refusals] == [3, 4]
    assert not any(row.busy for row in auditor_rows(1, year) if row.staff.staff_number == "S103")


def test_notices_count_open_days_and_the_calendar_has_them(year: int) -> None:
    ready(YearRules(first_on=date(2026, 10, 1), last_on=date(2026, 10, 30), notice_days=10))
    actions.set_team(CLERK, year, version(), "IN26-01", TeamByHand(("S104", "S105"), "S104", "20261001-am"), "")
    # Ten open days before Thursday 1 October 2026; 21, 22 and 23 September are holidays of that year.
    audits = {one.audit.engagement.code: one for one in dated_audits(CLERK, year, date(2026, 9, 1))}
    assert audits["IN26-01"].notice_on == date(2026, 9, 14)
    assert not audits["IN26-01"].is_late
    assert dated_audits(CLERK, year, date(2026, 9, 15))[0].is_late
    entries = calendar_entries(CLERK, year, "みほん市", date(2026, 9, 1))
    assert [(one.on, one.title_ja) for one in entries] == [
        (date(2026, 10, 1), "情報セキュリティ内部監査　第101課"),
        (date(2026, 9, 14), "監査実施通知の期限　第101課"),
    ]


def test_an_auditor_sees_the_own_audits_only(year: int) -> None:
    ready()
    accepted()
    code = next(code for code, team in teams().items() if "S105" in team)
    auditor = Actor(1, "職員S105", "staff_auditor", staff_number="S105")
    assert [one.engagement.code for one in year_audits(auditor, year)] == [code]
    assert all("期限" not in one.title_ja for one in calendar_entries(auditor, year, "みほん市", date(2026, 4, 1)))


def test_a_worker_that_was_killed_leaves_the_teams(year: int) -> None:
    ready()
    accepted()
    before = teams()
    draft = actions.begin_assignment(CLERK, year, WantedTeams(keeps_changes_few=False))
    from datetime import timedelta

    from django.utils import timezone

    from kansa.apps.jobs.models import Job

    over = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=draft.job_id).update(state="running", worker="dead", attempts=1, lease_until=over)
    work_off(TASKS, beats=False)
    assert Draft.objects.get(pk=draft.pk).state == "ready"
    assert teams() == before


def test_another_city_reaches_nothing(year: int) -> None:
    ready()
    draft = computed()
    busy_day = date(2026, 10, 1)
    actions.add_busy(CLERK, member("S101"), busy_day, busy_day)
    with pytest.raises(Http404):
        draft_of(OTHER_CLERK, "assignment", year, draft.pk)
    with pytest.raises(RuleError, match="既に取り除かれて"):
        actions.remove_row(OTHER_CLERK, year, "busy", auditor_rows(1, year)[0].busy[0].pk)
    with pytest.raises(InputError):
        actions.set_auditors(OTHER_CLERK, year, {"S101": SaidOfAuditor()})
    with pytest.raises(RuleError, match="通知した後"):
        actions.set_team(OTHER_CLERK, year, 0, "IN26-01", TeamByHand(("S104", "S105")), "")
    assert year_audits(OTHER_CLERK, year) == []
    assert auditor_rows(2, year) == []


def test_a_computation_that_is_stopped_keeps_what_it_has(year: int) -> None:
    ready()
    draft = actions.begin_assignment(CLERK, year, WantedTeams())
    actions.stop_draft(CLERK, draft)
    work_off(TASKS, beats=False)
    kept = Draft.objects.get(pk=draft.pk)
    assert kept.state in ("ready", "failed")  # the best found, or nothing was found yet
    assert bool(kept.answer) == (kept.state == "ready")
    assert teams() == {}
    with pytest.raises(RuleError, match="もう終わって"):
        actions.stop_draft(CLERK, kept)


def test_others_may_not(year: int) -> None:
    ready()
    draft = computed()
    one, audit = member("S101"), Engagement.objects.get(code="IN26-01")
    for act in (
        lambda: actions.create_engagements(VIEWER, year),
        lambda: actions.begin_assignment(VIEWER, year, WantedTeams()),
        lambda: actions.accept_assignment(VIEWER, year, draft, ""),
        lambda: actions.set_team(VIEWER, year, 0, "IN26-01", TeamByHand(("S105",)), ""),
        lambda: actions.set_year_rules(VIEWER, year, RULES),
        lambda: actions.set_auditors(VIEWER, year, {}),
        lambda: actions.add_busy(VIEWER, one, date(2026, 10, 1), date(2026, 10, 1)),
        lambda: actions.add_team_rule(VIEWER, audit, one, "excluded", "理由"),
        lambda: actions.add_day(VIEWER, year, date(2026, 10, 1), False, ""),
        lambda: actions.remove_row(VIEWER, year, "busy", 1),
    ):
        with pytest.raises(RuleError, match="権限"):
            act()
