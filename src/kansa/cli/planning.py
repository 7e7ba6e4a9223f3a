"""The commands of planning, with those of assigning.py. A subcommand is one line of SUBCOMMANDS."""

from __future__ import annotations

import threading
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from kansa.cli import assigning
from kansa.cli.listening import cost_ja, heard, listener
from kansa.cli.outcome import DIFFERS, GOOD, Outcome
from kansa.cli.progress import steps
from kansa.cli.records import write_file
from kansa.cli.setting_up import operator, start_django
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja, fiscal_year_of, short_era

if TYPE_CHECKING:
    from kansa.apps.scheduling.actions import Answer
    from kansa.apps.scheduling.models import Draft
    from kansa.apps.scheduling.queries import LapFrame
    from kansa.planning.program import Search
    from kansa.planning.rotation.values import RotationTask

INTERRUPTED_JA = "途中で止めたため、それまでに見つかった中で最良の計画です。"


def plan(options: Namespace) -> Outcome:
    """One of the subcommands."""
    start_django()
    return SUBCOMMANDS[options.plan_command](options)


def this_year() -> int:
    """The present fiscal year."""
    from django.utils import timezone

    return fiscal_year_of(timezone.localdate())


def frame_at(fiscal_year: int) -> LapFrame:
    """The lap in which a year lies. Raises RuleError before the first lap."""
    from kansa.apps.scheduling.queries import frame_of

    try:
        return frame_of(operator().municipality_id, fiscal_year)
    except ValueError as fault:
        raise RuleError("no_lap", f"{fiscal_year}年度を含む巡はありません（{fault}）") from fault


def show(options: Namespace) -> Outcome:
    """The accepted plan of a lap as a matrix, and its drafts."""
    from kansa.apps.scheduling.queries import drafts_of, lap_matrix, open_years_of, standing_plan, year_loads
    from kansa.document.frozen import plain

    frame = frame_at(options.year)
    city = operator().municipality_id
    task, cells = standing_plan(city, frame, this_year())
    lines = [frame.title_ja]
    for one in year_loads(task, cells):
        counts = f"内部{one.internal_count}件、外部{one.external_count}件"
        lines.append(f"　{era_year_ja(one.fiscal_year)}：{counts}、職員{one.staff_count:,}人")
    if not cells:
        lines.append("この巡の計画は、まだありません。")
    heads = "\t".join(short_era(year) for year in frame.years)
    lines += [f"コード\t課所等\t{heads}"] if cells else []
    for row in lap_matrix(task, cells) if cells else ():
        marks = "\t".join(cell.words_ja or "－" for cell in row.cells)
        lines.append(f"{row.department.code}\t{row.department.name_ja}\t{marks}")
    drafts = drafts_of(operator(), "rotation", frame.first_fiscal_year)
    for draft in drafts:
        lines.append(f"計算の結果{draft.pk}：{draft.title_ja}、{draft.state_ja}、費用{cost_ja(draft.objective)}")
    data: dict[str, object] = {
        "first_fiscal_year": frame.first_fiscal_year,
        "years": list(frame.years),
        "open_years": open_years_of(city, frame, this_year()),
        "cells": [plain(cell) for cell in cells],
        "drafts": [{"draft": one.pk, "state": one.state, "objective": one.objective} for one in drafts],
    }
    return Outcome(lines, data)


def solve(options: Namespace) -> Outcome:
    """Computes a draft here; Ctrl+C keeps the best plan found so far."""
    from kansa.apps.scheduling import actions
    from kansa.apps.scheduling.queries import open_years_of
    from kansa.planning.program import SEED, Search

    frame = frame_at(options.year)
    years = open_years_of(operator().municipality_id, frame, this_year())
    wanted = actions.Wanted(
        open_from=options.open_from or (years[0] if years else frame.years[0]),
        keeps_changes_few=not options.fresh,
        seconds_limit=options.seconds,
        seed=SEED if options.seed is None else options.seed,
        title_ja=options.title,
    )
    asked = actions.asked_task(operator(), frame, wanted, this_year())
    stop = threading.Event()
    answer = searched(asked, Search(wanted.seconds_limit, wanted.seed, listener(), stop.is_set), stop)
    draft = actions.keep_rotation(operator(), frame, wanted, asked, answer)
    return of_draft(frame, draft, is_stopped=stop.is_set())


def searched(asked: RotationTask, search: Search, stop: threading.Event) -> Answer:
    """The answer of a search in a thread of its own, so that this one hears Ctrl+C."""
    from kansa.apps.scheduling.actions import answer_of

    return heard(lambda: answer_of(asked, search), stop)


