"""Was a department audited from outside and from inside in the same year?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.core.checks.notice import Notice
from kansa.core.streams import control_checks
from kansa.core.year import YearData


def check(data: YearData) -> Iterator[Notice]:
    """Warns: the year's internal audit leaves out the targets of its external audit."""
    external = {engagement.department_code for engagement in control_checks(data.this, "external_audit")} - {""}
    for engagement in control_checks(data.this, "internal_audit"):
        if engagement.department_code in external:
            yield Notice(
                "external_and_internal",
                "warn",
                "外部監査の対象所属が、同じ年度の内部監査の対象にもなっています。",
                f"実施計画「{engagement.code}」（所属コード{engagement.department_code}）",
                "内部監査の対象から外部監査の対象所属を除いた計画になっているか確認してください。",
                True,
            )
