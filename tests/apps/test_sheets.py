"""Does the sheet of a workplace come back as answers, each person once, late ones apart, and nothing lost?

Through HTTP as the head does it: download, fill in, upload, look, take.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions import move_campaign
from kansa.apps.self_inspection.models import (
    Campaign,
    CampaignMember,
    Comment,
    Response,
    SheetAnswer,
    SheetIntake,
    Tally,
)
from kansa.apps.self_inspection.queries import late_item_counts
from kansa.apps.trail.models import Event, SourceFile
from kansa.formats.tables.header import column_letter
from tests.builders import imported, item, staff
from tests.cast import CLERK, browser_of, this_fiscal_year
from tests.formats.workbooks import typed_into
from tests.inspecting import (
    PEOPLE,
    QUESTIONS,
    begun_with,
    browser_with,
    build_campaign,
    build_staff,
    give,
    overdue,
    slips_of,
)

pytestmark = pytest.mark.django_db
WORDS = {"y": "はい", "n": "いいえ", "-": "該当なし", " ": None}


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    build_staff()


def page_of(campaign: Campaign, code: str = "101") -> str:
    return f"/inspections/{campaign.pk}/departments/{Department.objects.get(code=code).pk}/sheet/"


def download(client: Client, campaign: Campaign, code: str = "101") -> bytes:
    answer = client.post(f"{page_of(campaign, code)}file/")
    assert answer.status_code == 200, answer.headers
    return answer.content


def filled(data: bytes, lines: Mapping[int, str]) -> bytes:
    """The sheet with answers "yn-" typed into the columns of some people (from 0)."""
    return typed_into(
        data,
        {
            f"{column_letter(3 + place)}{7 + number}": WORDS[letter]
            for place, letters in lines.items()
            for number, letter in enumerate(letters)
        },
    )


def upload(client: Client, campaign: Campaign, data: bytes, code: str = "101", **typed: object) -> HttpResponse:
    file = SimpleUploadedFile("用紙.xlsx", data)
    return client.post(page_of(campaign, code), {"sheet": file, **typed})  # type: ignore[return-value]


def take(client: Client, campaign: Campaign, look: HttpResponse, code: str = "101", **typed: object) -> HttpResponse:
    held = re.search(r'name="held" value="([^"]+)"', look.content.decode())
    assert held, re.sub(r"<[^>]+>", " ", look.content.decode())
    return client.post(f"{page_of(campaign, code)}take/", {"held": held[1], **typed}, follow=True)  # type: ignore[return-value]


def masks() -> list[tuple[int, int, int]]:
    return sorted(Response.objects.values_list("met", "applicable", "answered"))


def text_of(page: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def keys(*numbers: str) -> list[int]:
    return [CampaignMember.objects.get(staff_number=number).pk for number in numbers]


def test_a_half_filled_sheet_is_looked_at_then_taken_and_an_updated_copy_adds() -> None:
    """S001 y n blank, S002 - y y; then the same file with S001's third answer: one person changed, nobody twice."""
    campaign = build_campaign()
    head = browser_of("head")
    sheet = download(head, campaign)
    half = filled(sheet, {0: "yn", 1: "-yy"})
    look = upload(head, campaign, half)
    assert "2 人を取り込む" in text_of(look) and "6 人は空欄のまま" in text_of(look) and "1 項目が空欄" in text_of(look)
    assert masks() == []  # only looked at
    take(head, campaign, look)
    assert masks() == [(0b001, 0b011, 0b011), (0b110, 0b110, 0b111)]
    again = upload(head, campaign, half)
    assert "0 人を取り込む" in text_of(again) and "前の用紙と同じ" in text_of(again)
    take(head, campaign, upload(head, campaign, filled(half, {0: "ynn"})))
    assert masks() == [(0b001, 0b111, 0b111), (0b110, 0b110, 0b111)]
    intake = SheetIntake.objects.get()
    assert (intake.line_count, intake.entered_by) == (2, "head さん（head）")
    assert SourceFile.objects.filter(is_restricted=True, kind="self_inspection").count() == 2
    assert [one.after["people"] for one in Event.objects.filter(verb="take_sheet").order_by("pk")] == [2, 1]


