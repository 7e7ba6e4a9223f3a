"""With which words does a finding of a measure begin?"""

from __future__ import annotations

from django.utils import timezone

from kansa.apps.diagnosis.models import Measure, Scan
from kansa.apps.diagnosis.queries.measures import MeasureLine, targets_of
from kansa.core.fiscal import fiscal_year_of
from kansa.core.weaknesses import KINDS_JA

SECRET_JA = "公にすると、攻撃に使われるおそれがあるため"
ASSETS_TOLD = 30
SECRET = ("fact_ja", "evidence_ja", "effect_ja", "recommendation_ja")


def draft_of(measure: Measure, line: MeasureLine) -> dict[str, str]:
    """What a new finding begins with: what is printed names no host; what does is marked as secret."""
    targets = list(targets_of(measure, fiscal_year_of(timezone.localdate()))[:1000])
    kinds = "・".join(dict.fromkeys(KINDS_JA[one.weakness.kind] for one in targets))
    numbers = list(dict.fromkeys(one.asset.asset_number for one in targets))
    scans = Scan.objects.filter(
        municipality_id=measure.municipality_id, observations__vulnerability__targets__measure=measure
    )
    days = {f"{one.tool_ja}（{timezone.localtime(one.scanned_at):%Y-%m-%d}）": None for one in scans.order_by("pk")}
    solutions = dict.fromkeys(one.weakness.solution for one in targets if one.weakness.solution)
    where = "、".join(line.tally.zones.values())
    return {
        "title_ja": f"{kinds or '脆弱性'}の機器がある（{where}）",
        "severity": {"immediate": "high", "out_of_cycle": "high", "scheduled": "medium"}.get(line.priority, "low"),
        "criterion_ja": "対策基準のうち、脆弱性に関する情報を集め、更新プログラムの適用などの対応を求める部分",
        "fact_ja": f"対策「{measure.title_ja}」で解消する検出が{line.tally.open_count}件、"
        f"{len(numbers)}台に残る（{'、'.join(numbers[:ASSETS_TOLD])}）。",
        "evidence_ja": "診断：" + "、".join(days),
        "effect_ja": f"優先度：{line.priority_ja}。悪用されると、業務の停止や情報の漏えいにつながるおそれがある。",
        "recommendation_ja": "\n".join(solutions)[:2000]
        or "対応方針と期限を決め、実施した後に診断で確かめることが望ましい。",
        **{f"secret_{name}": SECRET_JA for name in SECRET},
    }
