"""Can an item be judged with a plain form, and is nothing lost or let through that should not be?"""

from __future__ import annotations

import hashlib
import html
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from kansa.apps.assessment.models import Evidence
from kansa.apps.assessment.queries import judging_facts
from kansa.apps.assessment.queries.matrix import CELL
from kansa.apps.assessment.views.matrix import SHOWN_CELL
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.models import Event
from tests.apps.judging import build_room, row_of
from tests.cast import browser_of
from tests.formats.evidence_files import PLACE, photo
from tests.formats.test_worksheets import SHEET as PAGE
from tests.formats.test_worksheets import cell
from tests.formats.workbooks import with_parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

SHEET = "/engagements/2024/I1/worksheet/"
ITEM = f"{SHEET}items/A1/"
EXCEL = f"{SHEET}excel/"
EVIDENCE = "/engagements/2024/I1/evidence/"
SURVEY = "/engagements/2024/I1/preliminary/"
PHOTO = photo("JPEG")


@pytest.fixture
def auditor(city: Any) -> Client:
    build_room()
    return browser_of("auditor")


def typed(mark: str = "3", version: int = 0, **fields: Any) -> dict[str, Any]:
    return {"mark": mark, "evidence_ja": "規程集", "methods": ["document"], "version": version, **fields}


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    return html.unescape(text.split(f'name="{name}" value="')[1].split('"')[0])


def test_the_worksheet_lists_every_item_and_filters(auditor: Client) -> None:
    text = auditor.get(SHEET).content.decode()
    assert [code for code in ("A1", "A2", "A3") if f'href="items/{code}/"' not in text] == []
    changed = auditor.get(f"{SHEET}?show=changed").content.decode()
    assert 'href="items/A1/"' not in changed
    assert 'href="items/A2/"' in changed


def test_a_plain_form_judges_and_goes_on(auditor: Client) -> None:
    answer = auditor.post(ITEM, typed(go="after"))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{SHEET}items/A2/")
    assert (row_of().level, row_of().methods) == (3, "document")


def test_the_script_gets_the_new_version_and_the_progress(auditor: Client) -> None:
    answer = auditor.post(ITEM, typed(), headers={"accept": "application/json"})
    told = answer.json()
    assert (told["version"], told["judged"]) == (1, 1)
    assert json.loads(told["base"]) == ["3", "", "規程集", "document"]


