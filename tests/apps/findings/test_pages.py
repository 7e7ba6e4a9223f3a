"""Do the pages of findings show what was asked for, say what was refused, and stay safe with hostile words?"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from kansa.apps.findings import actions
from kansa.apps.findings.models import Finding, ImprovementEvidence, ImprovementPlan
from kansa.apps.findings.queries.waiting import waiting
from tests.apps.findings.scene import YEAR, a_finding, build_scene, move_to, the_finding
from tests.apps.findings.test_acts import PLAN, answer_by, done_by, plan_by
from tests.builders import finding, imported
from tests.cast import actor_named, browser_of

pytestmark = [pytest.mark.django_db]
HOSTILE = "<script>alert(1)</script>=HYPERLINK"


def page(name: str, address: str, **data: Any) -> str:
    """The page as one of the cast sees it."""
    answer = browser_of(name).get(address, data)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_board_teaches() -> None:
    build_scene()
    assert "まだ検出事項がありません" in page("clerk", "/findings/")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"F1", "F2", "F3"}),
        ({"state": "no_plan"}, {"F2"}),
        ({"state": "verified"}, {"F1"}),
        ({"state": "open"}, {"F2"}),
        ({"state": "recommendation"}, {"F3"}),
        ({"state": "よく分からない"}, {"F1", "F2", "F3"}),
        ({"stream": "technical_diagnosis"}, {"F2"}),
        ({"severity": "high"}, {"F1"}),
        ({"year": str(YEAR)}, {"F1", "F2", "F3"}),
        ({"year": "2001"}, set()),
        ({"year": "99999999999999999999"}, {"F1", "F2", "F3"}),
        ({"q": "台帳"}, {"F3"}),
        ({"urgency": "late"}, {"F2"}),
    ],
)
def test_the_board_filters(asked: dict[str, str], shown: set[str]) -> None:
    build_scene("improvement")
    days = {"planned_on": date(YEAR, 5, 9), "improved_on": date(YEAR, 5, 10), "verified_on": date(YEAR, 5, 11)}
    values = {"fiscal_year": YEAR}
    imported(
        "findings",
        [
            finding("F1", **days, **values),
            finding("F2", stream="technical_diagnosis", **values),
            finding("F3", title_ja="台帳の更新", classification="recommendation", **values),
        ],
    )
    Finding.objects.filter(code="F1").update(severity="high")
    Finding.objects.filter(code="F2").update(plan_due_on=timezone.localdate() - timedelta(days=3))
    text = page("clerk", "/findings/", **asked)
    assert {code for code in ("F1", "F2", "F3") if f">{code}</a>" in text} == shown


def many(count: int) -> None:
    """That many findings of department 101."""
    imported("findings", [finding(f"F{place:04}", fiscal_year=YEAR) for place in range(count)])


def test_a_long_board_pages_and_asks_the_database_no_oftener() -> None:
    build_scene("improvement")
    many(3)
    browser = browser_of("clerk")
    browser.get("/findings/")
    counts = []
    for count in (3, 130):
        many(count)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            text = browser.get("/findings/").content.decode()
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 16
    assert "1 / 3 ページ" in text
    assert len(text.encode()) < 150_000
    assert ">F0129</a>" in browser.get("/findings/?page=3").content.decode()


def test_words_of_a_finding_are_never_html_and_never_a_formula() -> None:
    build_scene("fact_check")
    raised = a_finding(title_ja=HOSTILE)
    Finding.objects.update(title_ja=f"={HOSTILE}", fact_ja=HOSTILE)
    answer_by("head", raised, "disagreement_of_fact", text_ja=HOSTILE)
    for address in ("/findings/", f"/findings/{raised.pk}/", f"/findings/{raised.pk}/do/decision/"):
        assert "<script>alert" not in page("director", address)
    row = page("clerk", "/findings/export/csv/").splitlines()[1]
    assert "'=<script>" in row
    book = browser_of("clerk").get("/findings/export/xlsx/").content
    cells = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()[1]
    assert f"={HOSTILE}" in cells


def post(name: str, address: str, **data: Any) -> Any:
    """What a form sends."""
    return browser_of(name).post(address, data)


def test_a_second_press_does_the_act_once() -> None:
    """The form that was sent already is an older version: told, not done again."""
    build_scene("improvement")
    raised = a_finding()
    sent = {
        "measure_ja": "替える",
        "owner_ja": "丙",
        "due_on": f"{YEAR}-12-01",
        "promised_fiscal_year": YEAR,
        "version": 0,
    }
    browser = browser_of("head")
    assert browser.post(f"/findings/{raised.pk}/do/plan/", sent).status_code == 302
    again = browser.post(f"/findings/{raised.pk}/do/plan/", sent)
    assert again.status_code == 200
    assert "ほかの人の保存との違い" in again.content.decode()
    assert ImprovementPlan.objects.get().version == 1


def test_what_two_people_typed_stands_side_by_side() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    sent = {"measure_ja": "別の措置", "owner_ja": "丙", "due_on": "", "promised_fiscal_year": "", "version": "0"}
    text = post("contact", f"/findings/{raised.pk}/do/plan/", **sent).content.decode()
    assert "錠を替える" in text
    assert "別の措置" in text
    assert 'name="version" value="1"' in text


def test_an_act_that_is_over_leads_back_with_a_word() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    done_by("contact", raised)
    answer = browser_of("head").get(f"/findings/{raised.pk}/do/plan/", follow=True)
    assert answer.redirect_chain == [(f"/findings/{raised.pk}/", 302)]
    assert "今は、この操作はできません" in answer.content.decode()
    assert browser_of("clerk").get(f"/findings/{raised.pk}/do/nothing/").status_code == 404


def test_evidence_comes_back_byte_for_byte_and_only_pictures_are_shown() -> None:
    build_scene("improvement")
    raised = a_finding()
    plan_by("head", raised)
    page_bytes = b"<html><script>alert(1)</script>"
    refused = post(
        "head",
        f"/findings/{raised.pk}/do/done/",
        improved_on=timezone.localdate().isoformat(),
        done_note_ja="した",
        version="1",
        evidence=[SimpleUploadedFile("x.html", page_bytes)],
    )
    assert refused.status_code == 200
    assert not ImprovementEvidence.objects.exists()
    text = "施錠の記録".encode()
    sent = {"improved_on": timezone.localdate().isoformat(), "done_note_ja": "した", "version": "1"}
    files = [SimpleUploadedFile("記録.txt", text), SimpleUploadedFile("別.txt", b"b")]
    assert post("head", f"/findings/{raised.pk}/do/done/", **sent, evidence=files).status_code == 302
    file = ImprovementEvidence.objects.get(name="記録.txt")
    answer = browser_of("external").get(f"/findings/evidence/{file.pk}/")
    assert answer.content == text
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_draft_of_the_contact_is_kept_and_not_sent() -> None:
    build_scene("fact_check")
    raised = a_finding()
    sent = {"answer": "disagreement_of_fact", "text_ja": "鍵はあった。", "version": "0"}
    assert post("contact", f"/findings/{raised.pk}/do/fact-check/", **sent).status_code == 302
    assert "下書き" in page("head", f"/findings/{raised.pk}/")
    assert [one.kind for one in waiting(actor_named("head"), timezone.localdate())] == ["fact_check"]


def kinds(name: str, today: date | None = None) -> list[str]:
    """What waits for one of the cast."""
    return [one.kind for one in waiting(actor_named(name), today or timezone.localdate())]


def test_what_waits_moves_from_person_to_person() -> None:
    build_scene("fact_check")
    raised = a_finding()
    assert (kinds("head"), kinds("contact"), kinds("other_head"), kinds("director")) == (["fact_check"],) * 2 + (
        [],
    ) * 2
    answer_by("head", raised, "disagreement_of_fact", text_ja="鍵はあった。")
    assert (kinds("head"), kinds("director"), kinds("clerk")) == ([], ["decision"], [])
    actions.decide(actor_named("director"), raised.pk, 1, "upheld", "写真で確かめた。")
    move_to("improvement")
    assert (kinds("director"), kinds("head")) == ([], ["plan"])
    plan_by("head", raised)
    assert kinds("contact", PLAN.due_on) == ["due_soon"]
    late = (PLAN.due_on or timezone.localdate()) + timedelta(days=61)
    assert (kinds("contact", late), kinds("director", late), kinds("ciso", late)) == (["overdue"],) * 3
    assert kinds("external", late) == []
    done_by("contact", raised)
    assert (kinds("contact"), kinds("external"), kinds("clerk")) == ([], ["verification"], ["verification"])
    assert kinds("ciso") == []
    for one in waiting(actor_named("clerk"), timezone.localdate()):
        assert browser_of("clerk").get(reverse(one.url_name, kwargs=one.kwargs)).status_code == 200


def test_a_risk_to_be_accepted_and_one_to_be_reviewed_wait() -> None:
    build_scene("improvement")
    raised = a_finding()
    actions.ask_acceptance(actor_named("head"), raised.pk, 0, "建替えまで待ちたい。")
    assert (kinds("ciso"), kinds("clerk")) == (["acceptance"], ["acceptance"])
    today = timezone.localdate()
    words = actions.AcceptanceWords("副市長", "費用", today, today + timedelta(days=9))
    actions.record_acceptance(actor_named("ciso"), raised.pk, words)
    assert kinds("ciso") == []
    assert kinds("ciso", today + timedelta(days=10)) == ["review"]


def test_a_rollout_waits_for_each_department_that_is_asked() -> None:
    build_scene("improvement")
    raised = a_finding()
    words = actions.RolloutWords("書庫", "確かめてください。", timezone.localdate(), True)
    rollout = actions.order_rollout(actor_named("clerk"), raised.pk, words, {})
    assert kinds("other_head") == ["rollout"]
    assert "rollout" not in kinds("head")
    actions.close_rollout(actor_named("clerk"), rollout.pk, "終わり")
    assert kinds("other_head") == []


def test_english_is_complete_on_the_pages() -> None:
    build_scene("improvement")
    raised = a_finding()
    text = page("head", f"/findings/{raised.pk}/do/plan/", lang="en")
    assert "Write the improvement plan" in text
    assert the_finding().code in text


def test_the_office_sets_the_day_for_plans_on_the_page_of_a_finding() -> None:
    build_scene("improvement")
    raised = a_finding()
    address = f"/engagements/{YEAR}/E1/findings/plans-due/"
    assert address in page("clerk", f"/findings/{raised.pk}/")
    assert address not in page("head", f"/findings/{raised.pk}/")
    due_on = timezone.localdate() + timedelta(days=14)
    assert (
        "日を入力してください" in browser_of("clerk").post(address, {"plan_due_on": "x"}, follow=True).content.decode()
    )
    assert the_finding().plan_due_on is None
    day = {"plan_due_on": due_on.isoformat()}
    back = browser_of("clerk").post(address, {**day, "finding": str(raised.pk)})
    assert back.headers["Location"] == f"/findings/{raised.pk}/"
    assert browser_of("clerk").post(address, day).headers["Location"] == f"/engagements/{YEAR}/E1/"
    assert the_finding().plan_due_on == due_on
    assert post("head", address, plan_due_on=due_on.isoformat()).status_code == 403


def test_nobody_is_asked_for_a_plan_before_the_result_is_notified() -> None:
    build_scene("fact_check")
    raised = a_finding()
    for address in (f"/findings/{raised.pk}/", f"/engagements/{YEAR}/E1/"):
        text = page("head", address)
        assert "結果の通知前" in text and "計画なし" not in text
    move_to("improvement")
    assert "計画なし" in page("head", f"/findings/{raised.pk}/")


def test_a_finding_leads_its_auditor_back_to_the_item() -> None:
    build_scene("fieldwork")
    raised = a_finding()
    address = f"/engagements/{YEAR}/E1/worksheet/items/A1/"
    assert address in page("external", f"/findings/{raised.pk}/")
    move_to("improvement")
    assert address not in page("head", f"/findings/{raised.pk}/")


def test_the_same_finding_sent_twice_is_raised_once() -> None:
    build_scene("fieldwork")
    address = f"/engagements/{YEAR}/E1/findings/new/?item=A1"
    words = {"title_ja": "施錠", "classification": "detection"}
    assert browser_of("external").post(address, words).status_code == 302
    again = browser_of("external").post(address, words).content.decode()
    assert "既に登録されています" in again and "E1-01" in again
    assert browser_of("external").post(address, {**words, "title_ja": "施錠の記録"}).status_code == 302
    assert sorted(Finding.objects.values_list("title_ja", flat=True)) == ["施錠", "施錠の記録"]
