"""Does the manual explain every code a person can meet, and no code that nobody can meet any more?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from kansa.core.checks import CHECKS
from tests.docs.pages import GUIDE
from tests.house.source import Module, dotted, example, files

PAGE = GUIDE / "10-troubles.md"
# Calls whose first text argument is a code; whatever stands before it (a record) is skipped.
TELLERS = {
    "Refusal",
    "RuleError",
    "CellFault",
    "UnsafeFile",
    "Notice",
    "NotThisBook",
    "SealedBook",
    "_refuse",
    "refused",
}
CODE = re.compile(r"[a-z][a-z0-9_]*")


def codes(module: Module) -> Iterator[str]:
    """The codes that a module tells people, as far as they are written out."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in TELLERS:
            texts = [one.value for one in node.args[:2] if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if texts and CODE.fullmatch(texts[0]):
                yield texts[0]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and node.value.elts:
            first = node.value.elts[0]  # reason_fault answers (code, words)
            if module.path.name == "judgements.py" and isinstance(first, ast.Constant):
                yield str(first.value)


def explained() -> set[str]:
    """The codes in the first column of the page's tables."""
    rows = (line.split("|")[1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `"))
    return {code for cell in rows for code in re.findall(r"`([a-z][a-z0-9_]*)`", cell)}


# Acts of pages: the page shows the reason at its field and never the code, so the manual need not explain it.
ON_PAGES = (
    *("kansa.core.flow", "kansa.core.three_way", "kansa.core.improvement", "kansa.core.inspection"),
    *("kansa.apps.plan.queries", "kansa.apps.trail.actions.reading"),
    *("kansa.apps.people.actions.organisation", "kansa.apps.people.actions.posts"),
    *("kansa.apps.controls.actions.editing", "kansa.apps.assessment.actions", "kansa.apps.findings.actions"),
    "kansa.apps.assessment.views",
    *("kansa.core.mail", "kansa.formats.mail_messages", "kansa.formats.mail_bounces", "kansa.apps.mail"),
    *("kansa.apps.education", "kansa.apps.self_inspection", "kansa.apps.audits", "kansa.apps.annual_report.views"),
)


def is_on_pages(module: Module) -> bool:
    """Whether no command reaches the module: imports are reached by commands everywhere."""
    return module.name.startswith(ON_PAGES) and not module.name.endswith("importing")


def told(*, by_commands_only: bool = False) -> set[str]:
    """Every code of the product, or those that a command can print."""
    modules = [module for module in files("src") if not (by_commands_only and is_on_pages(module))]
    return {code for module in modules for code in codes(module)} | set(CHECKS)


def test_every_code_is_explained() -> None:
    assert told(by_commands_only=True) - explained() == set()


def test_no_explained_code_is_gone() -> None:
    assert explained() - told() - {"kansa"} == set()


def test_a_code_is_found() -> None:
    text = 'yield refused(record, "odd_thing", "x")\nraise RuleError("no_thing", f"{y}")\nRefusal(code, "言葉")'
    assert set(codes(example("kansa.x", text))) == {"odd_thing", "no_thing"}
