"""Which rules and texts did the sample city set for each fiscal year?"""

from __future__ import annotations

from kansa.formats.records import ScaleLevelRecord, YearSettingRecord
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.targets import PRIOR_YEAR, THIS_YEAR

# Own wording; the facts of a five-level scale are common to such audits.
SCALE_JA = (
    (4, "レベル４", "定められた対策が根付いた上で、自ら見直しを重ね、より良い方法に改めている。"),
    (3, "レベル３", "規程等に定めた対策が漏れなく行われ、適切な状態が保たれている。"),
    (2, "レベル２", "対策は行われているが、規程等に照らして一部に漏れがあり、改善を要する。"),
    (1, "レベル１", "対策が担当者の判断に任され、規程等に照らして足りず、改善が必要である。"),
    (0, "レベル０", "規程等が求める対策が行われていないか、必要であることが知られていない。"),
)
COMMON = (
    ("municipality_ja", "みほん市（架空）"),
    ("title_ja", "情報セキュリティ監査実施報告書"),
    ("contract_ja", "みほん市（架空）情報セキュリティ監査支援業務委託"),
    ("full_mark", "4"),
    ("pass_mark", "3"),
    ("conforms_from", "3"),
    ("headline_mean", "judgements"),
    ("mean_places", "2"),
    ("rate_places", "1"),
    ("effect_places", "3"),
    ("small_cell_k", "5"),
    ("rotation_first_year", "2005"),
    ("rotation_length", "3"),
    ("external_counts_for_rotation", "false"),
    ("open_rate", "clicked/delivered"),
    ("text_length", "standard"),
    ("rotation_scope_ja", "支所や保育園を含む"),
)
BY_YEAR = {
    PRIOR_YEAR: (
        ("report_on", "2024-03-29"),
        ("remark:drill", "訓練後のアンケートでは、報告の手順を知るきっかけになったとの回答が多かった。"),
    ),
    THIS_YEAR: (
        ("report_on", "2025-03-31"),
        (
            "remark:drill",
            "訓練後のアンケートでは、受信したときの対応を確かめる機会になり、日頃の備えに役立つとの回答が多かった。",
        ),
    ),
}


def setting_records(fiscal_year: int) -> tuple[YearSettingRecord, ...]:
    """年度設定 of the year, in the canonical values of `kansa.formats.readers.settings`."""
    return tuple(
        YearSettingRecord(fiscal_year, key, value, NOT_FROM_A_FILE) for key, value in (*COMMON, *BY_YEAR[fiscal_year])
    )


def scale_records(fiscal_year: int) -> tuple[ScaleLevelRecord, ...]:
    """判定基準 of the year, the highest level first."""
    return tuple(
        ScaleLevelRecord(fiscal_year, level, label, criterion, NOT_FROM_A_FILE) for level, label, criterion in SCALE_JA
    )
