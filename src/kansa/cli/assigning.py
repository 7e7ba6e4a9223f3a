"""The commands of a year's teams and days: audits made from the plan, assign, accept, calendar."""

from __future__ import annotations

import threading
from argparse import Namespace
from typing import TYPE_CHECKING

from kansa.cli.listening import cost_ja, heard, listener
from kansa.cli.outcome import DIFFERS, GOOD, Outcome
from kansa.cli.records import write_file
from kansa.cli.setting_up import operator
from kansa.core.fiscal import era_year_ja

if TYPE_CHECKING:
    from kansa.apps.scheduling.models import Draft

STOPPED_JA = "途中で止めたため、それまでに見つかった中で最良の割当てです。"


def audits(options: Namespace) -> Outcome:
    """Makes an audit for every cell of the year's plan that has none."""
    from kansa.apps.scheduling import actions

    made = actions.create_engagements(operator(), options.year)
    lines = [f"{era_year_ja(options.year)}の監査を{len(made)}件登録しました。"]
    lines += [f"　{one.code}　{one.department.name_ja if one.department else ''}" for one in made]
    return Outcome(lines, {"codes": [one.code for one in made]})


def assign(options: Namespace) -> Outcome:
    """Computes teams and days here; Ctrl+C keeps the best found so far."""
    from kansa.apps.scheduling import actions
    from kansa.planning.program import SEED, Search

    seed = SEED if options.seed is None else options.seed
    wanted = actions.WantedTeams(not options.fresh, options.seconds, seed, options.title)
    asked = actions.asked_case(operator(), options.year, wanted)
    stop = threading.Event()
    search = Search(wanted.seconds_limit, wanted.seed, listener(), stop.is_set)
    solved = heard(lambda: actions.solved_teams(asked, search), stop)
    draft = actions.keep_assignment(operator(), options.year, wanted, asked, solved)
    return of_draft(draft, is_stopped=stop.is_set())


def of_draft(draft: Draft, *, is_stopped: bool) -> Outcome:
    """What was computed: number, proof, and every team with its half day."""
    from kansa.apps.scheduling.queries import draft_case, draft_teams, team_lines
    from kansa.planning.assignment.stored import plain

    teams = draft_teams(draft)
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
        "teams": plain(teams),
    }
    lines = [f"計算の結果{draft.pk}：{draft.state_ja}", *([STOPPED_JA] if is_stopped else []), *draft.told_ja]
    if not teams:
        lines.append("時間内に割当てが見つかりませんでした。--seconds を延ばしてください。")
        return Outcome(lines, data, DIFFERS)
    proof = "（これより良い班はない）" if draft.gap == 0 else ""
    lines.append(f"費用{cost_ja(draft.objective)}、下限{cost_ja(draft.bound)}、差{cost_ja(draft.gap)}{proof}")
    lines.append(f"再現のための記録：{draft.solver}　種{draft.seed}　{draft.input_sha256}")
    for line in team_lines(draft_case(draft), teams):
        people = "、".join([*([f"{line.lead_ja}（主任）"] if line.lead_ja else []), *line.others_ja])
        lines.append(f"　{line.task.code}　{line.department_ja}　{line.slot_ja}　{people}")
    reason = " --reason 理由" if draft.state == "infeasible" else ""
    lines.append(f"採用するときは「kansa plan accept {draft.pk}{reason}」を実行してください。")
    return Outcome(lines, data, DIFFERS if draft.state == "infeasible" else GOOD)


def accept(draft: Draft, reason_ja: str) -> Outcome:
    """A draft's teams and days become those of the audits."""
    from kansa.apps.scheduling import actions

    count = actions.accept_assignment(operator(), draft.fiscal_year, draft, reason_ja)
    words = f"計算の結果{draft.pk}を、{era_year_ja(draft.fiscal_year)}の割当てとして採用しました（{count}件を変更）。"
    return Outcome([words], {"draft": draft.pk, "count": count})


def calendar(options: Namespace) -> Outcome:
    """Writes the year's audits and the last days for their notices as an iCalendar file."""
    from django.utils import timezone

    from kansa.apps.people.queries import municipality_of
    from kansa.apps.scheduling.queries import calendar_entries
    from kansa.planning.calendar.ics import calendar_text

    city = municipality_of(operator()).name_ja
    entries = calendar_entries(operator(), options.year, city, timezone.localdate())
    text = calendar_text(entries, timezone.now(), f"情報セキュリティ監査　{era_year_ja(options.year)}")
    write_file(options.out, text.encode())
    lines = [f"{era_year_ja(options.year)}の予定{len(entries)}件を書き出しました。", f"　{options.out}"]
    return Outcome(lines, {"count": len(entries), "file": str(options.out)})
