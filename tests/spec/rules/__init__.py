"""Which function runs which worked example?

What lives here. For each `case` of the pages: how its row becomes a call of kansa.core, and the answer a row of text.
Who comes here. tests/spec/test_examples.py.
May import. kansa.core.
Must not. Compute anything itself; a rule only reads the row, calls the core and prints what it gave.
To add one. A function in the file of its subject, one line in its RULES.
"""

from __future__ import annotations

from tests.spec.rules import (
    audits,
    calendar,
    checks,
    diagnosis,
    exercise,
    flow,
    improvement,
    independence,
    likeness,
    mail_drill,
    measures,
    people,
    priorities,
    sentences,
    texts,
    uncertainty,
)
from tests.spec.rules.reading import Rule

RULES: dict[str, Rule] = {
    **calendar.RULES,
    **audits.RULES,
    **uncertainty.RULES,
    **people.RULES,
    **priorities.RULES,
    **sentences.RULES,
    **checks.RULES,
    **diagnosis.RULES,
    **exercise.RULES,
    **flow.RULES,
    **improvement.RULES,
    **independence.RULES,
    **likeness.RULES,
    **texts.RULES,
    **mail_drill.RULES,
    **measures.RULES,
}
