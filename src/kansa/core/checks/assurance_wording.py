"""Does a sentence of the office sound as if the audit gave assurance?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.advisory import find_assurance_wording
from kansa.core.checks.notice import Notice
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Blocks every phrase in the remarks and the questionnaire texts that an advisory audit may not use."""
    texts = [(f"所見「{section}」", text) for section, text in data.settings.remarks]
    texts += [(f"メール訓練「{drill.name_ja}」のアンケート", drill.questionnaire_ja) for drill in data.this.drills]
    for place, text in texts:
        for _start, phrase, why_ja in find_assurance_wording(text):
            yield Notice(
                "assurance_wording",
                "block",
                f"「{phrase}」という表現は使えません。{why_ja}",
                place,
                "表現を改めて、年度設定を取り込んでください。",
                False,
            )
