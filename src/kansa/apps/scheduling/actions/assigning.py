"""How are a year's teams and days computed? Put into the table as a question, solved by a worker, kept with proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.jobs.actions import JobContext
from kansa.apps.scheduling.actions.beginning import new_draft, saved
from kansa.apps.scheduling.actions.drafting import SECONDS, search_of
from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries import assignment_case, draft_case
from kansa.apps.trail.actions import require
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.permission import Actor
from kansa.planning.assignment.asking import input_sha256, settled
from kansa.planning.assignment.checker.costs import faults
from kansa.planning.assignment.repair import Impossible, why_impossible
from kansa.planning.assignment.replan import keep_leads
from kansa.planning.assignment.solve import assign
from kansa.planning.assignment.stored import plain
from kansa.planning.assignment.values import RULES_JA, AssignmentCase, AssignmentPlan
from kansa.planning.program import SEED, Search

PLACES_SHOWN = 12
STATES = {"optimal": "ready", "feasible": "ready", "infeasible": "infeasible", "unknown": "failed"}


@dataclass(frozen=True, slots=True)
class WantedTeams:
    """What the person chose."""

    keeps_changes_few: bool = True
    seconds_limit: int = 30
    seed: int = SEED
    title_ja: str = ""


def asked_case(actor: Actor, fiscal_year: int, wanted: WantedTeams) -> AssignmentCase:
    """The question in canonical form. Raises InputError for what cannot be asked, each with its place."""
    if not SECONDS[0] <= wanted.seconds_limit <= SECONDS[1]:
        reason = f"計算時間の上限は{SECONDS[0]}秒から{SECONDS[1]}秒までです。"
        raise InputError(Refusal("out_of_range", reason, Place(column="計算時間の上限（秒）")))
    case = assignment_case(actor.municipality_id, fiscal_year, keeps_changes_few=wanted.keeps_changes_few)
    if not case.tasks:
        reason = "監査員を割り当てられる内部監査がありません。先に、年度の計画から監査を登録してください。"
        raise InputError(Refusal("audit_needed", reason))
    if not case.auditors:
        reason = "割り当てられる監査員がいません。職員名簿の監査員、研修、対象外の指定を確かめてください。"
        raise InputError(Refusal("auditor_needed", reason))
    return settled(case)


@dataclass(frozen=True, slots=True)
class SolvedTeams:
    """What a search found. `impossible`: why there is no plan, and its repair; `wrong_ja`: what the checker refuses."""

    plan: AssignmentPlan
    impossible: Impossible | None = None
    wrong_ja: tuple[str, ...] = ()


def solved_teams(asked: AssignmentCase, search: Search, on_conflict: Callable[[], object] | None = None) -> SolvedTeams:
    """The best teams and days, led as before where that may be; pure. The checker goes over them before they count."""
    plan = assign(asked, search)
    plan = replace(plan, teams=keep_leads(asked, asked.previous, plan.teams))
    if plan.status != "infeasible":
        return SolvedTeams(plan, wrong_ja=faults(asked, plan))
    if on_conflict is not None:
        on_conflict()
    return SolvedTeams(plan, why_impossible(asked, Search(search.seconds, search.seed)))


def begin_assignment(actor: Actor, fiscal_year: int, wanted: WantedTeams) -> Draft:
    """A draft that a worker will solve. The present teams stay as they are."""
    require(actor, "manage_plan")
    asked = asked_case(actor, fiscal_year, wanted)
    draft = new_draft(actor, "assignment", fiscal_year, wanted, plain(asked), input_sha256(asked))
    return saved(actor, draft, solve_assignment_draft)


def keep_assignment(
    actor: Actor, fiscal_year: int, wanted: WantedTeams, asked: AssignmentCase, solved: SolvedTeams
) -> Draft:
    """A draft of what was solved elsewhere, at the console. Only what is finished is written down."""
    require(actor, "manage_plan")
    draft = new_draft(actor, "assignment", fiscal_year, wanted, plain(asked), input_sha256(asked))
    _put(draft, solved)
    return saved(actor, draft)


@task(takes_context=True)
def solve_assignment_draft(context: TaskContext, municipality_id: int, draft_id: int) -> dict[str, object]:
    """Solves a draft; repeating it finds the draft solved and does nothing, as does one that was discarded."""
    assert isinstance(context, JobContext)
    draft = Draft.objects.filter(municipality_id=municipality_id, pk=draft_id).first()
    if draft is None or draft.state != "solving":
        return {}
    solved = solved_teams(
        draft_case(draft), search_of(context, draft), lambda: context.tell(0, 0, "矛盾の原因を調べています")
    )
    _put(draft, solved)
    fields = ("state", "told_ja", "answer", "solver", "objective", "bound", "milliseconds")
    values = {name: getattr(draft, name) for name in fields}
    Draft.objects.filter(pk=draft.pk, state="solving").update(**values)
    return {"state": draft.state}


def places_ja(found: Impossible, case: AssignmentCase) -> str:
    """The audits and people whose rules contradict each other, as far as counting shows them; the first ones."""
    names = {one.staff_number: f"「{one.name_ja}」" for one in case.auditors}
    tasks = {one.code: case.departments.get(one.department_code, one.department_code) for one in case.tasks}
    words = []
    for rule, code, number in found.where[:PLACES_SHOWN]:
        audit = f"監査「{code}」（{tasks.get(code, '')}）" if code else ""
        what = "・".join(one for one in (audit, names.get(number, "")) if one)
        words.append(f"{what}の{RULES_JA[rule]}" if what else RULES_JA[rule])
    return "、".join(words) + ("など" if len(found.where) > PLACES_SHOWN else "")


def sentences_ja(found: Impossible, case: AssignmentCase) -> list[str]:
    """Why there is no plan, and the cheapest way out, in sentences."""
    told = []
    if found.rules:
        told.append(f"次の条件が同時には成り立ちません：{found.rules_ja}。")
    if found.where:
        told.append(f"矛盾しているところ：{places_ja(found, case)}。")
    if found.steps:
        cheapest = "最も少ない譲歩です" if found.is_cheapest else "見つかった中で最も少ない譲歩です"
        told.append(f"次のようにすれば割り当てられます（{cheapest}。費用の合計{found.price}）。")
        told += [f"{step.words_ja.rstrip('。')}（費用{step.price}）。" for step in found.steps]
    told += [one.reason_ja for one in found.unnamed]
    return told


def _put(draft: Draft, solved: SolvedTeams) -> None:
    """The answer in the draft, not saved. An infeasible one has its repair; what the checker refuses is not offered."""
    plan, found = solved.plan, solved.impossible
    teams = found.teams if found is not None else plan.teams
    draft.state = "failed" if solved.wrong_ja else STATES[plan.status]
    draft.told_ja = sentences_ja(found, draft_case(draft)) if found is not None else list(solved.wrong_ja)
    draft.answer = None
    if teams and not solved.wrong_ja:
        slots = {"slot_objective": plan.slot_objective, "slot_bound": plan.slot_bound}
        draft.answer = {"teams": plain(teams), **slots}
    draft.solver, draft.objective, draft.bound = plan.solver, plan.objective, plan.bound
    draft.milliseconds = int((plan.seconds + (found.seconds if found is not None else 0)) * 1000)
