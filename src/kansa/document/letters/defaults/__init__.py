"""What lives here. The template of each kind that comes with the software, built in code, and sample values.
Who comes here. The apps (a city without own templates, previews), docs.letters and the tests.
May import. letters.kinds, document.render.docx, docx and the standard library.
Must not. Use a field its kind does not offer; word anything like assurance.
To add one. A function that writes one kind in a module here, one line in BUILDERS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from kansa.document.letters.defaults.forms import checklist, follow_up, improvement_plan, training_record, working_paper
from kansa.document.letters.defaults.laps import annual_plan, lap_template, medium_term_plan
from kansa.document.letters.defaults.notices import notice, rollout_notice
from kansa.document.letters.defaults.plans import engagement_plan
from kansa.document.letters.defaults.results import result_notice
from kansa.document.letters.defaults.sheet import Sheet
from kansa.document.letters.kinds import KINDS

BUILDERS: dict[str, Callable[[], Sheet]] = {
    "engagement_plan": engagement_plan,
    "notice": notice,
    "checklist": checklist,
    "working_paper": working_paper,
    "result_notice": result_notice,
    "improvement_plan": improvement_plan,
    "follow_up": follow_up,
    "rollout_notice": rollout_notice,
    "training_record": training_record,
    "medium_term_plan": medium_term_plan,
    "annual_plan": annual_plan,
}


@cache
def default_template(kind: str) -> bytes:
    """The template of a kind as .docx bytes, always the same. Raises KeyError for an unknown kind."""
    return BUILDERS[kind]().bytes(KINDS[kind].title_ja)


def sample_values(kind: str) -> dict[str, str]:
    """A value for each single field of a kind, for previews."""
    return {field.name: field.sample for field in KINDS[kind].fields}


def sample_lists(kind: str) -> dict[str, Sequence[dict[str, str]]]:
    """A few elements for each list of a kind, for previews."""
    return {one.name: one.samples() for one in KINDS[kind].lists}


__all__ = ["BUILDERS", "default_template", "lap_template", "sample_lists", "sample_values"]
