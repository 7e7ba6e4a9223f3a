"""Which small city do the tests of findings look at? Two departments, an external and an internal audit of this year.

E1 is the firm's audit of department 101 (items A1 to A3), I1 the internal audit of department 102 by S001 (item B1).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from kansa.apps.findings.models import Finding
from kansa.apps.plan.models import Engagement
from tests.builders import (
    build_city,
    department,
    engagement,
    finding,
    imported,
    item,
    judgement,
    scale,
    setting,
    staff,
)
from tests.cast import firm_named, sign_up, this_fiscal_year
from tests.remembered import remembered

YEAR = this_fiscal_year()
CODE = "F1"
COMPLETE = {
    "criterion_ja": "対策基準 第５条",
    "fact_ja": "書庫が施錠されていなかった。",
    "evidence_ja": "現地で確認した。",
    "effect_ja": "書類が持ち出されるおそれがある。",
    "recommendation_ja": "施錠の確認を日課とすることが望ましい。",
}


@remembered
def build_scene(state: str = "fieldwork") -> None:
    """The city with its people, both engagements in this state."""
    build_city()
    imported("year", [setting(fiscal_year=YEAR), *scale(YEAR)])
    imported("departments", [department("101"), department("102"), department("103", kind="branch")])
    imported("staff", [staff("S001", "103", fiscal_year=YEAR), staff("S002", "103", fiscal_year=YEAR)])
    external = [item(code, fiscal_year=YEAR, policy_clause="第５条") for code in ("A1", "A2", "A3")]
    imported("checklist", external)
    imported("checklist", [item("B1", "internal_audit", fiscal_year=YEAR)])
    days: dict[str, Any] = {"fiscal_year": YEAR, "started_on": date(YEAR, 5, 1), "ended_on": date(YEAR, 5, 2)}
    internal = engagement("I1", "102", stream="internal_audit", auditor_numbers=("S001",), **days)
    imported("engagements", [engagement("E1", "101", **days), internal])
    imported("judgements", [judgement(code, level, fiscal_year=YEAR) for code, level in (("A1", 2), ("A2", 3))])
    sign_up()
    Engagement.objects.filter(code="E1").update(firm=firm_named(), state=state)
    Engagement.objects.filter(code="I1").update(state=state)


def move_to(state: str, code: str = "E1") -> None:
    """The engagement in another state; how it gets there is not the question of these tests."""
    Engagement.objects.filter(code=code).update(state=state)


def a_finding(code: str = CODE, *, is_complete: bool = True, **fields: Any) -> Finding:
    """A finding of E1 and item A1 as if it had been imported, with its texts."""
    values: dict[str, Any] = {"fiscal_year": YEAR, **fields}
    imported("findings", [finding(code, **values)])
    if is_complete:
        Finding.objects.filter(code=code).update(**COMPLETE)
    return the_finding(code)


def the_finding(code: str = CODE) -> Finding:
    """The finding as it stands now."""
    found: Finding = Finding.objects.get(code=code)
    return found


def the_engagement(code: str = "E1") -> Engagement:
    """The engagement as it stands now."""
    found: Engagement = Engagement.objects.get(code=code)
    return found
