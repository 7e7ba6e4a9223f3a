"""How many 特命監査 were there, and how many of the findings are theirs? They are no part of any mean."""

from __future__ import annotations

from kansa.document.figure import Selection
from kansa.document.figures.maker import Maker

STREAMS = (("external_audit", "external", "外部監査"), ("internal_audit", "internal", "内部監査"))


def special_figures(maker: Maker) -> None:
    """Two figures for each stream that has special audits; none for a year without."""
    year = maker.year.this
    for stream, prefix, stream_ja in STREAMS:
        codes = tuple(one.code for one in year.engagements if one.stream == stream and one.special)
        if not codes:
            continue
        found = tuple(
            one.code
            for one in year.findings
            if one.engagement_code in codes and one.stream == stream and one.classification == "detection"
        )
        maker.count(
            f"{prefix}.special.engagements",
            f"{stream_ja}のうち特命監査の件数",
            len(codes),
            "count_special_engagements/1",
            Selection("engagements", year.fiscal_year, stream, items=codes),
        )
        maker.count(
            f"{prefix}.special.findings",
            f"{stream_ja}の検出事項のうち特命監査によるものの数",
            len(found),
            "count_special_findings/1",
            Selection("findings", year.fiscal_year, stream, items=found or ("",)),
        )
