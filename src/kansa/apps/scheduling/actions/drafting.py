"""How is a plan computed? Put into the table as a question, solved by a worker, kept as an answer with its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import transaction
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.jobs.actions import JobContext, ask_to_stop
from kansa.apps.scheduling.actions.beginning import new_draft, saved
from kansa.apps.scheduling.models import Draft
from kansa.apps.scheduling.queries import LapFrame, draft_task, first_open_year, rotation_task
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.document.frozen import plain
from kansa.planning.program import SEED, Progress, Search
from kansa.planning.rotation.conflict import diagnose, repaired
from kansa.planning.rotation.solve import solve_rotation
from kansa.planning.rotation.task import accepted, input_sha256
from kansa.planning.rotation.values import RotationPlan, RotationTask

SECONDS = (1, 600)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person chose: `keeps_changes_few` weighs each change of the accepted plan."""

    open_from: int
    keeps_changes_few: bool = True
    seconds_limit: int = 60
    seed: int = SEED
    title_ja: str = ""


def asked_task(actor: Actor, frame: LapFrame, wanted: Wanted, this_year: int) -> RotationTask:
    """The question in canonical form. Raises InputError for what cannot be asked."""
    first = first_open_year(actor.municipality_id, frame, this_year)
    if not SECONDS[0] <= wanted.seconds_limit <= SECONDS[1]:
        reason = f"計算時間の上限は{SECONDS[0]}秒から{SECONDS[1]}秒までです。"
        raise InputError(Refusal("out_of_range", reason, Place(column="計算時間の上限（秒）")))
    if wanted.open_from < first or wanted.open_from > frame.years[-1]:
        reason = "計画できる年度がありません。" if first > frame.years[-1] else f"{first}年度から計画できます。"
        raise InputError(Refusal("year_not_open", reason, Place(column="計画し直す最初の年度")))
    asked = rotation_task(actor.municipality_id, frame, wanted.open_from)
    if not wanted.keeps_changes_few:
        asked = _without_previous(asked)
    if not asked.departments:
        reason = "この巡に課所等がありません。先に課所等を登録してください。"
        raise InputError(Refusal("department_needed", reason))
    return accepted(asked)


def _without_previous(asked: RotationTask) -> RotationTask:
    return replace(asked, previous=())


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found; `told_ja`: why there is no plan and what would help, when the rules contradict each other.

    The plan of contradicting rules is their cheapest repair, its status infeasible.
    """

    plan: RotationPlan
    told_ja: tuple[str, ...] = ()


def answer_of(asked: RotationTask, search: Search, on_conflict: Callable[[], object] | None = None) -> Answer:
    """The best plan; for contradicting rules why, and the repair. Pure: no table is read or written."""
    plan = solve_rotation(asked, search)
    if plan.status != "infeasible":
        return Answer(plan)
    if on_conflict is not None:
        on_conflict()
    quiet = Search(search.seconds, search.seed)
    found = diagnose(asked, quiet)
    return Answer(replace(repaired(asked, quiet), status="infeasible"), tuple(found.sentences_ja) if found else ())


def begin_rotation(actor: Actor, frame: LapFrame, wanted: Wanted, this_year: int) -> Draft:
    """A draft that a worker will solve. The accepted plan stays as it is."""
    require(actor, "manage_plan")
    asked = asked_task(actor, frame, wanted, this_year)
    draft = new_draft(actor, "rotation", frame.first_fiscal_year, wanted, plain(asked), input_sha256(asked))
    return saved(actor, draft, solve_rotation_draft)


def keep_rotation(actor: Actor, frame: LapFrame, wanted: Wanted, asked: RotationTask, answer: Answer) -> Draft:
    """A draft of what was solved elsewhere, at the console. Only what is finished is written down."""
    require(actor, "manage_plan")
    draft = new_draft(actor, "rotation", frame.first_fiscal_year, wanted, plain(asked), input_sha256(asked))
    _put(draft, answer)
    return saved(actor, draft)


def search_of(context: JobContext, draft: Draft) -> Search:
    """A search that tells its progress to the job's row and hears when somebody wants it to stop."""
    limit = draft.seconds_limit

    last = [(0, limit, "計算中")]

    def tell(progress: Progress) -> None:
        best = "まだ計画が見つかっていません" if progress.objective is None else f"今の費用 {progress.objective:,}"
        bound = "" if progress.bound is None else f"（下限 {progress.bound:,}）"
        last[0] = min(limit, int(progress.seconds)), limit, f"{best}{bound}"
        context.tell(*last[0])

    def wants_stop() -> bool:
        return context.tell(*last[0])  # asks the table at most twice a second, also while nothing is found

    return Search(seconds=limit, seed=draft.seed, on_progress=tell, wants_stop=wants_stop)


@task(takes_context=True)
def solve_rotation_draft(context: TaskContext, municipality_id: int, draft_id: int) -> dict[str, object]:
    """Solves a draft; repeating it finds the draft solved and does nothing."""
    assert isinstance(context, JobContext)
    draft = Draft.objects.filter(municipality_id=municipality_id, pk=draft_id).first()
    if draft is None or draft.state != "solving":
        return {}
    answer = answer_of(
        draft_task(draft), search_of(context, draft), lambda: context.tell(0, 0, "矛盾の原因を調べています")
    )
    keep(draft, answer)
    return {"state": draft.state}


def keep(draft: Draft, answer: Answer) -> None:
    """Writes the answer down, unless the draft was discarded in the meantime."""
    _put(draft, answer)
    fields = ("state", "told_ja", "answer", "solver", "objective", "bound", "milliseconds")
    Draft.objects.filter(pk=draft.pk, state="solving").update(**{name: getattr(draft, name) for name in fields})


def _put(draft: Draft, answer: Answer) -> None:
    states = {"optimal": "ready", "feasible": "ready", "infeasible": "infeasible", "unknown": "failed"}
    plan = answer.plan
    draft.state, draft.told_ja = states[plan.status], list(answer.told_ja)
    draft.answer = {"cells": plain(plan.cells)} if plan.cells else None
    draft.solver, draft.objective, draft.bound = plan.solver, plan.objective, plan.bound
    draft.milliseconds = int(plan.seconds * 1000)


def stop_draft(actor: Actor, draft: Draft) -> None:
    """Asks the solver to stop with the best plan it has. Raises RuleError when it is over."""
    require(actor, "manage_plan")
    if draft.state != "solving" or draft.job_id is None or not ask_to_stop(actor.municipality_id, draft.job_id):
        raise RuleError("not_running", "この計算は、もう終わっています。")
    with transaction.atomic():
        record(actor, "stop_draft", "draft", str(draft.pk), {}, {})
