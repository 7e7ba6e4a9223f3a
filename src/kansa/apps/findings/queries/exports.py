"""How are findings written as a table that others may be given? Secret texts are left out, with their reason."""

from __future__ import annotations

from collections.abc import Sequence

from kansa.apps.findings import models
from kansa.apps.findings.queries.board import urgency_ja
from kansa.apps.findings.queries.standing import BATCH, Standing
from kansa.formats.writers import OutCell, OutColumn

HEADER = (
    OutColumn("年度", is_text=False),
    OutColumn("検出番号"),
    OutColumn("監査の種別"),
    OutColumn("課所等"),
    OutColumn("項目コード"),
    OutColumn("区分"),
    OutColumn("件名", is_wrapped=True),
    OutColumn("重要度（監査人の参考）"),
    OutColumn("状態"),
    OutColumn("催促"),
    OutColumn("検出日"),
    OutColumn("改善の期限"),
    OutColumn("改善予定年度", is_text=False),
    OutColumn("改善日"),
    OutColumn("確認日"),
    *(OutColumn(label, is_wrapped=True) for label in models.TEXTS_JA.values()),
)
STREAMS_JA = {"external_audit": "外部監査", "internal_audit": "内部監査", "technical_diagnosis": "技術的診断"}


def finding_table(found: Sequence[Standing]) -> tuple[tuple[OutColumn, ...], list[list[OutCell]]]:
    """Header and rows, in the order given. Two queries for 500 findings."""
    rows: list[list[OutCell]] = []
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        keys = [one.finding.pk for one in part]
        texts = {
            pk: values for pk, *values in models.Finding.objects.filter(pk__in=keys).values_list("pk", *models.TEXTS_JA)
        }
        secret = {
            (pk, field): reason
            for pk, field, reason in models.FindingSecrecy.objects.filter(finding__in=keys).values_list(
                "finding_id", "field", "reason_ja"
            )
        }
        rows += [row_of(one, texts[one.finding.pk], secret) for one in part]
    return HEADER, rows


def row_of(one: Standing, texts: Sequence[str], secret: dict[tuple[int, str], str]) -> list[OutCell]:
    """One finding; an empty cell is empty, never 0."""
    finding, facts = one.finding, one.facts
    days = (one.detected_on, facts.due_on)
    done = (facts.improved_on, facts.verified_on)
    shown = [
        f"非公開（{secret[finding.pk, name]}）" if (finding.pk, name) in secret else text
        for name, text in zip(models.TEXTS_JA, texts, strict=True)
    ]
    return [
        finding.fiscal_year,
        finding.code,
        STREAMS_JA[finding.stream],
        finding.department.name_ja if finding.department else "",
        finding.item.code if finding.item else "",
        "検出事項" if finding.classification == "detection" else "改善提言",
        finding.title_ja,
        models.SEVERITIES_JA.get(finding.severity, ""),
        one.state_ja,
        urgency_ja(one),
        *(day.isoformat() if day else None for day in days),
        facts.promised_fiscal_year,
        *(day.isoformat() if day else None for day in done),
        *shown,
    ]
