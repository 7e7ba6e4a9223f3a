"""Are the rules of a year changed on their page, at once and by the audit director only, and is every change told?"""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.controls.models import FiscalYearRule, ScaleLevel
from kansa.apps.controls.queries import audit_rules, stated_rules
from kansa.apps.trail.models import Event
from tests.apps.judging import PAST_YEAR, build_room
from tests.apps.web.town import freeze_whole
from tests.builders import YEAR, imported, setting
from tests.cast import CITY, browser_of

RULES = f"/years/{YEAR}/rules/"
ITEM = f"/engagements/{YEAR}/I1/worksheet/items/A1/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def director(city: Any) -> Client:
    """An audit of the year is being judged by two auditors, one judging each item."""
    build_room()
    return browser_of("director")


def form_of(client: Client) -> dict[str, str]:
    """What a browser would send back unchanged."""
    text = client.get(RULES).content.decode()
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', text)}
    fields |= {
        name: html.unescape(words.strip()) for name, words in re.findall(r"<textarea name=\"(\w+)\"[^>]*>([^<]*)", text)
    }
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen, name
        fields[name] = html.unescape(chosen[1])
    return fields


def saved(client: Client, **fields: str) -> str:
    """Changes some fields, saves, and gives the page that follows."""
    return client.post(RULES, form_of(client) | fields, follow=True).content.decode()


def test_two_judge_apart_as_soon_as_the_rule_is_saved(director: Client) -> None:
    auditor = browser_of("auditor")
    typed = {"mark": "3", "evidence_ja": "規程集", "methods": ["document"], "version": 0}
    auditor.post(ITEM, typed)
    assert Judgement.objects.filter(engagement__code="I1", item__code="A1", level=3).exists()
    assert "保存しました" in saved(director, judging_mode="２人が別々に判定し突き合わせ")
    auditor.post(ITEM.replace("A1", "A2"), typed)
    assert AuditorJudgement.objects.get(item__code="A2").level == 3  # kept apart, nobody else's judgement yet
    assert not Judgement.objects.filter(engagement__code="I1", item__code="A2", state="judged").exists()


def test_a_change_is_told_before_and_after(director: Client) -> None:
    saved(director, judging_mode="１人が判定し別の人が確認", pass_mark="2.80")
    event = Event.objects.filter(object_kind="year", verb="edit").get()
    assert event.before["rules"] == {"judging_mode": "single", "pass_mark": "3"}
    assert event.after["rules"] == {"judging_mode": "reviewed", "pass_mark": "2.8"}
    assert event.object_key == f"{YEAR} rules"
    assert FiscalYearRule.objects.get(fiscal_year=YEAR, key="pass_mark").source_file is None


def test_the_systems_of_the_city_are_listed_in_lines(director: Client) -> None:
    saved(director, systems_ja="税務システム\r\n住民記録システム、税務システム")
    assert audit_rules(CITY, YEAR).systems == ("税務システム", "住民記録システム")
    assert "変わったところはありません" in saved(director)


def test_saving_what_stands_changes_nothing(director: Client) -> None:
    count = FiscalYearRule.objects.count()
    assert "変わったところはありません" in saved(director)
    assert FiscalYearRule.objects.count() == count
    assert not Event.objects.filter(object_kind="year", verb="edit").exists()


def test_the_words_of_a_level_are_changed_and_a_judged_level_stays(director: Client) -> None:
    browser_of("auditor").post(ITEM, {"mark": "3", "evidence_ja": "規程集", "methods": ["document"], "version": 0})
    saved(director, label_1="一部実施", criterion_1="一部の職員が行っている")
    level = ScaleLevel.objects.get(fiscal_year=YEAR, level=1)
    assert (level.label_ja, level.criterion_ja) == ("一部実施", "一部の職員が行っている")
    refused = saved(director, label_3="", criterion_3="", conforms_from="4")
    assert "レベル3は、この年度の判定に使われているため取り除けません" in refused
    saved(director, label_2="", criterion_2="")
    assert sorted(ScaleLevel.objects.filter(fiscal_year=YEAR).values_list("level", flat=True)) == [0, 1, 3, 4]
    event = Event.objects.filter(object_kind="year", verb="edit").last()
    assert event is not None
    assert (event.before["scale"], event.after["scale"]) == ({"2": "レベル2：基準2"}, {})