def test_two_tabs_are_shown_side_by_side_and_joined(auditor: Client) -> None:
    base = hidden(auditor.get(ITEM).content.decode(), "base")
    auditor.post(ITEM, typed("3", base=base))
    answer = auditor.post(ITEM, typed("1", base=base, evidence_ja="別の証拠"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "規程集" in text
    assert "別の証拠" in text
    assert row_of().level == 3
    again = typed("1", 1, base=base, evidence_ja="別の証拠", theirs=hidden(text, "theirs"))
    assert auditor.post(ITEM, again).status_code == 409  # nothing was chosen yet
    chosen = {**again, "choose_mark": "mine", "choose_evidence_ja": "theirs"}
    assert auditor.post(ITEM, chosen).status_code == 302
    assert (row_of().level, row_of().evidence_ja, row_of().version) == (1, "規程集", 2)


def test_a_third_change_meanwhile_is_shown_again(auditor: Client) -> None:
    base = hidden(auditor.get(ITEM).content.decode(), "base")
    auditor.post(ITEM, typed("3", base=base))
    text = auditor.post(ITEM, typed("1", base=base)).content.decode()
    auditor.post(ITEM, typed("4", 1))
    chosen = typed("1", 1, base=base, theirs=hidden(text, "theirs"), choose_mark="mine")
    assert auditor.post(ITEM, chosen).status_code == 409
    assert row_of().level == 4


def test_what_was_typed_stays_when_the_state_moved_on(auditor: Client) -> None:
    Engagement.objects.update(state="working_paper")
    answer = auditor.post(ITEM, typed(evidence_ja="<script>alert(1)</script>"))
    assert answer.status_code == 400
    assert "&lt;script&gt;alert(1)" in answer.content.decode()
    assert "<script>alert(1)" not in answer.content.decode()


def test_html_in_a_note_stays_text(auditor: Client) -> None:
    auditor.post(ITEM, typed(evidence_ja="</textarea><script>x()</script>"))
    text = auditor.get(ITEM).content.decode()
    assert "<script>x()" not in text
    assert "&lt;/textarea&gt;" in text


@pytest.mark.parametrize("broken", ["[]", "{", '["1"]', "null", "9" * 5000])
def test_a_broken_base_is_no_base(auditor: Client, broken: str) -> None:
    assert auditor.post(ITEM, typed(base=broken, theirs=broken)).status_code == 302


@pytest.mark.parametrize("fields", [{"version": ""}, {"version": "-1"}, {"mark": "5x"}, {"methods": ["hearsay"]}])
def test_a_broken_form_is_told(auditor: Client, fields: dict[str, Any]) -> None:
    assert auditor.post(ITEM, {**typed(), **fields}).status_code == 400
    assert auditor.post(ITEM, {**typed(), **fields}, headers={"accept": "application/json"}).status_code == 400


def test_the_department_sees_nothing_of_it_before_the_fact_check(auditor: Client) -> None:
    auditor.post(ITEM, typed())
    head = browser_of("head")
    assert [head.get(path).status_code for path in (SHEET, ITEM, f"{SHEET}paper/")] == [403] * 3
    Engagement.objects.update(state="fact_check")
    assert [head.get(path).status_code for path in (SHEET, ITEM)] == [200, 200]
    assert head.post(ITEM, typed("4", 1)).status_code == 403
    assert row_of().level == 3
    assert browser_of("other_head").get(SHEET).status_code == 404


def test_a_session_that_ended_is_told_to_the_script(auditor: Client) -> None:
    del auditor
    stranger = browser_of("")
    assert stranger.post(ITEM, typed(), headers={"accept": "application/json"}).status_code in (401, 403)


def test_the_pages_take_few_queries(auditor: Client, django_assert_max_num_queries: Any) -> None:
    auditor.get(SHEET)
    with django_assert_max_num_queries(21):
        auditor.get(SHEET)
    with django_assert_max_num_queries(28):
        auditor.get(ITEM)


def handed_in(browser: Client, *files: tuple[str, bytes], side: str = "auditor", item: str = "A1") -> Any:
    given = [SimpleUploadedFile(name, data) for name, data in files]
    told = {"side": side, "item": item, "note_ja": "<b>台帳</b>", "back": ITEM, "files": given}
    return browser.post(EVIDENCE, told, follow=True)


def test_evidence_is_kept_without_its_place_and_handed_out_without_harm(auditor: Client) -> None:
    assert PLACE in PHOTO
    text = handed_in(auditor, ("写真.jpg", PHOTO), ("台帳.txt", "一覧".encode())).content.decode()
    assert "&lt;b&gt;台帳" in text
    picture, note = Evidence.objects.order_by("pk")
    answer = auditor.get(f"{EVIDENCE}{picture.pk}/")
    assert PLACE not in answer.content
    assert hashlib.sha256(answer.content).hexdigest() == picture.stored_sha256 != picture.original_sha256
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    plain = auditor.get(f"{EVIDENCE}{note.pk}/")
    assert plain.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%8F%B0")
    assert Event.objects.filter(verb="add_evidence").count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("図.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("図.png", b"<svg onload=alert(1)>"),
        ("a.html", b"<!doctype html><script>x()</script>"),
        ("空.txt", b""),
        ("大.txt", b"a" * (20 * 1024 * 1024 + 1)),
        ("a.exe", b"MZ" + bytes(60)),
    ],
)
def test_a_bad_file_refuses_all_that_came_with_it(auditor: Client, name: str, data: bytes) -> None:
    answer = handed_in(auditor, ("写真.jpg", PHOTO), (name, data))
    assert 'class="message is-error"' in answer.content.decode()
    assert Evidence.objects.count() == 0


def test_the_same_file_sent_twice_is_kept_once_and_a_removed_one_stays_recorded(auditor: Client) -> None:
    for _time in range(2):
        handed_in(auditor, ("写真.jpg", PHOTO))
    kept = Evidence.objects.get()
    auditor.post(f"{EVIDENCE}{kept.pk}/remove/", {"back": ITEM})
    assert Evidence.objects.get().removed_at is not None
    assert auditor.get(f"{EVIDENCE}{kept.pk}/").status_code == 404
    assert "取り除かれました" in auditor.get(ITEM).content.decode()


def test_evidence_stays_with_those_it_concerns(auditor: Client) -> None:
    handed_in(auditor, ("写真.jpg", PHOTO))
    page = f"{EVIDENCE}{Evidence.objects.get().pk}/"
    seen = {
        name: browser_of(name).get(page).status_code for name in ("clerk", "ciso", "head", "other_head", "external")
    }
    assert seen == {"clerk": 200, "ciso": 200, "head": 404, "other_head": 404, "external": 404}
    other = page.replace("/I1/", "/E1/")
    assert browser_of("external").get(other).status_code == 404
    assert browser_of("head").post(f"{page}remove/").status_code == 404
    Engagement.objects.update(state="fact_check")
    assert browser_of("head").get(page).status_code == 200
    assert browser_of("head").post(f"{page}remove/").status_code == 403


def test_the_way_back_never_leaves_the_server(auditor: Client) -> None:
    told = {
        "side": "auditor",
        "item": "A1",
        "back": "https://evil.example/",
        "files": SimpleUploadedFile("a.txt", b"a"),
    }
    assert auditor.post(EVIDENCE, told).headers["Location"] == SHEET


def test_the_department_answers_first_and_its_head_hands_in(auditor: Client) -> None:
    Engagement.objects.update(state="preliminary")
    contact, head = browser_of("contact"), browser_of("head")
    assert contact.get(SURVEY).status_code == 200
    page = f"{SURVEY}items/A1/"
    answer = contact.post(page, {"answer_ja": "毎年確認", "claimed_level": "3", "version": 0, "go": "after"})
    assert answer.headers["Location"] == f"{SURVEY}items/A2/"
    engagement = Engagement.objects.get(code="I1")
    contact.post(SURVEY)
    assert not judging_facts(engagement)["preliminary_submitted"]
    head.post(SURVEY)
    assert judging_facts(engagement)["preliminary_submitted"]
    Engagement.objects.update(state="fieldwork")
    assert "毎年確認" in auditor.get(ITEM).content.decode()
    assert contact.post(page, {"answer_ja": "後から", "version": 1}).status_code == 400
    assert auditor.post(page, {"answer_ja": "監査員", "version": 1}).status_code == 403
    assert browser_of("other_head").get(page).status_code == 404


def test_two_people_of_the_department_see_each_others_answer(auditor: Client) -> None:
    del auditor
    Engagement.objects.update(state="preliminary")
    page = f"{SURVEY}items/A1/"
    browser_of("contact").post(page, {"answer_ja": "一つ目", "version": 0})
    answer = browser_of("head").post(page, {"answer_ja": "二つ目", "version": 0})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "一つ目" in text
    assert "二つ目" in text
    again = {"answer_ja": "二つ目", "version": hidden(text, "version")}
    assert browser_of("head").post(page, again).status_code == 302


def test_a_sheet_comes_back_and_is_merged_item_by_item(auditor: Client) -> None:
    auditor.post(ITEM, typed("3"))
    sheet = auditor.get(EXCEL).content
    auditor.post(f"{SHEET}items/A2/", typed("2"))  # on the screen only
    auditor.post(ITEM, typed("4", 1))  # on the screen and in the sheet
    for address, text in (("J6", "1"), ("J8", "対象外"), ("K8", "端末がない")):
        sheet = with_parts(sheet, {PAGE: cell(address, text)})
    answer = auditor.post(EXCEL, {"file": SimpleUploadedFile("調書.xlsx", sheet)})
    page = answer.headers["Location"]
    text = auditor.get(page).content.decode()
    assert "Excel で変わった項目 1、両方で変わった項目 1、画面だけで変わった項目 1" in text
    seen = hidden(text, "seen")
    assert auditor.post(page, {"seen": seen}).status_code == 200  # nothing chosen: nothing applied
    assert row_of().level == 4
    assert auditor.post(page, {"seen": seen, "choose_mark:A1": "mine"}).headers["Location"] == SHEET
    assert [(row_of(code).state, row_of(code).level) for code in ("A1", "A2", "A3")] == [
        ("judged", 1),
        ("judged", 2),
        ("not_applicable", None),
    ]
    assert (row_of("A3").reason_ja, row_of("A3").row) == ("端末がない", 8)
    assert row_of("A3").source_file is not None


def test_a_merge_that_was_looked_at_too_long_ago_is_refused(auditor: Client) -> None:
    sheet = with_parts(auditor.get(EXCEL).content, {PAGE: cell("J6", "1")})
    page = auditor.post(EXCEL, {"file": SimpleUploadedFile("調書.xlsx", sheet)}).headers["Location"]
    seen = hidden(auditor.get(page).content.decode(), "seen")
    auditor.post(f"{SHEET}items/A2/", typed("2"))
    assert "もう一度見比べて" in auditor.post(page, {"seen": seen}).content.decode()
    assert row_of().level is None


def test_another_audits_sheet_and_a_wrong_file_are_refused(auditor: Client) -> None:
    firm = browser_of("external")
    other = firm.get(EXCEL.replace("/I1/", "/E1/")).content
    for data in (other, b"PK\x03\x04nonsense", b"", other[:-40]):
        answer = auditor.post(EXCEL, {"file": SimpleUploadedFile("調書.xlsx", data)}, follow=True)
        assert 'class="message is-error"' in answer.content.decode()
    mine = auditor.get(EXCEL).content
    page = auditor.post(EXCEL, {"file": SimpleUploadedFile("調書.xlsx", mine)}).headers["Location"]
    assert firm.get(page).status_code == 404
    assert firm.get(page.replace("/I1/", "/E1/")).status_code == 302  # it is not a sheet of that audit
    assert browser_of("head").get(EXCEL).status_code == 403


def test_two_auditors_reconcile_on_the_page(city: Any) -> None:
    del city
    build_room("apart")
    first, second = browser_of("auditor"), browser_of("second")
    first.post(ITEM, typed("3"))
    assert "規程集" not in second.get(ITEM).content.decode()
    second.post(ITEM, typed("1", evidence_ja="別の証拠"))
    page = f"{SHEET}reconcile/"
    text = second.get(page).content.decode()
    assert "規程集" in text
    assert "別の証拠" in text
    version = hidden(text.split('class="judging"')[1], "version")
    second.post(page, typed("2", int(version), item="A1", evidence_ja="双方の証拠"))
    assert (row_of().level, row_of().evidence_ja) == (2, "双方の証拠")


def test_the_matrix_shows_every_department(auditor: Client) -> None:
    auditor.post(ITEM, typed("2"))
    clerk = browser_of("clerk")
    text = clerk.get("/engagements/2024/matrix/?stream=internal_audit").content.decode()
    assert "2.00" in text
    assert '<td class="signs">2--</td>' in text
    assert f'width="{3 * SHOWN_CELL}" height="{SHOWN_CELL}"' in text  # larger than drawn, and one row high
    picture = clerk.get("/engagements/2024/matrix/picture/?stream=internal_audit").content
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (3 * CELL, CELL)
        assert image.convert("RGB").getpixel((0, 0)) == (0xFD, 0xDB, 0xC7)
        assert image.convert("RGB").getpixel((CELL, 0)) == (255, 255, 255)
    assert auditor.get("/engagements/2024/matrix/").status_code == 403
