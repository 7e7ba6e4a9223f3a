"""Does a past year come in from a file of any layout, exactly once, by a mapping that is kept?

Through HTTP: choose the files, look at the columns, correct, look at what would change, apply.
"""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kansa.apps.controls.models import ControlItem
from kansa.apps.self_inspection.models import DepartmentTally, Response, SavedMapping, Tally, TallySource
from tests.builders import build_city, department, imported, item
from tests.cast import browser_of, sign_up
from tests.formats.workbooks import workbook

pytestmark = pytest.mark.django_db
YEAR = 2023
TEXTS = {"Q1": "離席するときに画面をロックしているか。", "Q2": "パスワードを使い回していないか。"}
# As LimeSurvey writes it: byte order mark, every field quoted, CR LF, an empty line at the end.
HEAD = ("id", "submitdate", "lastpage", "startlanguage", "G1", "Q1[SQ001]", "離席 [パスワードを使い回していないか]")


def lime(*rows: tuple[str, ...], delimiter: str = ",") -> bytes:
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in (HEAD, *rows)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n\r\n").encode()


ROWS = (
    ("1", "2023-11-01 09:00:00", "3", "ja", "第101課", "Y", "A1"),
    ("2", "2023-11-01 09:10:00", "3", "ja", "第101課", "Y", "A1"),
    ("3", "2023-11-02 10:00:00", "3", "ja", "第102課", "N", "A2"),
    ("4", "", "1", "ja", "第102課", "N", ""),
)


@pytest.fixture
def clerk(db: None) -> Client:
    build_city()
    imported("departments", [department("101"), department("102"), department("全庁", name_ja="全庁")])
    sign_up("clerk", "staff")
    return browser_of("clerk")


def checklist(fiscal_year: int = YEAR, **fields: object) -> None:
    records = [
        item(code, "self_inspection", fiscal_year=fiscal_year, text_ja=text, **fields) for code, text in TEXTS.items()
    ]
    assert imported("checklist", records).refusals == ()


def start(client: Client, *files: bytes, **fields: object) -> str:
    chosen = [SimpleUploadedFile(f"{place}.csv", data) for place, data in enumerate(files)]
    return client.post("/import/past-answers/", {"fiscal_year": YEAR, "chosen": chosen, **fields}).content.decode()


