"""Does anybody see another department's findings, by whatever way? Every id is tried as the wrong person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kansa.apps.findings import actions
from kansa.apps.findings.models import Finding, FindingSecrecy, ImprovementEvidence
from kansa.apps.findings.queries.similar import similar
from kansa.apps.findings.queries.waiting import waiting
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import Upload
from kansa.core.flow import STATES
from tests.apps.findings.scene import YEAR, a_finding, build_scene, move_to, the_finding
from tests.builders import engagement, finding, imported, item
from tests.cast import actor_named, browser_of

pytestmark = [pytest.mark.django_db]
SECRET = "極秘の型番"
EVERYBODY = {"director", "clerk", "ciso"}


def seen_by(code: str) -> set[str]:
    """Who of the cast sees the finding."""
    people = ("director", "clerk", "ciso", "external", "other_firm", "auditor", "other_auditor", "head", "contact")
    others = ("other_head", "administrator", "staff", "outsider")
    return {
        name for name in (*people, *others) if Finding.objects.visible_to(actor_named(name)).filter(code=code).exists()
    }


@pytest.mark.parametrize("state", STATES)
def test_the_department_sees_its_findings_from_the_fact_check_on(state: str) -> None:
    build_scene(state)
    a_finding()
    told = {"head", "contact"} if STATES.index(state) >= STATES.index("fact_check") else set()
    assert seen_by("F1") == EVERYBODY | {"external"} | told


def test_an_internal_audit_is_seen_by_its_auditor_and_its_department() -> None:
    build_scene("improvement")
    place = {"engagement_code": "I1", "department_code": "102", "item_code": "B1", "stream": "internal_audit"}
    a_finding("G1", **place)
    assert seen_by("G1") == EVERYBODY | {"auditor", "other_head"}


def test_without_an_audit_it_is_the_departments_own() -> None:
    build_scene("planned")
    a_finding("T1", engagement_code="", item_code="", stream="technical_diagnosis")
    assert seen_by("T1") == EVERYBODY | {"head", "contact"}


def test_in_an_audit_of_another_department_it_belongs_to_the_one_it_names() -> None:
    """A diagnosis finds at 101 what 102 answers for."""
    build_scene("improvement")
    a_finding("T2", department_code="102")
    assert seen_by("T2") == EVERYBODY | {"external", "other_head"}


def everything() -> list[str]:
    """Addresses of all pages about finding F1, its file, and a rollout to department 102 with its file."""
    raised = the_finding()
    plan = actions.PlanWords("錠を替える", "丙", timezone.localdate(), YEAR)
    actions.write_plan(actor_named("head"), raised.pk, 0, plan)
    note = Upload("記録.txt", SECRET.encode())
    actions.report_done(actor_named("head"), raised.pk, 1, timezone.localdate(), "した", [note])
    file = ImprovementEvidence.objects.get()
    base = f"/findings/{raised.pk}/"
    acts = ("fact-check", "decision", "plan", "done", "verification", "send-back", "acceptance", "carry-over")
    return [
        base,
        f"{base}edit/",
        f"{base}rollout/",
        *(f"{base}do/{act}/" for act in (*acts, "ask-acceptance")),
        f"/findings/evidence/{file.pk}/",
        f"/engagements/{YEAR}/E1/findings/new/",
        f"/engagements/{YEAR}/E1/findings/beside/A1/",
    ]


@pytest.mark.parametrize("name", ["other_head", "other_firm", "auditor", "other_auditor"])
def test_every_address_of_a_finding_is_nothing_to_others(name: str) -> None:
    build_scene("improvement")
    a_finding(title_ja=f"題名{SECRET}")
    browser = browser_of(name)
    for address in everything():
        assert browser.get(address).status_code == 404, address
        reads_only = "beside" in address or "evidence" in address or address == f"/findings/{the_finding().pk}/"
        expected = 405 if reads_only else 404
        assert browser.post(address, {"version": "0"}).status_code == expected, address
    for address in (
        "/findings/",
        "/findings/?state=open",
        "/findings/export/csv/",
        "/rollouts/",
        f"/findings/?q={SECRET[:2]}",
    ):
        assert f"題名{SECRET}" not in browser.get(address).content.decode(), address
    assert SECRET not in browser.get("/findings/export/xlsx/").content.decode("latin-1")
    assert SECRET not in str(waiting(actor_named(name), timezone.localdate()))


@pytest.mark.parametrize("name", ["staff", "outsider", "administrator"])
def test_who_has_no_part_in_audits_is_refused_everywhere(name: str) -> None:
    build_scene("improvement")
    a_finding()
    browser = browser_of(name)
    assert {browser.get(address).status_code for address in [*everything(), "/findings/", "/rollouts/"]} == {403}


def test_before_the_fact_check_the_department_finds_no_way_in() -> None:
    build_scene("improvement")
    a_finding()
    addresses = everything()
    move_to("working_paper")
    browser = browser_of("head")
    for address in addresses:
        expected = (403,) if "/new/" in address else (200,) if "beside" in address else (404,)
        assert browser.get(address).status_code in expected, address
    assert "施錠の不徹底" not in browser.get(addresses[-1]).content.decode()


def test_a_department_that_is_asked_learns_nothing_of_the_other() -> None:
    build_scene("improvement")
    a_finding(title_ja=f"題名{SECRET}")
    raised = the_finding()
    words = actions.RolloutWords("書庫の施錠", "確かめてください。", timezone.localdate() + timedelta(days=9), True)
    rollout = actions.order_rollout(actor_named("clerk"), raised.pk, words, {})
    own = rollout.targets.get(department__code="102")
    other = rollout.targets.get(department__code="103")
    browser = browser_of("other_head")
    for address in ("/rollouts/", f"/rollouts/{rollout.pk}/", f"/rollouts/answers/{own.pk}/"):
        # The form's token is made by chance and may hold any two letters.
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", browser.get(address).content.decode())
        assert "書庫の施錠" in text
        assert SECRET not in text
        assert "第101課" not in text
        assert "第103課" not in text
        assert "F1" not in text
    assert browser.get(f"/rollouts/answers/{other.pk}/").status_code == 404
    assert browser_of("head").get(f"/rollouts/{rollout.pk}/").status_code == 404
    assert browser_of("auditor").get(f"/rollouts/{rollout.pk}/").status_code == 404
    file = {"answer": "fixed", "answer_ja": "した", "version": "0"}
    actions.answer_rollout(actor_named("other_head"), own.pk, 0, "fixed", "した", [Upload("写真.txt", b"x")])
    kept = ImprovementEvidence.objects.get()
    assert browser.get(f"/findings/evidence/{kept.pk}/").status_code == 200
    assert browser_of("head").get(f"/findings/evidence/{kept.pk}/").status_code == 404
    assert browser_of("clerk").post(f"/rollouts/answers/{own.pk}/", file).status_code == 403


def test_a_draft_answer_is_the_departments_own() -> None:
    build_scene("fact_check")
    raised = a_finding()
    actions.answer_fact_check(actor_named("contact"), raised.pk, 0, "disagreement_of_fact", SECRET, is_final=False)
    for name in ("clerk", "director", "external", "ciso"):
        assert SECRET not in browser_of(name).get(f"/findings/{raised.pk}/").content.decode()
    assert SECRET in browser_of("head").get(f"/findings/{raised.pk}/").content.decode()


def test_a_secret_text_never_leaves_by_export_rollout_or_as_a_model() -> None:
    build_scene("fieldwork")
    raised = a_finding()
    Finding.objects.update(criterion_ja=SECRET, fact_ja=SECRET, recommendation_ja=SECRET)
    for field in ("criterion_ja", "fact_ja", "recommendation_ja"):
        FindingSecrecy.objects.create(municipality_id=1, finding=raised, field=field, reason_ja="型番を含む")
    exported = browser_of("clerk").get("/findings/export/csv/").content.decode()
    assert SECRET not in exported
    assert "非公開（型番を含む）" in exported
    assert (
        SECRET
        not in browser_of("external").get(f"/engagements/{YEAR}/E1/findings/new/?model={raised.pk}").content.decode()
    )
    page = browser_of("clerk").get(f"/findings/{raised.pk}/rollout/").content.decode()
    assert SECRET not in page.split('<form class="sheet')[1]


def test_similar_findings_of_others_come_without_names() -> None:
    build_scene("fieldwork")
    a_finding("F9", title_ja="第102課の書庫の施錠", department_code="102")
    Engagement.objects.filter(code="E1").update(firm=None)
    found = similar(actor_named("clerk"), the_finding("F9").item)
    assert [(one.title_ja, one.finding is None) for one in found] == [("第102課の書庫の施錠", False)]
    (hidden,) = similar(actor_named("external"), the_finding("F9").item)
    assert hidden.finding is None
    assert "102" not in hidden.title_ja
    assert "施錠" in hidden.title_ja


def test_the_worksheet_shows_what_the_department_was_told_before() -> None:
    """Last year's finding of the same item and department, also when another firm made it; nobody else's."""
    build_scene("fieldwork")
    imported("checklist", [item("A9", fiscal_year=YEAR - 1)])
    imported(
        "engagements", [engagement("P1", "101", fiscal_year=YEAR - 1), engagement("P2", "102", fiscal_year=YEAR - 1)]
    )
    imported(
        "checklist",
        [item("A1", fiscal_year=YEAR, prior_code="A9"), item("A2", fiscal_year=YEAR), item("A3", fiscal_year=YEAR)],
    )
    earlier = {"fiscal_year": YEAR - 1, "item_code": "A9"}
    mine = finding(
        "L1", title_ja="昨年の施錠", engagement_code="P1", measure_ja="鍵の台帳を作る", planned_on=None, **earlier
    )
    other = finding("L2", title_ja="よその施錠", engagement_code="P2", department_code="102", **earlier)
    imported("findings", [mine, other])
    text = browser_of("external").get(f"/engagements/{YEAR}/E1/findings/beside/A1/").content.decode()
    assert "昨年の施錠" in text
    assert "鍵の台帳を作る" in text
    assert "よその施錠" not in text
    assert browser_of("external").get(f"/findings/{Finding.objects.get(code='L1').pk}/").status_code == 404
