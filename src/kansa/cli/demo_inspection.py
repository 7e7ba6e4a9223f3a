"""The self-inspection of the year under way in the sample city: open, partly answered, with a scale and a free comment.

The two years before are the published ones, of はい and いいえ only. Everything is done by the acts of the pages.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor

if TYPE_CHECKING:
    from kansa.apps.controls.models import ControlItem
    from kansa.apps.self_inspection.models import Campaign
    from kansa.apps.self_inspection.queries import Respondent

ANSWERING = ("0104", "0201", "0301")  # departments, two thirds of whose people have answered so far
SCALE_JA = "不審なメールに気付いたときに、ためらわずに報告できる。"
LEVELS_JA = "できない\nあまりできない\nどちらともいえない\nだいたいできる\nできる"
COMMENT_JA = "情報セキュリティの決まりで、仕事に合わないところや困っていることがあれば書いてください。"
VOICES_JA = (
    "USBメモリの申請に日数がかかり、窓口の仕事に間に合わないことがあります。",
    "パスワードの長さの決まりが、システムごとに違って覚えきれません。",
    "共用の端末から離れるとき、誰がロックするかを決めてほしいです。",
    "研修の動画が短く分かれていて見やすかったです。",
)


def add_demo_inspection(clerk: Actor, director: Actor, year: int, today: date) -> str:
    """A confidential campaign that has been open for a week; the line that tells of it."""
    from kansa.apps.self_inspection.actions import CampaignWords, move_campaign, save_campaign
    from kansa.apps.self_inspection.models import Campaign

    if Campaign.objects.filter(checklist__fiscal_year=year).exists():
        return ""
    write_checklist(clerk, year)
    words = CampaignWords(
        f"{era_year_ja(year)} 情報セキュリティ自己点検",
        "ふだんの仕事を振り返る点検です。3分から5分で終わります。できていないことがあっても責めるものではありません。",
        today - timedelta(days=7),
        today + timedelta(days=21),
        "confidential",
    )
    campaign = save_campaign(clerk, year, words)
    move_campaign(director, campaign.pk, "approve")
    campaign = move_campaign(clerk, campaign.pk, "open")
    count = answer(campaign, random.Random(year))
    return f"{era_year_ja(year)}の自己点検を始めました（回答者{count}人）。"


def write_checklist(clerk: Actor, year: int) -> None:
    """Last year's items, then one with levels, which is outside the compliance rate, and one for words."""
    from kansa.apps.annual_report.queries import is_frozen
    from kansa.apps.controls.actions.editing import ItemEdit, ListKey, add_items, copy_last_year

    key = ListKey(year, "self_inspection", is_frozen)
    copy_last_year(clerk, key)
    wanted = [
        ItemEdit(
            "意識", SCALE_JA, "報告は早いほど被害が小さい。", code="Q90", answer_kind="scale", levels_ja=LEVELS_JA
        ),
        ItemEdit("意識", COMMENT_JA, code="Q91", answer_kind="comment"),
    ]
    add_items(clerk, key, wanted)


def answer(campaign: Campaign, rng: random.Random) -> int:
    """Some people begin and answer all that they are asked, each by the own key; how many did."""
    from kansa.apps.self_inspection.actions import begin
    from kansa.apps.self_inspection.models import CampaignMember
    from kansa.apps.self_inspection.queries import Invitation, asked_items, respondent_of
    from kansa.apps.self_inspection.queries import Respondent as Answering
    from kansa.sample.accounts import DEMO_ACCOUNTS

    items = asked_items(campaign)
    members = CampaignMember.objects.filter(campaign=campaign, excluded_reason_ja="", department__code__in=ANSWERING)
    own = {one.staff_number for one in DEMO_ACCOUNTS}  # they answer for themselves
    others = members.exclude(staff_number__in=own).order_by("staff_number")
    chosen = [one for one in others if rng.random() < 2 / 3]
    for number, member in enumerate(chosen):
        respondent = respondent_of(campaign, None, begin(Invitation(campaign, member)))
        assert isinstance(respondent, Answering)
        voice = VOICES_JA[number] if number < len(VOICES_JA) else ""
        for item in items:
            if respondent.is_asked(item):
                keep(respondent, item, rng, voice)
    return len(chosen)


def keep(respondent: Respondent, item: ControlItem, rng: random.Random, voice: str) -> None:
    """One answer, mostly a good one; to an item for words those of the person, if any."""
    from kansa.apps.self_inspection.actions import save_answer, save_comment

    if item.answer_kind == "comment":
        if voice:
            save_comment(respondent, item, voice)
        return
    usual = rng.choices(("yes", "no", "not_applicable"), (93, 5, 2))[0]
    save_answer(respondent, item, str(rng.choice((2, 3, 4, 4, 5))) if item.answer_kind == "scale" else usual)
