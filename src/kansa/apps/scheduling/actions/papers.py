"""How do the papers of planning come out: as Word, PDF or Excel, with what the office typed into them?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kansa.apps.audits.actions import Written, save_letter, write_letter
from kansa.apps.scheduling.queries import PlanPaper, template_for
from kansa.apps.trail.actions import require
from kansa.core.permission import Actor
from kansa.formats.writers import write_form

Writer = Callable[[Actor, PlanPaper], Written]


def _letter(form: str) -> Writer:
    def write(actor: Actor, paper: PlanPaper) -> Written:
        return write_letter(actor, paper.subject, paper.kind, form, template_for(actor, paper))

    return write


def _workbook(actor: Actor, paper: PlanPaper) -> Written:
    return Written(write_form(paper.form(paper.filled(actor).values), paper.table), "xlsx")


PAPER_WRITERS: dict[str, Writer] = {"docx": _letter("docx"), "pdf": _letter("pdf"), "xlsx": _workbook}


def write_paper(actor: Actor, paper: PlanPaper, form: str) -> Written:
    """The paper as a file; `form`: one of PAPER_WRITERS. Raises InputError for what the template or fonts refuse."""
    require(actor, "read_plan")
    return PAPER_WRITERS[form](actor, paper)


def save_paper(actor: Actor, paper: PlanPaper, version: int, typed: Mapping[str, str]) -> int:
    """Keeps what was typed into the fields; their new version. Raises RuleError when somebody saved meanwhile."""
    require(actor, "manage_plan")
    return save_letter(actor, paper.subject, paper.kind, version, typed).version
