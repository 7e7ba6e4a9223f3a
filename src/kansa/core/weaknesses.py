"""Of which kind is a weakness, and how severe do its scores make it? From what the report says, by written rules.

The kind is a proposal for the figures of the year; the office may set another. The tool's own word stays beside the
band.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

KINDS_JA = {
    "patch": "更新プログラム未適用",
    "setting": "設定",
    "unsupported": "サポート終了",
    "cryptography": "証明書・暗号",
    "information": "参考情報",
}
KINDS = tuple(KINDS_JA)
COUNTED_KINDS = KINDS[:-1]

SEVERITIES_JA = {"critical": "緊急", "high": "重要", "medium": "警告", "low": "注意", "none": "情報", "": "不明"}
# From the highest score down. Source: CVSS v3.1 section 5 and v4.0 section 6; NVD's bands for v2.
_BANDS = {
    "cvss4": ((Fraction(9), "critical"), (Fraction(7), "high"), (Fraction(4), "medium"), (Fraction(1, 10), "low")),
    "cvss3": ((Fraction(9), "critical"), (Fraction(7), "high"), (Fraction(4), "medium"), (Fraction(1, 10), "low")),
    "cvss2": ((Fraction(7), "high"), (Fraction(4), "medium"), (Fraction(0), "low")),
}
_WORDS = {
    "critical": ("4", "critical", "緊急", "致命的", "urgent"),
    "high": ("3", "high", "重要", "高", "severe", "important", "error"),
    "medium": ("2", "medium", "警告", "中", "moderate", "warning", "warn"),
    "low": ("1", "low", "注意", "低", "minor", "note"),
    "none": ("0", "none", "info", "informational", "information", "log", "情報"),
}
_BY_WORD = {word: band for band, words in _WORDS.items() for word in words}
_DECIMAL = re.compile(r"\d{1,2}(\.\d{1,4})?")
_UNSUPPORTED = re.compile(
    r"unsupported|end[- ]of[- ](?:life|support)|\bEOL\b|no longer supported|サポート(?:が)?(?:終了|切れ)", re.IGNORECASE
)
_CRYPTOGRAPHY = re.compile(
    r"\b(?:SSL(?:v[23])?|TLS(?:v?1(?:\.\d)?)?|cipher\w*|certificates?|HSTS|key exchange|MAC algorithms?|hash algorithm"
    r"|diffie[- ]hellman)\b|証明書|暗号",
    re.IGNORECASE,
)
_UPDATE = re.compile(r"\b(?:upgrade|update|patch|hotfix|KB\d{6,})|更新プログラム|適用し|アップデート", re.IGNORECASE)


def severity_band(scores: Iterable[tuple[str, str]], word: str) -> str:
    """The band of the newest CVSS score that the report gives, else of the tool's word; "" when neither is known.

    >>> severity_band((("cvss2", "10.0"), ("cvss3", "8.8")), "Critical")
    'high'
    """
    told = {kind[:5]: score for kind, score in scores if _DECIMAL.fullmatch(score)}
    for kind, bands in _BANDS.items():
        if kind in told:
            score = Fraction(told[kind])
            return next((band for least, band in bands if score >= least), "none")
    return _BY_WORD.get(word.strip().lower(), "")


def weakness_kind(*, title: str, solution: str, is_information: bool, has_cve: bool, has_component: bool) -> str:
    """One of KINDS: the first rule that holds.

    >>> weakness_kind(title="Windows Server 2012 サポート終了", solution="", is_information=False, has_cve=False,
    ...     has_component=False)
    'unsupported'
    """
    if is_information:
        return "information"
    if _UNSUPPORTED.search(title):
        return "unsupported"
    if not has_component and _CRYPTOGRAPHY.search(title):
        return "cryptography"
    is_update = bool(_UPDATE.search(solution))
    return "patch" if has_cve or has_component or is_update else "setting"
