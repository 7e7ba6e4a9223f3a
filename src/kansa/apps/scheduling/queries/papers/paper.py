"""What is a paper of planning, whatever it is about?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kansa.apps.audits.queries import LetterForm, LetterSubject, letter_form, template_of
from kansa.core.fiscal import official_digits
from kansa.core.permission import Actor
from kansa.document.letters.defaults import lap_template
from kansa.formats.writers import OutSheet, PrintForm

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class PlanPaper:
    """A paper as the records know it. `about`: lap or fiscal_year, as letters name what they are about.

    `years`: how many the lap has. `form`: the Excel sheet for paper, made from the words as they were typed over.
    """

    kind: str
    about: str
    fiscal_year: int
    years: int
    words: Words
    lists: Mapping[str, list[Words]]
    form: Callable[[Mapping[str, str]], PrintForm]
    table: OutSheet

    @property
    def subject(self) -> LetterSubject:
        """What the letters are about: the lap by its first year, or the fiscal year."""
        key = str(self.fiscal_year)
        return LetterSubject(self.about, key, key, self.words, lambda _values: dict(self.lists))

    def filled(self, actor: Actor) -> LetterForm:
        """The fields with what was typed over them."""
        return letter_form(actor, self.kind, self.subject)


def template_for(actor: Actor, paper: PlanPaper) -> bytes:
    """The city's own template; else ours, with as many columns as the lap has years."""
    data, own = template_of(actor, paper.kind)
    return lap_template(paper.years) if own is None and paper.kind == "medium_term_plan" else data


def digits(number: int) -> str:
    """A number as official documents write it."""
    return official_digits(number)


def numbered(rows: Iterable[Words]) -> list[Words]:
    """Rows with 番号 from one on."""
    return [{"番号": official_digits(place), **row} for place, row in enumerate(rows, 1)]