def of_draft(frame: LapFrame, draft: Draft, *, is_stopped: bool) -> Outcome:
    """What was computed: number, cost, bound, gap, and the difference from the accepted plan."""
    from kansa.apps.scheduling.queries import cells_of_lap, draft_cells, draft_task
    from kansa.planning.rotation.replan import differences

    cells, before = draft_cells(draft), cells_of_lap(operator().municipality_id, frame)
    names = {one.code: one.name_ja for one in draft_task(draft).departments}
    changes = differences(before, cells, names) if cells else ()
    data: dict[str, object] = {
        "draft": draft.pk,
        "state": draft.state,
        "objective": draft.objective,
        "bound": draft.bound,
        "gap": draft.gap,
        "seed": draft.seed,
        "solver": draft.solver,
        "input_sha256": draft.input_sha256,
        "told": draft.told_ja,
        "changes": [one.text_ja for one in changes],
    }
    lines = [f"計算の結果{draft.pk}：{draft.state_ja}", *([INTERRUPTED_JA] if is_stopped else []), *draft.told_ja]
    if draft.state == "failed":
        lines.append("時間内に計画が見つかりませんでした。--seconds を延ばしてください。")
        return Outcome(lines, data, DIFFERS)
    gap = "（これより良い計画はない）" if draft.gap == 0 else ""
    lines.append(f"費用{cost_ja(draft.objective)}、下限{cost_ja(draft.bound)}、差{cost_ja(draft.gap)}{gap}")
    lines.append(f"再現のための記録：{draft.solver}　種{draft.seed}　{draft.input_sha256}")
    lines.append(f"採用済みの計画との違い：{len(changes)}件" if before else "採用済みの計画はありません。")
    lines += [f"　{one.text_ja}" for one in changes] if before else []
    reason = " --reason 理由" if draft.state == "infeasible" else ""
    lines.append(f"採用するときは「kansa plan accept {draft.pk}{reason}」を実行してください。")
    return Outcome(lines, data, DIFFERS if draft.state == "infeasible" else GOOD)


def accept(options: Namespace) -> Outcome:
    """A draft becomes the plan, or the assignment of its year."""
    from kansa.apps.scheduling import actions
    from kansa.apps.scheduling.models import Draft

    draft = Draft.objects.visible_to(operator()).filter(pk=options.draft).first()
    if draft is None:
        raise RuleError("unknown_draft", f"計算の結果{options.draft}はありません。")
    if draft.kind == "assignment":
        return assigning.accept(draft, options.reason)
    frame = frame_at(draft.fiscal_year)
    actions.accept_draft(operator(), frame, draft, options.reason, this_year())
    return Outcome([f"計算の結果{draft.pk}を、{frame.title_ja}の計画として採用しました。"], {"draft": draft.pk})


def why(options: Namespace) -> Outcome:
    """Why a department stands in its year, and what other years would cost."""
    from kansa.apps.scheduling.queries import standing_plan
    from kansa.document.frozen import plain
    from kansa.planning.program import Search
    from kansa.planning.rotation.explain import explain

    frame = frame_at(options.year)
    task, cells = standing_plan(operator().municipality_id, frame, this_year())
    found = explain(task, cells, options.code, Search() if options.replan else None)
    return Outcome(list(found.sentences_ja), {"options": [plain(one) for one in found.options]})


def check(options: Namespace) -> Outcome:
    """The proof of a lap by the checker that shares nothing with the solver."""
    from kansa.apps.scheduling.queries import standing_plan
    from kansa.document.frozen import plain
    from kansa.planning.rotation.checker import breaches, coverage
    from kansa.planning.rotation.coverage import coverage_ja

    frame = frame_at(options.year)
    task, cells = standing_plan(operator().municipality_id, frame, this_year())
    proofs, found = coverage(task, cells), breaches(task, cells)
    lines = [frame.title_ja, coverage_ja(proofs, found) or "この巡に課所等がありません。"]
    unreached = [one for one in proofs if one.state not in ("internal", "missing")]
    lines += [] if cells else ["この巡の計画は、まだありません。"]
    lines += [f"　{one.department_code} {one.name_ja}：{one.reason_ja}" for one in unreached]
    lines += [f"［条件に合わない］{one.reason_ja}" for one in found] if cells else []
    data: dict[str, object] = {"coverage": [plain(one) for one in proofs], "breaches": [plain(one) for one in found]}
    return Outcome(lines, data, DIFFERS if found else GOOD)


def document(options: Namespace) -> Outcome:
    """Writes a paper of planning."""
    from kansa.apps.scheduling import actions
    from kansa.apps.scheduling.queries import annual_paper, lap_paper

    forms = [name.strip() for name in options.format.split(",") if name.strip()]
    unknown = [name for name in forms if name not in actions.PAPER_WRITERS]
    if unknown or not forms:
        reason = f"形式は{'、'.join(actions.PAPER_WRITERS)}から選んでください。"
        raise InputError(Refusal("unknown_format", reason, Place(column="--format")))
    frame = frame_at(options.year)
    if options.kind == "annual_plan":
        paper = annual_paper(operator(), options.year)
    else:
        paper = lap_paper(operator(), frame, this_year())
    written = {}
    for form in steps(forms, "文書"):
        path = options.out / f"kansa-{paper.kind}-{paper.fiscal_year}.{form}"
        written[path] = actions.write_paper(operator(), paper, form).data
    for path, data in written.items():
        write_file(path, data)
    files = [str(path) for path in written]
    return Outcome(["計画の文書を書き出しました。", *(f"　{name}" for name in files)], {"files": files})


SUBCOMMANDS: dict[str, Callable[[Namespace], Outcome]] = {
    "show": show,
    "solve": solve,
    "accept": accept,
    "why": why,
    "check": check,
    "document": document,
    "audits": assigning.audits,
    "assign": assigning.assign,
    "calendar": assigning.calendar,
}
