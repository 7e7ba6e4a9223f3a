"""With which rules and scale may a fiscal year begin? A usual set, shown first, changed later like any other."""

from __future__ import annotations

from kansa.apps.annual_report.actions.importing import ImportOutcome, import_records
from kansa.apps.controls.models import FiscalYearRule, ScaleLevel
from kansa.apps.people.models import YEARS
from kansa.apps.trail.actions import require
from kansa.core.errors import InputError, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.records import Record, ScaleLevelRecord, Source, YearSettingRecord

TYPED = Source("", "", "", 0)
# Five levels from "not done" to "improves itself"; a level from CONFORMS_FROM on conforms.
SCALE_JA = (
    (4, "レベル４", "定められた対策が定着し、定期的な見直しによって改善が続けられている。"),
    (3, "レベル３", "規程等に定めた対策が、対象の全てで行われている。"),
    (2, "レベル２", "対策は行われているが、一部に漏れがあるか、規程等に定めがない。"),
    (1, "レベル１", "対策が担当者の判断に任され、規程等に照らして不足している。"),
    (0, "レベル０", "対策が行われていない。"),
)
CONFORMS_FROM = "3"
PASS_MARK = "3.00"


def usual_year(fiscal_year: int) -> list[Record]:
    """The usual rules and scale as an import would read them."""
    rules: list[Record] = [
        YearSettingRecord(fiscal_year, "pass_mark", PASS_MARK, TYPED),
        YearSettingRecord(fiscal_year, "conforms_from", CONFORMS_FROM, TYPED),
        YearSettingRecord(fiscal_year, "full_mark", "4", TYPED),
        YearSettingRecord(fiscal_year, "rotation_first_year", str(fiscal_year), TYPED),
    ]
    return [*rules, *(ScaleLevelRecord(fiscal_year, *level, TYPED) for level in SCALE_JA)]


def begin_year(actor: Actor, fiscal_year: int) -> ImportOutcome:
    """Gives a year without rules and scale the usual ones.

    Raises RuleError when not allowed or the year has some already, InputError when the import refuses them.
    """
    require(actor, "import")
    if not YEARS[0] <= fiscal_year <= YEARS[1]:
        raise RuleError("bad_year", f"{fiscal_year}年度は扱えません。")
    keys = {"municipality_id": actor.municipality_id, "fiscal_year": fiscal_year}
    if ScaleLevel.objects.filter(**keys).exists() or FiscalYearRule.objects.filter(**keys).exists():
        reason = f"{era_year_ja(fiscal_year)}の年度設定は、すでにあります。直すときは年度設定を取り込んでください。"
        raise RuleError("already_begun", reason)
    outcome = import_records(actor, "year", usual_year(fiscal_year), [], apply=True)
    if outcome.refusals:
        raise InputError(*outcome.refusals)
    return outcome
