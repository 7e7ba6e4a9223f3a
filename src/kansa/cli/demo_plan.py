"""Which plan does the demo show? One that was just computed for the present lap and waits to be looked at."""

from __future__ import annotations

from datetime import date

from kansa.cli.setting_up import operator
from kansa.core.fiscal import fiscal_year_of

SECONDS = 20  # the demo does not wait longer for the proof


def add_demo_plan(today: date) -> str:
    """Computes a draft for the lap of today's fiscal year; its sentence for the console."""
    from kansa.apps.jobs.actions import work_off
    from kansa.apps.scheduling.actions import Wanted, begin_rotation
    from kansa.apps.scheduling.models import Draft
    from kansa.apps.scheduling.queries import first_open_year, frame_of
    from kansa.config.jobs import TASKS

    actor, this_year = operator(), fiscal_year_of(today)
    frame = frame_of(actor.municipality_id, this_year)
    first = first_open_year(actor.municipality_id, frame, this_year)
    if first > frame.years[-1]:
        frame = frame_of(actor.municipality_id, frame.years[-1] + 1)
        first = frame.first_fiscal_year
    draft = begin_rotation(actor, frame, Wanted(first, seconds_limit=SECONDS, title_ja="デモ"), this_year)
    work_off(TASKS)
    state_ja = Draft.objects.get(pk=draft.pk).state_ja
    return f"{frame.title_ja}の監査計画を計算しました（{state_ja}。画面の「監査計画」から採用できます）。"