def test_the_persons_own_answers_stay() -> None:
    """S003 answered on line: kept whole. S001 changed Q1 after the sheet: Q1 stays, Q3 comes."""
    campaign = build_campaign()
    head = browser_of("head")
    sheet = download(head, campaign)
    codes = slips_of(campaign)
    give(browser_with(codes[2].code), campaign, "n")
    take(head, campaign, upload(head, campaign, filled(sheet, {0: "yy", 2: "yyy"})))
    assert masks() == [(0, 1, 1), (3, 3, 3)]
    give(browser_with(codes[0].code), campaign, "n")
    look = upload(head, campaign, filled(sheet, {0: "yyy", 2: "yyy"}))
    assert "本人が変えた項目を残し" in text_of(look) and "本人の回答を残す" in text_of(look)
    take(head, campaign, look)
    assert masks() == [(0, 1, 1), (0b110, 0b111, 0b111)]


def test_two_sheets_of_one_workplace_count_nobody_twice() -> None:
    campaign = build_campaign()
    head = browser_of("head")
    one, other = download(head, campaign), download(head, campaign)
    take(head, campaign, upload(head, campaign, filled(one, {0: "yyy"})))
    take(head, campaign, upload(head, campaign, filled(other, {0: "yyy", 4: "nnn"})))
    assert masks() == [(0, 7, 7), (7, 7, 7)]
    assert sum(SheetIntake.objects.values_list("line_count", flat=True)) == 2
    move_campaign(CLERK, campaign.pk, "close")
    assert list(Tally.objects.values_list("yes_count", "no_count")) == [(1, 1)] * 3


def test_confidential_people_are_marked_and_their_answers_are_anybodys() -> None:
    campaign = build_campaign("confidential")
    head = browser_of("head")
    begun_with(slips_of(campaign)[0].code, campaign)  # S001 has begun
    sheet = download(head, campaign)
    with zipfile.ZipFile(io.BytesIO(sheet)) as parts:
        assert not any("職員S".encode() in parts.read(name) or b"S002" in parts.read(name) for name in parts.namelist())
    data = filled(sheet, {0: "yyy", 3: "nnn"})
    look = upload(head, campaign, data)
    few = take(head, campaign, look, people=keys("S002"))
    assert "2人選んでください" in text_of(few) and masks() == []
    take(head, campaign, look, people=keys("S002", "S005"))
    assert masks() == [(0, 7, 7), (7, 7, 7)]
    begun = set(CampaignMember.objects.filter(has_begun=True).values_list("staff_number", flat=True))
    assert begun == {"S001", "S002", "S005"}
    assert not SourceFile.objects.filter(kind="self_inspection").exists() and not SheetAnswer.objects.exists()
    again = upload(head, campaign, data)
    assert "既に取り込みました" in text_of(again)
    full = upload(head, campaign, filled(download(head, campaign), dict.fromkeys(range(5), "y")))
    assert "5 人を取り込む" in text_of(full)
    begun_with(slips_of(campaign)[2].code, campaign)
    assert "まだ回答していない人は4人" in text_of(
        take(head, campaign, full, people=keys("S003", "S004", "S006", "S007", "S008"))
    )


def test_confidential_taking_goes_on_after_a_power_cut() -> None:
    """The people were marked, the answers not yet written: the same sheet finishes without marking anybody again."""
    campaign = build_campaign("confidential")
    head = browser_of("head")
    data = filled(download(head, campaign), {0: "yyy"})
    look = upload(head, campaign, data)
    take(head, campaign, look, people=keys("S002"))
    Response.objects.all().delete()
    SheetIntake.objects.update(is_finished=False)
    take(head, campaign, upload(head, campaign, data))
    assert masks() == [(7, 7, 7)] and SheetIntake.objects.get().is_finished
    assert CampaignMember.objects.filter(has_begun=True).count() == 1


