"""Do the numbers of the mail drill fit each other?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.year import DrillRow, YearData


def _faults(row: DrillRow) -> Iterator[str]:
    pairs = (
        ("届いた職員", row.delivered, "送信した職員", row.sent),
        ("開いた職員", row.clicked, "届いた職員", row.delivered),
        ("入力した職員", row.submitted, "届いた職員", row.delivered),
        ("開いた後に報告した職員", row.reported_after_click, "開いた職員", row.clicked),
        ("開いた後に報告した職員", row.reported_after_click, "報告した職員", row.reported),
    )
    for part_ja, part, whole_ja, whole in pairs:
        if part > whole:
            yield f"{part_ja}（{part:,}人）が{whole_ja}（{whole:,}人）より多くなっています"


def check(data: YearData) -> Iterator[Notice]:
    """Blocks parts that exceed their whole; each person counts once."""
    for drill in data.this.drills:
        for row in drill.rows:
            for message in _faults(row):
                yield Notice(
                    "drill_numbers",
                    "block",
                    f"{message}。",
                    f"メール訓練「{drill.name_ja}」（所属コード{row.department_code}）",
                    "訓練結果のファイルを確かめ、もう一度取り込んでください。",
                    False,
                )