@pytest.mark.parametrize(
    ("fields", "reason_ja"),
    [
        ({"pass_mark": "5.00"}, "合格点は満点以下にしてください"),
        ({"conforms_from": "7"}, "判定基準にあるレベルを入力してください"),
        ({"head_after_days": "90"}, "所属長に知らせる日数以上にしてください"),
        ({"former_post_years": "99"}, "0から20までの数を入力してください"),
        ({"small_cell_k": "三"}, "少数秘匿の人数"),
        ({"judging_mode": "くじ引き"}, "くじ引き"),
        ({"label_4": ""}, "レベル4の表示と基準の両方を入力してください"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(director: Client, fields: dict[str, str], reason_ja: str) -> None:
    before = stated_rules(CITY, YEAR)
    text = saved(director, **fields)
    assert "保存していません" in text
    assert reason_ja in text
    assert stated_rules(CITY, YEAR) == before


def test_two_directors_at_once(director: Client) -> None:
    mine, theirs = form_of(director), form_of(director)
    director.post(RULES, theirs | {"due_soon_days": "14"})
    text = director.post(RULES, mine | {"due_soon_days": "7"}).content.decode()
    assert "ほかの人が変えました" in text
    assert re.search(r"期限の予告の日数</dt><dd>14<", text)
    assert 'name="due_soon_days" value="7"' in text
    assert audit_rules(CITY, YEAR).due_soon_days == 14
    stamp = re.search(r'name="stamp" value="(\w+)"', text)
    assert stamp
    director.post(RULES, mine | {"due_soon_days": "7", "stamp": stamp[1]})
    assert audit_rules(CITY, YEAR).due_soon_days == 7


def test_last_years_rules_are_taken_over_where_this_year_says_nothing(director: Client) -> None:
    imported("year", [setting("due_soon_days", "10", PAST_YEAR), setting("judging_mode", "apart", PAST_YEAR)])
    ScaleLevel.objects.filter(fiscal_year=YEAR).delete()
    told = director.post(f"{RULES}copy/", follow=True).content.decode()
    assert "引き継ぎました" in told
    rules = audit_rules(CITY, YEAR)
    assert (rules.due_soon_days, rules.judging_mode) == (10, "single")  # the mode is what the year said itself
    assert ScaleLevel.objects.filter(fiscal_year=YEAR).count() == 5
    assert Event.objects.get(object_kind="year", verb="copy").after["rules"] == {"due_soon_days": "10"}
    assert "引き継ぐ規則がありません" in director.post(f"{RULES}copy/", follow=True).content.decode()


def test_a_frozen_year_is_shown_with_the_reason_and_stays(director: Client) -> None:
    mine = form_of(director)
    freeze_whole(YEAR, "", dict.fromkeys(("half_judged", "rotation_gap", "external_and_internal"), "試験"))
    text = director.get(RULES).content.decode()
    assert "凍結済みのため、ここでは変えられません" in text
    assert "凍結し直すと、新しい版になります" in text
    assert 'name="stamp"' not in text
    director.post(RULES, mine | {"judging_mode": "２人が別々に判定し突き合わせ"})
    director.post(f"{RULES}copy/")
    assert audit_rules(CITY, YEAR).judging_mode == "single"


@pytest.mark.parametrize("person", ["clerk", "auditor", "head", "ciso"])
def test_others_read_and_cannot_change(director: Client, person: str) -> None:
    mine = form_of(director)
    reader = browser_of(person)
    text = reader.get(RULES).content.decode()
    assert 'name="judging_mode"' not in text
    assert "１人が判定" in text
    assert "変えられるのは、監査統括責任者です" in text
    assert reader.post(RULES, mine | {"judging_mode": "２人が別々に判定し突き合わせ"}).status_code == 403
    assert reader.post(f"{RULES}copy/").status_code == 403
    assert audit_rules(CITY, YEAR).judging_mode == "single"


def test_the_page_is_a_fixed_number_of_queries(director: Client, django_assert_max_num_queries: Any) -> None:
    director.get(RULES)
    with django_assert_max_num_queries(12):
        director.get(RULES)