def test_anonymous_lines_are_as_many_as_people_and_never_beside_slips() -> None:
    campaign = build_campaign("anonymous")
    head = browser_of("head")
    one, other = (filled(download(head, campaign), dict.fromkeys(range(5), "yyy")) for _ in range(2))
    take(head, campaign, upload(head, campaign, one))
    assert len(masks()) == 5
    assert "まだ回答していない人は3人" in text_of(upload(head, campaign, other))
    assert len(slips_of(campaign)) == 8 - 5  # slips afterwards: as many as may still answer
    refused = head.post(f"{page_of(campaign)}file/", follow=True)
    assert "回答票を印刷済み" in text_of(refused)  # type: ignore[arg-type]


def test_late_answers_are_counted_apart() -> None:
    campaign = build_campaign()
    head, clerk = browser_of("head"), browser_of("clerk")
    sheet = download(head, campaign)
    overdue(campaign)
    take(head, campaign, upload(head, campaign, filled(sheet, {0: "yyy"}), received="in_time"))
    take(head, campaign, upload(head, campaign, filled(sheet, {1: "nnn"}), received="late"))
    move_campaign(CLERK, campaign.pk, "close")
    closed = upload(head, campaign, filled(sheet, {2: "nny"}), received="in_time")
    assert closed.status_code == 200 and "集計済みです" in text_of(closed)
    take(head, campaign, upload(head, campaign, filled(sheet, {0: "nnn", 2: "nny"}), received="late"))
    assert masks() == [(7, 7, 7)] and set(Tally.objects.values_list("yes_count", "no_count")) == {(1, 0)}
    page = text_of(clerk.get(f"/inspections/{campaign.pk}/workplaces/"))  # type: ignore[arg-type]
    assert "2人分が締切の後に届きました" in page and SheetAnswer.objects.filter(is_late=True).count() == 2


def test_few_late_answers_without_names_leave_only_their_number() -> None:
    campaign = build_campaign("anonymous")
    head = browser_of("head")
    sheet = download(head, campaign)
    overdue(campaign)
    look = upload(head, campaign, filled(sheet, {0: "nnn"}), received="late")
    assert "人数だけを記録し" in text_of(look)
    take(head, campaign, look)
    assert not SheetAnswer.objects.exists() and SheetIntake.objects.get().line_count == 1 and masks() == []


def test_a_late_answer_that_is_alone_in_its_group_is_not_kept() -> None:
    """Five late lines, one of them of the only 保育士 of the workplace, whose answers are stored elsewhere."""
    year = this_fiscal_year()
    helpers = [staff(f"N{number}", "102", fiscal_year=year, job_types=("保育士",)) for number in range(1, 6)]
    imported("staff", [*helpers, staff("N6", "101", fiscal_year=year, job_types=("保育士",))])
    campaign = build_campaign("anonymous")
    head = browser_of("head")
    sheet = download(head, campaign)
    overdue(campaign)
    lines = {0: "nnn", 1: "yyy", 2: "yyn", 3: "yny", 4: "ynn", 8: "ny-"}
    take(head, campaign, upload(head, campaign, filled(sheet, lines), received="late"))
    assert SheetIntake.objects.get().line_count == 6
    assert set(SheetAnswer.objects.values_list("department__code", flat=True)) == {"101"}
    assert SheetAnswer.objects.count() == 5


