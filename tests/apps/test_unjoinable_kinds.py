"""Can job types, levels of scales or comments give a person away? The attacks of docs/adr/0027, each also on a leak.

The attacker is that of test_unjoinable: every table, the bytes of the file, and the secret key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from kansa.apps.self_inspection.actions import mix_answers, move_campaign
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Comment, Response
from kansa.apps.self_inspection.queries import asked_items, opening_plan
from kansa.apps.self_inspection.queries.keys import comment_token
from kansa.core.errors import RuleError
from kansa.core.job_types import is_asked_of
from tests.apps.test_kinds import MANAGER, people, send
from tests.apps.test_unjoinable import UNNAMED, dump, elsewhere, in_order, occurrences
from tests.builders import imported, setting
from tests.cast import CLERK, this_fiscal_year
from tests.inspecting import PEOPLE, begun_with, browser_with, build_campaign, slips_of

__all__ = ["people"]  # a fixture that is used by itself
pytestmark = pytest.mark.django_db
WORDS = "一二三四五六七"


def departments(campaign: Campaign) -> list[str]:
    return ["101", "102"] if campaign.privacy == "anonymous" else [*PEOPLE]


def everybody_answers(campaign: Campaign) -> list[str]:
    """All of all departments, each with the items that they are asked and words of their own; what they held."""
    held = []
    for code in departments(campaign):
        for place, slip in enumerate(slips_of(campaign, code)):
            client, key = begun_with(slip.code, campaign) if campaign.privacy == "confidential" else (None, slip.code)
            client = client or browser_with(slip.code)
            send(client, campaign, {1: "yes", 2: str(place % 5 + 1), 5: f"{code}の{place}"})
            if "項目Q4" in client.get(f"/answer/{campaign.pk}/all/").content.decode():
                send(client, campaign, {4: "no"})
            held.append(key)
    return held


def suspects() -> Iterator[int]:
    """For each answer row, how many people it can be of: by department, job type, and the items that were answered."""
    campaign = Campaign.objects.get()
    items = asked_items(campaign)
    members = Counter(
        (
            one.counted_in_id,
            one.counted_as,
            sum(1 << (item.bit or 0) for item in items if is_asked_of(item.asked_of, one.counted_as)),
        )
        for one in CampaignMember.objects.filter(excluded_reason_ja="")
    )
    for row in Response.objects.all():
        yield sum(
            count
            for (department, job_type, asked), count in members.items()
            if (department, job_type) == (row.department_id, row.job_type) and not row.answered & ~asked
        )


@pytest.mark.parametrize("privacy", UNNAMED)
def test_department_job_type_and_items_never_point_to_fewer_than_k(privacy: str) -> None:
    """k is 3 and each department has one manager: all three are counted in one department, where each can be each."""
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    assert Response.objects.filter(job_type=MANAGER).count() == 3 and min(suspects()) == 3
    assert Response.objects.filter(job_type=MANAGER).values("department").distinct().count() == 1


def test_where_nothing_is_promised_they_do_point_to_one() -> None:
    campaign = build_campaign()
    everybody_answers(campaign)
    assert min(suspects()) == 1


def test_a_job_type_of_fewer_than_k_people_in_the_whole_city_is_not_asked_its_items() -> None:
    """k is 5, there are three managers: they are counted without a job type, each where the department is."""
    imported("year", [setting("small_cell_k", "5", this_fiscal_year())])
    campaign = build_campaign("confidential")
    everybody_answers(campaign)
    assert set(Response.objects.values_list("job_type", flat=True)) == {""}
    assert not any(row.answered >> 3 & 1 for row in Response.objects.all()) and min(suspects()) == 8
    told = {(one.own.code, one.own_job_type, one.other_job_type) for one in opening_plan(campaign).together}
    assert {("101", MANAGER, ""), ("102", MANAGER, ""), ("103", MANAGER, "")} <= told


def test_a_city_where_all_together_are_too_few_is_refused() -> None:
    imported("year", [setting("small_cell_k", "17", this_fiscal_year())])
    with pytest.raises(RuleError, match="17人に足りない"):
        build_campaign("confidential")


# --- comments ---------------------------------------------------------------------------------------------------------


def recomputed(campaign: Campaign, held: list[str]) -> set[str]:
    """Every token of comments that the secret key makes of persons and rows that are stored, and of `held`."""
    known = {one.staff_number for one in CampaignMember.objects.all()} | {
        str(value) for row in Response.objects.values_list("pk", "respondent_token") for value in row
    }
    return {comment_token(campaign, item.pk, one) for item in asked_items(campaign) for one in (*known, *held)}


@pytest.mark.parametrize("privacy", ["identified", *UNNAMED])
def test_no_comment_leads_to_a_person_or_an_answer(privacy: str) -> None:
    campaign = build_campaign(privacy)
    held = [one.replace("-", "") if privacy == "anonymous" else one for one in everybody_answers(campaign)]
    tokens = set(Comment.objects.values_list("comment_token", flat=True))
    assert len(tokens) == 16
    # Whoever holds a key finds the own words, so that they can be changed; what is stored finds none.
    assert len(tokens & recomputed(campaign, held)) == 16
    stored = tokens & recomputed(campaign, [])
    assert len(stored) == (16 if privacy == "identified" else 0)  # while a named one is open, its writer is known
    campaign = move_campaign(CLERK, campaign.pk, "close")
    tokens = set(Comment.objects.values_list("comment_token", flat=True))
    assert len(tokens) == 16 and not tokens & recomputed(campaign, held)
    assert set(Comment.objects.values_list("pk", flat=True)).isdisjoint(Response.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("privacy", UNNAMED)
def test_words_stand_in_their_own_table_only_and_name_no_department(privacy: str) -> None:
    campaign = build_campaign(privacy)
    everybody_answers(campaign)
    words = set(Comment.objects.values_list("text_ja", flat=True))
    marks = {str(mark) for row in Comment.objects.values_list("pk", "comment_token") for mark in row}
    assert {table for table, row in dump() if any(word in str(cell) for word in words for cell in row)} == {
        "self_inspection_comment"
    }
    assert set(elsewhere(marks)) == {"self_inspection_comment"}
    columns = {field.name for field in Comment._meta.get_fields()}
    assert columns == {"id", "municipality", "campaign", "item", "comment_token", "text_ja"}


def laid(data: bytes) -> list[int]:
    """The comments in the order in which they lie in the bytes of the file, each by the place of its writer."""
    found = Comment.objects.values_list("comment_token", "text_ja")
    places = {words: max(occurrences(data, token.encode())) for token, words in found}
    return [WORDS.index(words) for words in sorted(places, key=lambda one: places[one])]


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="reads the file of SQLite")
@pytest.mark.parametrize("privacy", ["identified", "confidential"])
def test_comments_lie_in_an_order_by_chance_once_they_are_mixed(privacy: str) -> None:
    campaign = build_campaign(privacy)
    for word, slip in zip(WORDS, slips_of(campaign)[1:], strict=True):
        client = begun_with(slip.code, campaign)[0] if privacy == "confidential" else browser_with(slip.code)
        send(client, campaign, {5: word, 2: "5"})
    assert in_order(laid(connection.connection.serialize()))  # the attack works
    if privacy == "confidential":
        mix_answers.func(None, municipality_id=campaign.municipality_id)
        planes = Response.objects.values_list("plane_0", "plane_1", "plane_2")
        assert set(planes) == {(0b10, 0, 0b10)}  # mixing keeps the levels
    orders = set()
    for _ in range(3):
        with transaction.atomic():
            Campaign.objects.update(state="open")
            move_campaign(CLERK, campaign.pk, "close")
        orders.add(tuple(laid(connection.connection.serialize())))
    assert len(orders) > 1


def test_a_comment_is_told_by_nothing_in_the_answers() -> None:
    """Whoever wrote alone would be the only one with a mark of it in the masks; so there is none."""
    campaign = build_campaign("confidential")
    slips = slips_of(campaign)
    for place in range(2):
        client, _key = begun_with(slips[place + 1].code, campaign)
        send(client, campaign, {1: "yes", **({5: "一人だけ"} if place else {})})
    masks = Response.objects.values_list("met", "applicable", "answered", "plane_0", "plane_1", "plane_2")
    assert len(set(masks)) == 1 and Comment.objects.count() == 1