def form_of(page: str) -> dict[str, object]:
    """Every field of the page as a browser would send it."""
    fields: dict[str, object] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag) and name[1] != "csrfmiddlewaretoken":
            fields[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    for name, body in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = body
    return fields


def send(client: Client, page: str, do: str, **changes: object) -> str:
    answer = client.post("/import/past-answers/columns/", {**form_of(page), "do": do, **changes}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def counts() -> list[tuple[str, str, int, int, int, int]]:
    rows = Tally.objects.order_by("department_tally__department__code", "item__code")
    names = ("yes_count", "no_count", "not_applicable_count", "blank_count")
    return list(rows.values_list("department_tally__department__code", "item__code", *names))


def test_a_survey_comes_in_once_by_a_proposed_mapping_that_is_kept(clerk: Client) -> None:
    """Two rows of 101 say the same and are two people; one of 102; the unsent row is left out."""
    checklist()
    page = start(clerk, lime(*ROWS))
    assert "文章が" in page and "確かめてください" in page and Response.objects.count() == 0
    fields = form_of(page)
    assert [fields[f"role{at}"] for at in range(7)] == ["", "submitted", "", "", "department", "item:Q1", "item:Q2"]
    page = send(clerk, page, "look", name="調査")
    assert "3 追加" in text_of(page) and "送信されていない1行" in text_of(page) and Response.objects.count() == 0
    send(clerk, page, "apply")
    wanted = [
        ("101", "Q1", 2, 0, 0, 0),
        ("101", "Q2", 2, 0, 0, 0),
        ("102", "Q1", 0, 1, 0, 0),
        ("102", "Q2", 0, 1, 0, 0),
    ]
    assert counts() == wanted and SavedMapping.objects.get().name_ja == "調査"
    # The same answers again: another delimiter, another order, one row more; by the kept mapping.
    more = ("9", "2023-12-01 00:00:00", "3", "ja", "第102課", "Y", "A2")
    page = send(clerk, start(clerk, lime(more, *reversed(ROWS), delimiter=";"), saved="調査"), "look")
    assert "1 追加" in text_of(page) and "3行は、取込み済み" in text_of(page)
    page = send(clerk, start(clerk, lime(*ROWS), saved="調査"), "look")
    assert "変わるところはありません" in page and counts() == wanted


def test_the_office_corrects_and_what_is_not_said_is_refused_with_its_place(clerk: Client) -> None:
    checklist()
    rows = (*ROWS, ("5", "2023-11-03", "3", "ja", "第109課", "ときどき", "A1"))
    page = start(clerk, lime(*rows))
    refused = send(clerk, page, "look")
    assert "回答「ときどき」の意味が対応表にありません" in refused and "Q1[SQ001]" in refused
    at = next(int(name[6:]) for name, text in form_of(page).items() if name[:6] == "answer" and text == "ときどき")
    unknown = send(clerk, page, "look", **{f"means{at}": "no"})
    assert "課所等「第109課」" in unknown and "0.csv" in unknown and Response.objects.count() == 0
    page = send(clerk, page, "look", **{f"means{at}": "no", "role4": "", "department": "101"})
    assert "4 追加" in text_of(page)
    twice = send(clerk, page, "look", role5="item:Q1", role6="item:Q1")
    assert "同じ役割" in twice


def test_a_year_without_items_gets_them_from_the_headings_and_the_next_year_refers_to_them(clerk: Client) -> None:
    checklist(YEAR + 1, lineage="added", prior_code="")
    page = start(clerk, lime(*ROWS))
    assert "この年度の点検項目がまだありません" in page
    fields = form_of(page)
    assert (fields["newlater0"], fields["newlater1"]) == ("Q1", "Q2")
    assert fields["newtext0"] == TEXTS["Q1"]  # the file has a code only, the next year its words
    page = send(clerk, page, "items", newcode0="旧1")
    assert "翌年度とつないだ項目：2" in page
    made = ControlItem.objects.filter(checklist__fiscal_year=YEAR).order_by("position")
    assert [one.text_ja for one in made] == [TEXTS["Q1"], "パスワードを使い回していないか"]
    later = ControlItem.objects.filter(checklist__fiscal_year=YEAR + 1).order_by("code")
    assert [(one.lineage, one.prior_code) for one in later] == [("carried", "旧1"), ("revised", made[1].code)]
    page = send(clerk, page, "look", role5="item:旧1")
    assert "3 追加" in text_of(page)


def test_a_table_of_counts_goes_straight_into_the_tally(clerk: Client) -> None:
    """101: Q1 8 of 10; blank is what is missing to the respondents. The whole city by one chosen department."""
    checklist()
    head = ("所属", "点検項目", "はい", "いいえ", "該当なし", "回答者数")
    rows = [("令和5年度 集計",), head, ("101", TEXTS["Q1"], 8, 1, 0, 10), ("101", "Q2", 7, 2, 1, 10)]
    page = send(clerk, start(clerk, workbook(rows)), "look")
    page = send(clerk, page, "apply")
    assert counts() == [("101", "Q1", 8, 1, 0, 1), ("101", "Q2", 7, 2, 1, 0)]
    assert TallySource.objects.get().rows == "3-4"
    again = send(clerk, start(clerk, workbook(rows)), "look")
    assert "変わるところはありません" in again
    city = [head[1:], ("Q1", 80, 10, 10, 100), ("Q2", 99, 1, "", "")]
    page = send(clerk, start(clerk, workbook(city)), "look", department="全庁")
    send(clerk, page, "apply", department="全庁")
    assert DepartmentTally.objects.get(department__code="全庁").respondent_count == 100
    assert ("全庁", "Q2", 99, 1, 0, 0) in counts()
    bad = [head, ("101", "Q1", 8, 9, 0, 10), ("101", "Q2", "80%", 2, 0, 10)]
    refused = send(clerk, start(clerk, workbook(bad)), "look")
    assert "合計（17）が回答者数（10）と合いません" in refused and "割合からは" in refused


def test_others_may_not(clerk: Client) -> None:
    assert browser_of("staff").get("/import/past-answers/").status_code == 403
    assert clerk.get("/import/past-answers/").status_code == 200