def test_late_answers_that_are_all_alike_are_not_shown() -> None:
    """Five people of one workplace who all said いいえ: whoever knows the five knows each."""
    campaign = build_campaign("anonymous")
    head, clerk = browser_of("head"), browser_of("clerk")
    sheet = download(head, campaign)
    overdue(campaign)
    lines = {0: "nyn", 1: "nyy", 2: "nny", 3: "nn-", 4: "nyy"}
    take(head, campaign, upload(head, campaign, filled(sheet, lines), received="late"))
    page = text_of(clerk.get(f"/inspections/{campaign.pk}/workplaces/"))  # type: ignore[arg-type]
    assert SheetAnswer.objects.count() == 5 and "5人分が締切の後に届きました" in page
    assert [one.code for one, _counts in late_item_counts(campaign)] == ["Q2"]


def test_sheets_of_elsewhere_are_refused() -> None:
    campaign = build_campaign()
    clerk = browser_of("clerk")
    sheet = filled(download(clerk, campaign), {0: "yyy"})
    assert "別の所属の回答用紙" in text_of(upload(clerk, campaign, sheet, "102"))
    head, other = browser_of("head"), page_of(campaign, "102")
    assert head.get(other).status_code == 404 and browser_of("staff").get(other).status_code == 403
    look = upload(clerk, campaign, sheet)
    held = re.search(r'name="held" value="([^"]+)"', look.content.decode())
    assert held is not None
    refused = head.post(f"{page_of(campaign)}take/", {"held": held[1]}, follow=True)
    assert "ほかの人が選んだファイル" in text_of(refused) and masks() == []  # type: ignore[arg-type]


def test_forms_without_names_are_typed_in_together() -> None:
    campaign = build_campaign("confidential")
    head = browser_of("head")
    page = page_of(campaign).replace("/sheet/", "/batch/")
    serial = re.search(r'name="serial" value="([^"]+)"', head.get(page).content.decode())
    assert serial is not None
    typed = {"serial": serial[1], "form0item1": "yes", "form0item2": "no", "form2item3": "not_applicable"}
    for _ in range(2):  # sent twice: taken once
        head.post(page, {**typed, "people": keys("S004", "S006")})
    assert masks() == [(0, 0, 4), (1, 3, 3)]
    assert head.get(page_of(campaign).replace("/sheet/", "/paper/")).status_code == 200


def test_job_types_scales_and_words_come_by_sheet_without_names() -> None:
    """Six nursery teachers are asked Q4 and Q5; two others are not, and an answer of theirs to Q4 is refused."""
    year = this_fiscal_year()
    teachers = [staff(number, "101", fiscal_year=year, job_types=("保育士",)) for number in PEOPLE["101"][:6]]
    assert imported("staff", teachers).refusals == ()
    more = [
        item("Q4", "self_inspection", fiscal_year=year, asked_of=("保育士",), answer_kind="scale", levels=("低", "高")),
        item("Q5", "self_inspection", fiscal_year=year, asked_of=("保育士",), answer_kind="comment"),
    ]
    questions = [item(code, "self_inspection", fiscal_year=year) for code in QUESTIONS]
    assert imported("checklist", [*questions, *more]).refusals == ()
    campaign = build_campaign("confidential")
    head = browser_of("head")
    sheet = download(head, campaign)
    # Lines by job type: two without one first, then the teachers from column F on.
    wrong = typed_into(sheet, {"D7": "はい", "D10": "高"})
    assert "尋ねていません" in text_of(upload(head, campaign, wrong))
    data = typed_into(sheet, {"D7": "はい", "F7": "いいえ", "F10": "高", "F11": "鍵が足りない"})
    look = upload(head, campaign, data)
    assert "職種が用紙" in text_of(take(head, campaign, look, people=keys("S001", "S002")))
    take(head, campaign, look, people=keys("S002", "S008"))
    stored = Response.objects.order_by("job_type").values_list("job_type", "answered", "plane_0", "plane_1")
    assert list(stored) == [("", 0b0001, 0, 0), ("保育士", 0b1001, 0, 0b1000)]
    assert list(Comment.objects.values_list("text_ja", flat=True)) == ["鍵が足りない"]
