"""Does a measure raise a finding, carry it, close it by a scan, open it again, and ask the right departments?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from kansa.apps.annual_report.queries import export_records
from kansa.apps.annual_report.queries.waiting import waiting
from kansa.apps.diagnosis.actions import decisions, measures
from kansa.apps.diagnosis.models import Measure
from kansa.apps.diagnosis.queries.measures import lines_of
from kansa.apps.findings import actions
from kansa.apps.findings.models import Finding, FindingMeasure, ImprovementPlan, LateralRollout, RiskAcceptance
from kansa.apps.findings.queries import standing_of
from kansa.apps.findings.queries.frozen import findings
from kansa.apps.people.models import Department
from kansa.apps.plan.models import Engagement
from kansa.core.errors import RuleError
from tests import builders
from tests.apps.findings.scene import YEAR, the_finding
from tests.apps.findings.test_acts import code_of
from tests.apps.test_diagnosis_measures import made, scanned, soon, town, weighed
from tests.cast import CITY, account_named, actor_named, browser_of
from tests.scanning import registered

__all__ = ["town"]
CODE = f"SD{YEAR % 100:02}-01"


def page_of(measure: Measure) -> str:
    """Where a measure becomes a finding."""
    return f"/diagnosis/measures/{measure.pk}/finding/"


def raised(measure: Measure, **typed: str) -> Finding:
    """The finding that the office raises with the texts that the page offers."""
    clerk = browser_of("clerk")
    offered = clerk.get(page_of(measure)).context["form"].initial
    answer = clerk.post(page_of(measure), {**offered, "do": "raise", **typed})
    assert answer.status_code == 302, answer.content.decode()
    return Finding.objects.order_by("-pk")[0]


def approved(measure: Measure, person: str = "head", **fields: Any) -> None:
    """The contact proposes, the person approves."""
    one = decisions.propose(actor_named("contact"), measure.pk, weighed(measure, **fields))
    decisions.approve(actor_named(person), measure.pk, one.pk)


def state(code: str = CODE) -> str:
    """The state of the finding today."""
    return standing_of(the_finding(code), timezone.localdate()).state


def test_a_measure_raises_a_finding_and_a_scan_closes_and_reopens_it(town: Department) -> None:
    measure = made()
    finding = raised(measure)
    assert (finding.code, finding.department, finding.stream) == (CODE, town, "technical_diagnosis")
    assert "A-1" not in finding.title_ja and "openssl" not in finding.title_ja and "A-1" in finding.fact_ja
    assert {one.field for one in finding.secrecies.all()} >= {"fact_ja", "evidence_ja"}
    assert state() == "no_plan"
    # Sent twice, or a second finding of the same: one shortfall is told once.
    clerk = browser_of("clerk")
    assert clerk.get(page_of(measure)).context["form"] is None
    answer = clerk.post(page_of(measure), {"do": "raise", "title_ja": "もう一つ"})
    assert "二つ目は登録できません" in answer.content.decode() and Finding.objects.count() == 1
    approved(measure)
    today = timezone.localdate()
    assert state() == "planned" and findings(CITY, YEAR)[0].treatment == "fix"
    assert findings(CITY, YEAR)[0].due_on == soon().isoformat() and "condition" in findings(CITY, YEAR)[0].weighed
    # The finding has no plan or verification of its own.
    for act in ("plan", "done", "verification", "acceptance"):
        assert browser_of("head").get(f"/findings/{finding.pk}/do/{act}/").status_code in (302, 403)
    words = actions.PlanWords("x", "y", today, YEAR)
    assert code_of(lambda: actions.write_plan(actor_named("contact"), finding.pk, 0, words)) == "follows_measures"
    measures.report_measure_done(actor_named("contact"), measure.pk, min(today, date(YEAR, 4, 20)), "更新した")
    assert state() == "done"
    scanned(5, 1, has_openssl=False)
    page = browser_of("head").get(f"/findings/{finding.pk}/").content.decode()
    assert (
        state() == "verified"
        and f"{YEAR}-05-01 Nessus" in page
        and "診断1回" in page.translate(str.maketrans("１", "1"))
    )
    frozen = findings(CITY, YEAR)[0]
    assert (frozen.verified_on, frozen.improved_on) == (f"{YEAR}-05-01", frozen.improved_on) and frozen.improved_on
    scanned(6, 1)
    page = browser_of("clerk").get(f"/findings/{finding.pk}/").content.decode()
    assert state() in ("planned", "no_plan") and f"{YEAR}-06-01の診断で、解消したはずの検出が再び" in page
    told = [one.title_ja for one in waiting(actor_named("clerk"), today) if CODE in one.title_ja]
    assert told == [f"{CODE}　{finding.title_ja}：診断で再び見付かった検出事項を確かめる"]
    assert not ImprovementPlan.objects.exists() and not RiskAcceptance.objects.exists()


def test_an_accepted_risk_settles_the_finding_until_its_day(town: Department) -> None:
    measure = made()
    finding = raised(measure)
    approved(measure, "ciso", treatment="accept", review_on=soon(90), due_on=None)
    one = standing_of(the_finding(CODE), timezone.localdate())
    assert one.state == "risk_accepted" and one.acceptance is not None
    assert one.acceptance.approver_ja.startswith(account_named("ciso").name_ja) and one.acceptance.review_on == soon(90)
    assert standing_of(finding, soon(91)).state == "review_due"
    (record,) = [each for each in export_records(actor_named("clerk"), "findings", YEAR) if each.code == CODE]
    assert record.treatment == "accept" and findings(CITY, YEAR)[0].treatment == "accept"
    # The list read back writes no second truth.
    again = builders.imported("findings", [record])
    assert [each.code for each in again.plan.warnings] == ["plan_of_measures"]
    assert not ImprovementPlan.objects.exists() and the_finding(CODE).treatment == ""


def test_merged_or_split_the_finding_stays_with_its_vulnerabilities(town: Department) -> None:
    first, second = made(), made("弱い設定")
    raised(first)
    measures.merge_measures(actor_named("contact"), second.pk, [first.pk], "まとめて")
    assert [one.measure.pk for one in standing_of(the_finding(CODE), timezone.localdate()).measured.lines] == [
        second.pk
    ]  # type: ignore[union-attr]
    assert state() == "no_plan"
    assert CODE in browser_of("clerk").get(page_of(second)).content.decode()


def test_another_measure_may_carry_it_too_and_titles_name_no_host(town: Department) -> None:
    first, second = made(), made("弱い設定")
    clerk = browser_of("clerk")
    offered = clerk.get(page_of(first)).context["form"].initial
    answer = clerk.post(page_of(first), {**offered, "do": "raise", "title_ja": "SV1.city.example が古い"})
    assert "機器の名前" in answer.content.decode() and not Finding.objects.exists()
    finding = raised(first)
    clerk.post(page_of(second), {"do": "add", "finding": finding.pk})
    assert FindingMeasure.objects.count() == 2
    approved(first)
    assert state() == "no_plan"  # the second is not decided yet
    clerk.post(page_of(second), {"do": "remove", "finding": finding.pk})
    assert state() == "planned"
    with pytest.raises(RuleError, match="最後の対策"):
        actions.remove_measure(actor_named("clerk"), finding.pk, first.pk)


def test_the_external_audit_of_the_year_takes_the_finding(town: Department) -> None:
    builders.imported("engagements", [builders.engagement("E1", "101", fiscal_year=YEAR)])
    measure = made()
    Engagement.objects.update(state="closed")
    form = browser_of("clerk").get(page_of(measure)).context["form"]
    assert [code for code, _words in form.fields["engagement"].choices] == [""]
    Engagement.objects.update(state="fieldwork")
    finding = raised(measure)
    assert (finding.code, finding.engagement.code) == ("E1-01", "E1")  # type: ignore[union-attr]
    # The department sees it once the audit tells it.
    assert "E1-01" not in browser_of("head").get(page_of(measure)).content.decode()
    Engagement.objects.update(state="improvement")
    assert "E1-01" in browser_of("head").get(page_of(measure)).content.decode()
    for person, status in (("external", 404), ("other_head", 404), ("staff", 403)):
        assert browser_of(person).get(page_of(measure)).status_code == status
    for person in ("head", "ciso"):
        assert browser_of(person).post(page_of(measure), {"do": "raise"}).status_code == 403


def test_the_rollout_asks_whoever_has_the_same_or_may_have_it(town: Department) -> None:
    builders.imported("departments", [builders.department("103"), builders.department("104")])
    third, fourth = (Department.objects.get(code=code) for code in ("103", "104"))
    registered("A-3", YEAR, owning_department=third, operating_system="Debian 12", product_ja="OpenSSL 3.0")
    registered("A-4", YEAR, owning_department=fourth, product_ja="別の製品")
    measure = made()
    finding = raised(measure)
    clerk = browser_of("clerk")
    page = clerk.get(f"/findings/{finding.pk}/rollout/")
    offered = {each["proposal"].department.code: each["proposal"] for each in page.context["proposals"]}
    assert {code for code, one in offered.items() if one.is_proposed} == {"102", "103"}
    assert offered["102"].reasons_ja == ("診断で同じ部品又は CVE の検出が残る機器：A-2",)
    assert offered["103"].reasons_ja == ("登録簿の製品・OS が同じで、同じ診断ではまだ見ていない機器：A-3",)
    assert "A-3" in clerk.get(f"/diagnosis/measures/{measure.pk}/").content.decode()
    chosen = [one.department.pk for one in offered.values() if one.is_proposed]
    asked = {"title_ja": "更新", "request_ja": "確かめてください。", "due_on": soon(), "whom": "chosen"}
    clerk.post(f"/findings/{finding.pk}/rollout/", {**asked, "departments": chosen})
    targets = {one.department.code: one.reasons_ja for one in LateralRollout.objects.get().targets.all()}
    assert set(targets) == {"102", "103"} and "まだ見ていない機器：A-3" in targets["103"]
    assert lines_of(CITY, [measure], timezone.localdate())[0].standing == "undecided"
