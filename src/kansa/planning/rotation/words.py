"""How is a rule called in Japanese, what does it cost to relax it, and what is then said?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kansa.core.fiscal import era_year_ja

# What breaking one instance costs when the cheapest repair is looked for. A wish of the office is cheaper than a
# commission to a firm, and leaving a department out of the lap is the last resort.
PRICES: Mapping[str, int] = {
    "same_year": 20,
    "capacity_least": 25,
    "capacity_most": 30,
    "must_not": 40,
    "closed": 50,
    "must": 60,
    "fixed": 80,
    "external_limit": 90,
    "external_count": 100,
    "external_target": 200,
    "external_change": 300,
    "covered": 400,
    "excluded": 400,
    "external": 500,
    "once": 1000,
}

KINDS_JA: Mapping[str, str] = {
    "same_year": "同じ年度に監査する組",
    "capacity_least": "年度の件数の下限",
    "capacity_most": "年度の件数の上限",
    "must_not": "監査しない年度",
    "closed": "廃止される所属を計画しないこと",
    "must": "必ず監査する年度",
    "fixed": "手で固定した欄",
    "external_limit": "一巡で外部監査を受ける回数",
    "external_count": "外部監査の対象数",
    "external_target": "外部監査の対象",
    "external_change": "外部監査の対象を毎年度変えること",
    "covered": "前身の所属が監査済みであること",
    "excluded": "対象外とすること",
    "external": "外部監査の年度に内部監査をしないこと",
    "once": "一巡に一度の監査",
}


@dataclass(frozen=True, slots=True)
class RuleInstance:
    """One rule about one department ("" none), year (None: the lap) or group, in words."""

    kind: str
    department_code: str
    fiscal_year: int | None
    text_ja: str


def rule_ja(kind: str, name_ja: str, fiscal_year: int | None, reason_ja: str = "") -> str:
    """The rule as a phrase, such as 「市民課」を令和８年度に必ず監査する."""
    year = "" if fiscal_year is None else era_year_ja(fiscal_year)
    reason = f"（{reason_ja}）" if reason_ja else ""
    phrases = {
        "same_year": f"「{reason_ja}」を同じ年度に監査する",
        "capacity_least": f"{year}の内部監査を下限の件数以上にする",
        "capacity_most": f"{year}の内部監査を上限の件数以内にする",
        "must_not": f"「{name_ja}」を{year}に監査しない{reason}",
        "closed": f"「{name_ja}」は一巡のうちに廃止されるので監査しない",
        "must": f"「{name_ja}」を{year}に必ず監査する{reason}",
        "fixed": f"「{name_ja}」の{year}の欄を固定する{reason}",
        "external_limit": f"「{name_ja}」の外部監査を一巡の回数以内にする",
        "external_count": f"{year}の外部監査の対象数を決めたとおりにする",
        "external_target": f"「{name_ja}」を{year}の外部監査の対象とする",
        "external_change": f"「{name_ja}」を二年度続けて外部監査の対象としない（{year}）",
        "covered": f"「{name_ja}」は前身の所属が監査済みなので監査しない",
        "excluded": f"「{name_ja}」を対象外とする",
        "external": f"「{name_ja}」に外部監査のある{year}には内部監査をしない",
        "once": f"「{name_ja}」を一巡に一度監査する",
    }
    return phrases[kind]


def relaxed_ja(kind: str, name_ja: str, fiscal_year: int | None, amount: int, reason_ja: str = "") -> str:
    """What giving way would mean, as a sentence."""
    year = "" if fiscal_year is None else era_year_ja(fiscal_year)
    sentences = {
        "same_year": f"「{reason_ja}」のうち{amount}課所等を別の年度に監査する。",
        "capacity_least": f"{year}の内部監査の下限を{amount}件減らす。",
        "capacity_most": f"{year}の内部監査の上限を{amount}件増やす。",
        "must_not": f"「{name_ja}」を{year}にも監査できるようにする。",
        "closed": f"廃止される「{name_ja}」も監査する。",
        "must": f"「{name_ja}」を{year}に必ず監査することをやめる。",
        "fixed": f"「{name_ja}」の{year}の欄の固定を外す。",
        "external_limit": f"「{name_ja}」の一巡の外部監査を{amount}回増やす。",
        "external_count": f"{year}の外部監査の対象数を{amount}課所等変える。",
        "external_target": f"「{name_ja}」を{year}の外部監査の対象から外す。",
        "external_change": f"「{name_ja}」を二年度続けて外部監査の対象とする（{year}）。",
        "covered": f"「{name_ja}」を前身の監査にかかわらずもう一度監査する。",
        "excluded": f"「{name_ja}」を対象外とせず監査する。",
        "external": f"「{name_ja}」に外部監査と同じ{year}に内部監査も行う。",
        "once": f"「{name_ja}」の一巡に一度の監査を守らない（{amount}回の過不足）。",
    }
    return sentences[kind]
