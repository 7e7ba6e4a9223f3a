"""Was every audited department in the plan of the year?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.streams import AUDIT_STREAMS, STREAMS_JA, control_checks
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Warns of control checks that are neither planned nor 特命監査. Without a plan for the stream nothing is said."""
    year = data.this.fiscal_year
    for stream in AUDIT_STREAMS:
        planned = {cell.department_code for cell in data.plan if (cell.fiscal_year, cell.stream) == (year, stream)}
        if not planned:
            continue
        for engagement in control_checks(data.this, stream):
            if engagement.department_code and engagement.department_code not in planned:
                yield Notice(
                    "engagement_outside_plan",
                    "warn",
                    f"監査中期計画にない所属に{STREAMS_JA[stream]}を実施しています。",
                    f"実施計画「{engagement.code}」（所属コード{engagement.department_code}）",
                    "計画を改めるか、特命監査であればその旨を登録してください。",
                    True,
                )
