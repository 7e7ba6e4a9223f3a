"""By which ways did reports come in so far? Numbers of people by way; a person who used two ways is in both."""

from __future__ import annotations

from django.db.models import Count

from kansa.apps.drills.models import DrillCampaign, DrillHit

CHANNELS_JA = {
    "link": "報告ボタン（リンク）",
    "mailbox": "メールボックスへの転送",
    "file": "保存したファイルの取込み",
}


def report_counts(campaign: DrillCampaign) -> list[tuple[str, int]]:
    """Way in words -> people. Raw: machines that called the report link are in it; the results page judges."""
    rows = DrillHit.objects.filter(
        municipality_id=campaign.municipality_id, campaign_id=campaign.pk, kind="reported"
    ).values_list("channel")
    found = dict(rows.annotate(people=Count("event_token", distinct=True)).order_by("channel"))
    return [(words, found.get(code, 0)) for code, words in CHANNELS_JA.items()]
