"""What does the letter say that asks the departments about a rollout?

The finding is another department's: its facts are proposed without names and without what is secret, and the office
reads them before it sends the letter.
"""

from __future__ import annotations

from django.utils import timezone

from kansa.apps.audits.queries.letters import STREAMS_JA, LetterSubject, Words
from kansa.apps.education.queries import names_of
from kansa.apps.findings.models import FindingSecrecy, LateralRollout, RolloutTarget
from kansa.apps.people.queries import municipality_of
from kansa.core.anonymity import anonymised
from kansa.core.fiscal import era_date_ja, era_year_ja
from kansa.core.permission import Actor
from kansa.document.letters.offer import LetterField

FACT, EFFECT = "展開事項.事実", "展開事項.影響"
FACTS = (
    LetterField(FACT, "見つかった事実。記録から名前を伏せて入れてあります。部門が分からないか確かめてください。", ""),
    LetterField(EFFECT, "考えられる影響。記録から名前を伏せて入れてあります。", ""),
)
DIAGNOSIS_JA = "技術的セキュリティ診断"


def rollout_subject(actor: Actor, rollout: LateralRollout) -> LetterSubject:
    """水平展開通知 of one rollout."""
    finding = rollout.finding
    asked = RolloutTarget.objects.filter(rollout=rollout).order_by("department__code")
    names = list(asked.values_list("department__name_ja", flat=True))
    words = {
        "市区町村": municipality_of(actor).name_ja,
        "年度": era_year_ja(finding.fiscal_year),
        "監査の種別": STREAMS_JA.get(finding.stream, DIAGNOSIS_JA),
        "日付": era_date_ja(timezone.localdate()),
        "宛先": "各課所等の長" if len(names) != 1 else f"{names[0]}の長",
        "件名": rollout.title_ja,
        "回答期限": era_date_ja(rollout.due_on),
        "回答方法": "監査システムの「水平展開」の画面から入力してください。",
        "対象部門": "全ての課所等" if rollout.is_to_all else "、".join(names),
        **told_facts(rollout),
    }
    key = str(rollout.pk)
    return LetterSubject("rollout", key, key, words, lambda values: rows(rollout, values), FACTS)


def told_facts(rollout: LateralRollout) -> Words:
    """Fact and effect of the finding with the names taken out; nothing of a text that is secret."""
    finding = rollout.finding
    secret = set(FindingSecrecy.objects.filter(finding=finding).values_list("field", flat=True))
    texts = ["" if field in secret else str(getattr(finding, field)) for field in ("fact_ja", "effect_ja")]
    fact, effect = anonymised(texts, names_of(rollout.municipality_id)).texts
    return {FACT: fact, EFFECT: effect}


def rows(rollout: LateralRollout, values: Words) -> dict[str, list[Words]]:
    """展開事項: the one that the rollout is about."""
    row = {
        "番号": "１",
        "題名": rollout.title_ja,
        "事実": values[FACT],
        "影響": values[EFFECT],
        "点検内容": rollout.request_ja,
    }
    return {"展開事項": [row]}
