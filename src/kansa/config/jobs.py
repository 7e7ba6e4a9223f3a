"""Which work may run in the background, and what is due by the clock? A job that is not listed here is not run."""

from __future__ import annotations

import threading

from kansa.apps.diagnosis.actions import process_advisories, process_upload
from kansa.apps.drills.actions import fetch_reports, note_drill_mails
from kansa.apps.jobs.actions import Schedule, work
from kansa.apps.mail.actions import look_after_mail, read_bounces, send_mail_batch
from kansa.apps.people.queries import municipality_ids
from kansa.apps.scheduling.actions import solve_assignment_draft, solve_rotation_draft
from kansa.apps.self_inspection.actions import decide_results, mix_answers, move_large_campaign, remind_by_clock
from kansa.apps.trail.actions import seal_trail

TASKS = {
    task.module_path: task
    for task in (
        *(mix_answers, process_advisories, process_upload, seal_trail, solve_assignment_draft, solve_rotation_draft),
        *(send_mail_batch, look_after_mail, read_bounces, fetch_reports, note_drill_mails, remind_by_clock),
        *(decide_results, move_large_campaign),
    )
}

SCHEDULES = {
    schedule.name: schedule
    for schedule in (
        Schedule("seal_trail", seal_trail, seconds=3600),  # what is not sealed can still be denied
        Schedule("look_after_mail", look_after_mail, seconds=600),  # a batch whose chain of jobs broke is woken
        Schedule("read_bounces", read_bounces, seconds=900),
        Schedule("note_drill_mails", note_drill_mails, seconds=60),  # the pages of a drill count what has left
        Schedule("fetch_reports", fetch_reports, seconds=300),  # the help desk is told soon what is no drill
        Schedule("decide_results", decide_results, seconds=3600),  # rules and departments change too
        Schedule("mix_answers", mix_answers, seconds=3600),  # the order of answers is kept no longer than this
        Schedule("remind_by_clock", remind_by_clock, seconds=3600),  # what a campaign plans days before its deadline
    )
}


def work_until(is_over: threading.Event) -> None:
    """The worker: does what is due until `is_over` is set."""
    work(TASKS, SCHEDULES, municipality_ids, is_over)
