"""Which findings have no improvement plan yet?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Tells how many; the report then does not say that all findings have a plan."""
    codes = [
        finding.code
        for finding in data.this.findings
        if finding.classification == "detection" and not finding.planned_on and finding.treatment != "accept"
    ]
    if codes:
        shown = "、".join(codes[:5]) + ("ほか" if len(codes) > 5 else "")
        yield Notice(
            "findings_without_plan",
            "info",
            f"改善計画のない検出事項が{len(codes):,}件あります（{shown}）。",
            "検出事項",
            "計画が提出されていれば取り込んでください。このままでも報告書は作成でき、件数がそのまま記載されます。",
            True,
        )
