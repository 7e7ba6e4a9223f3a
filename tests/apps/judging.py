"""The audits that the tests of the judging room work on."""

from __future__ import annotations

from kansa.apps.assessment.models import Judgement
from kansa.apps.assessment.queries.entries import Entry
from kansa.apps.controls.models import ControlItem
from kansa.apps.people.actions import Duty, add_account
from kansa.apps.plan.models import Engagement
from tests.builders import YEAR, department, engagement, imported, item, scale, setting, staff
from tests.cast import CITY, CLERK, firm_named, sign_up, this_fiscal_year

ITEMS = ("A1", "A2", "A3")
PAST_YEAR = YEAR - 1


def build_room(mode: str = "single", items: tuple[str, ...] = ITEMS, state: str = "fieldwork") -> None:
    """I1: department 101 audited by S001 and S004; E1: by the firm. Items A1 carried, A2 revised, A3 added.

    Last year's I0 judged A1 at 2. Everybody of the cast has an account.
    """
    imported("year", [setting("judging_mode", mode), *scale()])
    imported("year", scale(PAST_YEAR))
    imported("departments", [department("101"), department("102"), department("103")])
    people = [staff("S001", "102"), staff("S002", "102"), staff("S003", "102"), staff("S004", "103")]
    assert imported("staff", people).refusals == ()
    lineages = {"A2": "revised", "A3": "added"}
    for stream in ("internal_audit", "external_audit"):
        now = [
            item(code, stream, lineage=lineages.get(code, "carried"), prior_code="" if code == "A3" else code)
            for code in items
        ]
        earlier = [item(code, stream, fiscal_year=PAST_YEAR, text_ja=f"旧項目{code}") for code in items if code != "A3"]
        assert imported("checklist", now).refusals == ()
        assert imported("checklist", earlier).refusals == ()
    internal = {"stream": "internal_audit", "auditor_numbers": ("S001", "S004")}
    past_one = engagement("I0", fiscal_year=PAST_YEAR, stream="internal_audit", started_on=None, ended_on=None)
    assert imported("engagements", [engagement("I1", **internal), engagement("E1")]).refusals == ()
    assert imported("engagements", [past_one]).refusals == ()
    sign_up()
    Engagement.objects.filter(fiscal_year=YEAR).update(state=state)
    Engagement.objects.filter(code="E1").update(firm=firm_named())
    this_year = this_fiscal_year()
    duty = Duty("staff_auditor", this_year, None, None)
    add_account(
        CLERK, "second", "second さん", staff_number="S004", valid_through=this_year, password=None, duties=[duty]
    )
    old = ControlItem.objects.get(code="A1", checklist__fiscal_year=PAST_YEAR, checklist__stream="internal_audit")
    past = Engagement.objects.get(code="I0")
    values = {"state": "judged", "level": 2, "evidence_ja": "昨年の証拠"}
    Judgement.objects.create(municipality_id=CITY, engagement=past, item=old, **values)


def said(mark: str = "3", evidence_ja: str = "規程集", reason_ja: str = "", methods: str = "document") -> Entry:
    """An entry as an auditor types it."""
    return Entry(mark, reason_ja, evidence_ja, methods)


def row_of(code: str = "A1", engagement_code: str = "I1") -> Judgement:
    """The judgement of an item."""
    found: Judgement = Judgement.objects.get(
        engagement__fiscal_year=YEAR, engagement__code=engagement_code, item__code=code
    )
    return found
