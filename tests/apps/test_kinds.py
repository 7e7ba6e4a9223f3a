"""Are items of other kinds and for single job types asked of the right people, kept, counted and shown as promised?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from django.test import Client

from kansa.apps.annual_report.actions import freeze
from kansa.apps.annual_report.queries.year_data import year_data, year_records
from kansa.apps.controls.actions import ItemEdit, ListKey, edit_item
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import item_record, item_stamp
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.self_inspection.actions import enter_paper, erase_responses, move_campaign
from kansa.apps.self_inspection.models import (
    Campaign,
    CampaignMember,
    Comment,
    DepartmentTally,
    Response,
    Tally,
    TallyLevel,
)
from kansa.apps.self_inspection.queries import comment_views, is_asked, level_views
from kansa.core.comparison import item_links
from kansa.core.compliance import compare_rates, compliance_rate
from kansa.core.errors import InputError, RuleError
from kansa.core.streams import answers_by_item
from kansa.formats.readers.checklist import kind_faults
from kansa.formats.records import AnswerRecord
from tests.builders import answer, imported, item, setting, staff
from tests.cast import CITY, CLERK, browser_of, this_fiscal_year
from tests.inspecting import PEOPLE, begun_with, browser_with, build_campaign, build_staff, slips_of

pytestmark = pytest.mark.django_db
LEVELS = ("できていない", "あまり", "どちらとも", "おおむね", "できている")
MANAGERS = ("S001", "S101", "S201")
MANAGER = "システム管理者"


def questions(fiscal_year: int, **fields: object) -> None:
    """Q1 yes or no, Q2 a scale that is met from 4, Q3 a scale outside the rate, Q4 for managers, Q5 for words."""
    year = {"fiscal_year": fiscal_year, **fields}
    imported(
        "checklist",
        [
            item("Q1", "self_inspection", **year),
            item("Q2", "self_inspection", answer_kind="scale", levels=LEVELS, met_from=4, **year),
            item("Q3", "self_inspection", answer_kind="scale", levels=("低い", "高い"), **year),
            item("Q4", "self_inspection", asked_of=(MANAGER,), law_ja="番号法第12条", **year),
            item("Q5", "self_inspection", answer_kind="comment", **year),
        ],
    )


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    """Each department has one manager; k is 3."""
    build_staff()
    year = this_fiscal_year()
    imported("year", [setting("small_cell_k", "3", year)])
    managers = [
        staff(number, code, fiscal_year=year, job_types=(MANAGER,))
        for code, numbers in PEOPLE.items()
        for number in numbers
        if number in MANAGERS
    ]
    imported("staff", managers)
    questions(year)


def send(client: Client, campaign: Campaign, given: dict[int, str]) -> None:
    """Answers by the long page: place of the item -> answer, or words for Q5."""
    for position, words in given.items():
        typed = {"position": position, "words" if position == 5 else "answer": words}
        assert client.post(f"/answer/{campaign.pk}/all/", typed).status_code == 302


def by_slip(campaign: Campaign, department: str = "101") -> dict[str, Client]:
    """Staff number -> a browser that answers as that person of an identified campaign."""
    slips = slips_of(campaign, department)
    return {number: browser_with(slip.code) for number, slip in zip(PEOPLE[department], slips, strict=True)}


def closed(campaign: Campaign) -> Campaign:
    return move_campaign(CLERK, campaign.pk, "close")


def counts_of(code: str) -> list[tuple[str, str, int, int, int, int]]:
    """The tally of an item: department, job type, yes, no, not applicable, blank."""
    rows = Tally.objects.filter(item__code=code).order_by(
        "department_tally__department__code", "department_tally__job_type"
    )
    return list(
        rows.values_list(
            "department_tally__department__code",
            "department_tally__job_type",
            "yes_count",
            "no_count",
            "not_applicable_count",
            "blank_count",
        )
    )


# --- asking -----------------------------------------------------------------------------------------------------------


def test_a_person_sees_the_items_for_all_and_those_of_the_own_job_type() -> None:
    campaign = build_campaign()
    clients = by_slip(campaign)
    manager = clients["S001"].get(f"/answer/{campaign.pk}/all/").content.decode()
    other = clients["S002"].get(f"/answer/{campaign.pk}/all/").content.decode()
    assert "項目Q4を行っているか" in manager and "項目Q4を行っているか" not in other
    assert "4. <span" in other and "item5" in other  # numbered without a gap, sent under the place in the campaign
    assert clients["S002"].get(f"/answer/{campaign.pk}/items/4/").status_code == 404
    sent = clients["S002"].post(f"/answer/{campaign.pk}/all/", {"position": 4, "answer": "yes"})
    assert sent.status_code == 403 and "お尋ねしていません" in sent.content.decode()
    after = clients["S002"].post(f"/answer/{campaign.pk}/items/3/", {"answer": "1"})
    assert after.headers["Location"].endswith("/items/5/")


def test_what_was_not_asked_is_neither_blank_nor_in_a_denominator() -> None:
    """Worked by hand. 101: S001 (manager) はい, 4, いいえ; S002 はい, 2; S003 いいえ and 該当なし; five silent."""
    campaign = build_campaign()
    clients = by_slip(campaign)
    send(clients["S001"], campaign, {1: "yes", 2: "4", 3: "1", 4: "no"})
    send(clients["S002"], campaign, {1: "yes", 2: "2"})
    send(clients["S003"], campaign, {1: "no", 2: "not_applicable", 3: "2"})
    closed(campaign)
    assert counts_of("Q1") == [("101", "", 1, 1, 0, 0), ("101", MANAGER, 1, 0, 0, 0)]
    assert counts_of("Q2") == [("101", "", 0, 1, 1, 0), ("101", MANAGER, 1, 0, 0, 0)]
    assert counts_of("Q3") == [("101", "", 0, 0, 0, 1), ("101", MANAGER, 0, 0, 0, 0)]
    assert counts_of("Q4") == [("101", MANAGER, 0, 1, 0, 0)]  # no row for those who were not asked
    assert counts_of("Q5") == []
    levels = TallyLevel.objects.order_by("item__code", "level").values_list("item__code", "level", "level_count")
    assert list(levels) == [("Q2", 2, 1), ("Q2", 4, 1), ("Q3", 1, 1), ("Q3", 2, 1)]
    row = next(one for one in year_records(CITY, this_fiscal_year()).tally if one.department_code == "101")
    assert (row.roster_count, row.respondent_count) == (8, 3)
    # Q1, Q2 and Q4, job types together; Q3 and Q5 are outside the compliance rate and so outside the report.
    assert (row.yes, row.no) == ((2, 1, 0), (1, 1, 1))
    assert (row.not_applicable, row.blank) == ((0, 1, 0), (0, 0, 0))


def test_a_roster_that_changes_after_opening_changes_nobodys_items() -> None:
    campaign = build_campaign()
    imported("staff", [staff("S001", "102", fiscal_year=this_fiscal_year(), job_types=("保育士",))])
    member = CampaignMember.objects.get(campaign=campaign, staff_number="S001")
    assert (member.department.code, member.job_type, member.counted_as) == ("101", MANAGER, MANAGER)
    assert "項目Q4" in by_slip(campaign)["S001"].get(f"/answer/{campaign.pk}/all/").content.decode()
    closed(campaign)
    imported("self_inspection", [record("S001", (("Q4", "yes"),), this_fiscal_year())])
    assert counts_of("Q4") == [("101", MANAGER, 1, 0, 0, 0)]  # also for a sheet that comes afterwards


def test_a_roster_that_knows_no_job_types_leaves_those_that_are_known() -> None:
    year = this_fiscal_year()
    imported("staff", [staff("S001", "101", fiscal_year=year), staff("S002", "101", fiscal_year=year)])
    assert StaffMember.objects.get(staff_number="S001").job_type == MANAGER
    imported("staff", [staff("S001", fiscal_year=year), staff("S002", fiscal_year=year, job_types=("b", "a", "b"))])
    told = StaffMember.objects.filter(staff_number__in=["S001", "S002"]).order_by("staff_number")
    assert list(told.values_list("job_type", flat=True)) == ["", "a、b"]


@pytest.mark.parametrize("change", [{"asked_of": ""}, {"answer_kind": "scale", "levels_ja": "低\n高"}])
def test_kind_and_job_types_stay_once_they_were_approved(change: dict[str, str]) -> None:
    campaign = build_campaign(state="approved")
    key = ListKey(this_fiscal_year(), "self_inspection", lambda _city, _year: False, is_asked)
    found = ControlItem.objects.select_related("checklist", "source_file").get(code="Q4")
    stamp = item_stamp(item_record(found))
    usual = {"domain_ja": found.domain_ja, "text_ja": found.text_ja, "criteria_ja": found.criteria_ja}
    wanted = ItemEdit(**{**usual, "asked_of": MANAGER, **change}, change="revised")
    with pytest.raises(RuleError, match="項目を変えられません"):
        edit_item(CLERK, key, found.pk, wanted, stamp)
    move_campaign(CLERK, campaign.pk, "withdraw")
    edit_item(CLERK, key, found.pk, wanted, stamp)
    assert ControlItem.objects.get(code="Q4").content_sha256 != found.content_sha256


def test_whom_an_item_is_asked_belongs_to_what_it_asks() -> None:
    """The rate of other people is another rate: the change is a revision, and is told as one."""
    year = this_fiscal_year()
    questions(year - 1)
    key = ListKey(year, "self_inspection", lambda _city, _year: False, is_asked)
    found = ControlItem.objects.select_related("checklist", "source_file").get(code="Q4", checklist__fiscal_year=year)
    usual = {"domain_ja": found.domain_ja, "text_ja": found.text_ja, "criteria_ja": found.criteria_ja}
    stamp = item_stamp(item_record(found))
    with pytest.raises(InputError, match="見直し"):
        edit_item(CLERK, key, found.pk, ItemEdit(**usual, asked_of=""), stamp)
    edit_item(CLERK, key, found.pk, ItemEdit(**usual, change="revised"), stamp)
    assert ControlItem.objects.get(pk=found.pk).lineage == "revised"
    page = browser_of("clerk").get(f"/inspections/{build_campaign(state='draft').pk}/items/").content.decode()
    assert "前年度の回答のしかた" in page and "全員に" not in page and MANAGER in page


@pytest.mark.parametrize(
    "fields",
    [
        {"answer_kind": "scale"},
        {"answer_kind": "scale", "levels": ("一つ",)},
        {"answer_kind": "scale", "levels": ("同じ", "同じ")},
        {"answer_kind": "scale", "levels": ("低", "高"), "met_from": 3},
        {"levels": ("低", "高")},
        {"met_from": 1},
        {"stream": "internal_audit", "answer_kind": "comment"},
        {"stream": "external_audit", "asked_of": ("保育士",)},
    ],
)
def test_kinds_that_contradict_themselves_are_refused(fields: dict[str, object]) -> None:
    assert [one.code for one in kind_faults([item(**{"stream": "self_inspection", **fields})])] == ["bad_answer_kind"]


def test_next_years_items_are_one_press_away_with_their_kinds_and_levels() -> None:
    year = this_fiscal_year()
    office = browser_of("clerk")
    page = office.get("/inspections/").content.decode()
    assert page.count("の項目を前年度から写す") == 1 and f"/checklists/{year + 1}/self_inspection/copy/" in page
    office.post(f"/checklists/{year + 1}/self_inspection/copy/")
    rows = ControlItem.objects.order_by("position")
    names = ("code", "answer_kind", "levels_ja", "met_from", "asked_of", "content_sha256")
    this, following = (list(rows.filter(checklist__fiscal_year=one).values_list(*names)) for one in (year, year + 1))
    assert this == following and following[1][:4] == ("Q2", "scale", "\n".join(LEVELS), 4)
    assert set(rows.filter(checklist__fiscal_year=year + 1).values_list("lineage", flat=True)) == {"carried"}
    assert "の項目を前年度から写す" not in office.get("/inspections/").content.decode()


@pytest.mark.parametrize("state", ["draft", "open"])
def test_who_is_away_is_shown_with_the_reason(state: str) -> None:
    page = browser_of("clerk").get(f"/inspections/{build_campaign(state=state).pk}/excluded/").content.decode()
    assert "職員S109" in page and "育児休業" in page and "職員S101" not in page


# --- comments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("privacy", ["identified", "confidential"])
def test_words_can_be_changed_until_closing_and_are_nobodys_afterwards(privacy: str) -> None:
    campaign = build_campaign(privacy)
    slips = slips_of(campaign)
    client = browser_with(slips[1].code) if privacy == "identified" else begun_with(slips[1].code, campaign)[0]
    send(client, campaign, {1: "yes", 5: "手順書が古い"})
    send(client, campaign, {5: "=手順書が古いです\n直してほしい"})
    assert "直してほしい</textarea>" in client.get(f"/answer/{campaign.pk}/all/").content.decode()
    assert "自由記述は1件です" in client.get(f"/answer/{campaign.pk}/receipt/").content.decode()
    office = browser_of("clerk")
    page = f"/inspections/{campaign.pk}/levels/"
    assert "直してほしい" not in office.get(page).content.decode()
    before = Comment.objects.get()
    send(
        begun_with(slips[2].code, campaign)[0] if privacy != "identified" else browser_with(slips[2].code),
        campaign,
        {1: "no"},
    )
    send(client, campaign, {2: "5"})
    closed(campaign)
    after = Comment.objects.get()
    assert after.text_ja == "=手順書が古いです\n直してほしい"
    assert (after.pk, after.comment_token) != (before.pk, before.comment_token)
    assert before.comment_token != after.comment_token
    assert [one.is_hidden for one in comment_views(Campaign.objects.get())] == [True]  # two answered, k is 3
    Campaign.objects.update(small_cell_k=2)
    assert "直してほしい" in office.get(page).content.decode()
    assert "'=手順書" in office.get(f"/inspections/{campaign.pk}/comments/csv/").getvalue().decode("utf-8-sig")
    assert client.post(f"/answer/{campaign.pk}/all/", {"position": 5, "words": "x"}).status_code in (302, 403)
    assert erase_responses(CLERK, this_fiscal_year()) == 2
    assert not Comment.objects.exists() and DepartmentTally.objects.exists()


def test_no_words_take_them_back_and_too_many_are_refused() -> None:
    campaign = build_campaign()
    client = by_slip(campaign)["S002"]
    send(client, campaign, {5: "一言"})
    send(client, campaign, {5: " 　\n"})
    assert not Comment.objects.exists()
    answer = client.post(f"/answer/{campaign.pk}/all/", {"position": 5, "words": "あ" * 501})
    assert answer.status_code == 403 and "500文字以内" in answer.content.decode()
    assert not Comment.objects.exists() and not Response.objects.exists()  # words alone make no answer row


# --- paper, files and the report --------------------------------------------------------------------------------------


def test_a_sheet_on_paper_holds_all_kinds() -> None:
    campaign = build_campaign()
    member = CampaignMember.objects.get(staff_number="S001")
    page = f"/inspections/{campaign.pk}/departments/{Department.objects.get(code='101').pk}/"
    shown = browser_of("head").get(page).content.decode()
    assert 'name="item2" value="5"' in shown and '<textarea id="words5" name="item5"' in shown
    with pytest.raises(RuleError, match="職種には尋ねていません"):
        enter_paper(CLERK, campaign.pk, CampaignMember.objects.get(staff_number="S002").pk, {1: "yes", 4: "no"})
    enter_paper(CLERK, campaign.pk, member.pk, {1: "yes", 2: "5", 3: "not_applicable", 4: "no", 5: "紙で書いた"})
    row = Response.objects.get()
    assert (row.met, row.applicable, row.answered) == (0b00011, 0b01011, 0b01111)
    assert (row.plane_0, row.plane_1, row.plane_2, row.job_type) == (0b10, 0, 0b10, MANAGER)
    assert Comment.objects.get().text_ja == "紙で書いた"


def test_a_file_of_answers_gives_levels_and_job_types() -> None:
    """An answer of somebody who is not asked counts, since it was given; a blank of theirs does not."""
    year = this_fiscal_year()
    given = (("Q1", "yes"), ("Q2", "5"), ("Q3", "blank"), ("Q4", "yes"))
    imported("self_inspection", [record(number, given, year) for number in ("S001", "S002")])
    assert counts_of("Q4") == [("101", "", 1, 0, 0, 0), ("101", MANAGER, 1, 0, 0, 0)]
    assert counts_of("Q2") == [("101", "", 1, 0, 0, 0), ("101", MANAGER, 1, 0, 0, 0)]
    assert sum(DepartmentTally.objects.values_list("respondent_count", flat=True)) == 2


def record(number: str, given: tuple[tuple[str, str], ...], fiscal_year: int) -> AnswerRecord:
    return replace(answer(number, "", fiscal_year=fiscal_year), answers=given)


def test_the_report_freezes_and_divides_the_change_exactly() -> None:
    """Worked by hand. Last year Q1 はい, いいえ and Q2 4 (met), 2; this year Q1 はい, はい and Q2 5, 4. Q3 is out.

    The rates are 2/4 and 4/4; all of the change is that of the carried items.
    """
    year = this_fiscal_year()
    questions(year - 1)
    for fiscal_year, rows in (
        (year - 1, [("yes", "4", "1"), ("no", "2", "2")]),
        (year, [("yes", "5", "1"), ("yes", "4", "1")]),
    ):
        imported(
            "self_inspection",
            [
                record(number, (("Q1", first), ("Q2", second), ("Q3", third)), fiscal_year)
                for number, (first, second, third) in zip(("S002", "S003"), rows, strict=True)
            ],
        )
    data = year_data(CITY, year)
    assert data.prior is not None
    this, prior = answers_by_item(data.this), answers_by_item(data.prior)
    assert [*this] == [*prior] == ["Q1", "Q2", "Q4"]
    links = item_links(data.prior.checklist("self_inspection"), data.this.checklist("self_inspection"))
    found = compare_rates(prior, this, links)
    assert (found.prior_rate, found.this_rate) == (Fraction(1, 2), 1)
    assert sum(one.value for one in found.effects) == found.change == found.effect("carried")
    assert compliance_rate(sum(this.values(), start=type(this["Q1"])(0, 0))) == 1
    assert freeze(CLERK, year, "初回").version == 1


def test_an_item_that_leaves_the_rate_is_dropped_from_the_report_and_one_that_comes_is_added() -> None:
    """Q1 becomes a comment; Q3 gets a rule and is met from 2; Q5, a comment, is dropped and was never in a rate."""
    year = this_fiscal_year()
    questions(year - 1)
    imported(
        "checklist",
        [
            item("Q1", "self_inspection", fiscal_year=year, lineage="revised", answer_kind="comment"),
            item("Q2", "self_inspection", fiscal_year=year, answer_kind="scale", levels=LEVELS, met_from=4),
            item("Q3", "self_inspection", fiscal_year=year, answer_kind="scale", levels=("低", "高"), met_from=2),
            item("Q4", "self_inspection", fiscal_year=year, asked_of=(MANAGER,)),
            item("Q5", "self_inspection", fiscal_year=year, lineage="dropped"),
        ],
    )
    this, prior = (year_records(CITY, one).checklist("self_inspection") for one in (year, year - 1))
    assert [one.code for one in prior.items] == ["Q1", "Q2", "Q4"]
    assert [(one.code, one.lineage) for one in this.items] == [("Q2", "carried"), ("Q3", "added"), ("Q4", "carried")]
    assert [one.code for one in this.dropped] == ["Q1"]


def test_levels_are_shown_after_closing_and_only_for_enough_people() -> None:
    campaign = build_campaign()
    for number, level in zip(("S002", "S003", "S004"), ("1", "5", "5"), strict=True):
        send(by_slip(campaign)[number], campaign, {2: level})
    assert level_views(campaign) == []
    done = closed(campaign)
    first = level_views(done)[0]
    assert [one.level_count for one in first.levels] == [1, 0, 0, 0, 2] and not first.is_hidden
    page = browser_of("clerk").get(f"/inspections/{campaign.pk}/levels/").content.decode()
    assert "できている" in page and "「はい」と同じ" in page and "数えない" in page
    Campaign.objects.update(small_cell_k=4)
    assert level_views(Campaign.objects.get())[0].is_hidden


@pytest.mark.parametrize("levels", [("1", "5", "not_applicable"), ("1", "1", "1")])
def test_levels_of_two_people_and_of_three_who_are_alike_are_hidden(levels: tuple[str, str, str]) -> None:
    """Three were asked, so that the page showed them: a level that one chose, or what each of three chose."""
    campaign = build_campaign()
    for number, level in zip(("S002", "S003", "S004"), levels, strict=True):
        send(by_slip(campaign)[number], campaign, {1: "yes", 2: level, 3: "1" if level == "5" else level})
    scales = level_views(closed(campaign))
    assert [one.is_hidden for one in scales] == [True, True]
    page = browser_of("clerk").get(f"/inspections/{campaign.pk}/levels/").content.decode()
    assert page.count("回答者が分かってしまうため表示しません") >= 2


def test_the_letters_of_the_answer_pages_can_be_made_larger() -> None:
    campaign = build_campaign()
    client = by_slip(campaign)["S002"]
    page = f"/answer/{campaign.pk}/all/"
    assert client.post("/answer/type/", {"type": "large", "back": page}).headers["Location"] == page
    assert 'class="is-large"' in client.get(page).content.decode()
    for elsewhere in ("https://elsewhere.example/answer/", "//elsewhere.example", "/years/"):
        assert client.post("/answer/type/", {"back": elsewhere}).headers["Location"] == "/answer/"
    assert 'class="is-large"' not in client.get(page).content.decode()
