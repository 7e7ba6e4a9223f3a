"""Does a firm's table of a drill come in by a mapping that is kept, looked at first, exactly once, and by whom?

Through HTTP: choose the files, look at columns and words, look at what would change, apply; next year by the kept one.
"""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kansa.apps.drills.models import Delivery, DrillMapping
from kansa.apps.drills.queries import drills
from kansa.apps.people.models import Municipality
from tests.apps.test_past_answers import form_of, text_of
from tests.builders import build_city, department, imported, staff
from tests.cast import CITY, browser_of, sign_up
from tests.drilling import build_draft
from tests.formats.test_drill_tables import CSV

pytestmark = pytest.mark.django_db
YEAR = 2024


@pytest.fixture
def clerk(db: None) -> Client:
    build_city()
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff(f"S00{number}", "101") for number in (1, 2)])
    sign_up("clerk", "staff")
    return browser_of("clerk")


def start(client: Client, text: str, **fields: object) -> str:
    chosen = [SimpleUploadedFile("結果.csv", text.encode("cp932"))]
    given = {"fiscal_year": YEAR, "drill_code": "R6-1", "chosen": chosen, **fields}
    return client.post("/import/drill-table/", given).content.decode()


def send(client: Client, page: str, do: str, **changes: object) -> str:
    given = {**form_of(page), "do": do, **changes}
    answer = client.post("/import/drill-table/columns/", given, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_firms_table_comes_in_once_by_a_mapping_that_is_kept_for_the_next_year(clerk: Client) -> None:
    """Four people, one not reached: 3 delivered, 3 clicked (one without a time), 1 reported."""
    page = start(clerk, CSV)
    assert "第101課" in page and Delivery.objects.count() == 0
    page = send(clerk, page, "look", name="甲社の表")
    assert "5 追加" in text_of(page) and Delivery.objects.count() == 0  # the drill and four deliveries
    assert "2人は、したことの時刻が表にありません" in page
    page = send(clerk, page, "apply")
    assert "取り込みました" in page
    (drill,) = drills(CITY, YEAR)
    assert [(one.department_code, one.sent, one.delivered, one.clicked, one.reported) for one in drill.rows] == [
        ("101", 2, 2, 2, 1),
        ("102", 2, 1, 1, 0),
    ]
    assert (drill.first_click_minutes, drill.reports_before_first_click) == (None, None)
    assert drill.rows[0].sources[0].rows == "3-4"
    # The same again changes nothing; next year's table has another order and one heading of another name.
    again = send(clerk, start(clerk, CSV, saved="甲社の表"), "look")
    assert "この表は取込み済みです" in again and Delivery.objects.count() == 4
    later = "開封,メールアドレス,配信結果,通報\n○,s001@mihon.example,成功,\n,s002@mihon.example,成功,2025/6/2 9:30\n"
    page = start(clerk, later, saved="甲社の表", fiscal_year=YEAR + 1, drill_code="R7-1")
    assert "列「報告日時」が、このファイルにありません" in page and "列「部署」が" in page
    fields = form_of(page)
    assert [fields[f"role{at}"] for at in range(4)] == ["clicked_at", "recipient", "is_delivered", ""]
    assert {fields["answer0"]: fields["means0"], fields["answer1"]: fields["means1"]} == {"○": "yes", "成功": "yes"}


def test_everybody_was_sent_a_mail_only_when_the_office_says_so(clerk: Client) -> None:
    text = "職員番号,クリック\nS001,○\nS002,\n"
    page = start(clerk, text)
    assert "全員の送信日時を入れてください" in send(clerk, page, "look")
    assert "全員の送信日時が日時として読めません" in send(clerk, page, "look", sent_at="きのう")
    page = send(clerk, page, "look", sent_at="2024-10-15T10:00")
    send(clerk, page, "apply")
    (row,) = drills(CITY, YEAR)[0].rows
    assert (row.sent, row.delivered, row.clicked) == (2, 2, 1)


def test_refusals_name_file_row_and_field_and_nothing_is_taken(clerk: Client) -> None:
    page = start(clerk, CSV + "\n5,s005@mihon.example,第１０９課,成功,ときどき,")
    assert "確かめてください" in page
    refused = send(clerk, page, "look")
    assert "「ときどき」の意味が、列の対応にありません" in refused and "結果.csv" in refused
    at = next(name[6:] for name, text in form_of(page).items() if name[:6] == "answer" and text == "ときどき")
    refused = send(clerk, page, "apply", **{f"means{at}": "no"})
    assert "第109課" in refused and Delivery.objects.count() == 0


def test_of_a_file_without_a_table_there_is_nothing_to_say(clerk: Client) -> None:
    page = start(clerk, "")
    assert "結果.csv" in page and "ファイルの中身がありません" in page
    assert "別のファイルを選ぶ" in page and 'name="do"' not in page


def test_a_drill_of_our_own_takes_no_list_of_persons_beside_its_records(clerk: Client) -> None:
    build_draft(["S001", "S002"], code="R6-1")
    refused = send(clerk, start(clerk, CSV), "look")
    assert "kansa で実施する訓練です" in refused and Delivery.objects.count() == 0


def test_who_may_not_import_is_refused_and_another_municipalitys_mapping_is_not_found(clerk: Client) -> None:
    other = Municipality.objects.create(pk=99, name_ja="隣の市")
    row = DrillMapping.objects.create(
        municipality=other, name_ja="隣の表", mapping={"columns": []}, saved_by="隣", saved_at="2024-01-01T00:00Z"
    )
    assert browser_of("staff").get("/import/drill-table/").status_code == 403
    assert "隣の表" not in clerk.get("/import/drill-table/").content.decode()
    clerk.post(f"/import/drill-table/mappings/{row.pk}/remove/")
    assert DrillMapping.objects.filter(pk=row.pk).exists()
    send(clerk, start(clerk, CSV), "save", name="消す表")
    mine = DrillMapping.objects.get(name_ja="消す表")
    page = clerk.post(f"/import/drill-table/mappings/{mine.pk}/remove/", follow=True).content.decode()
    assert "対応表を消しました" in page and not DrillMapping.objects.filter(pk=mine.pk).exists()
