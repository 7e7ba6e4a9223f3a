"""How urgent is a vulnerability on an asset, before side effects and costs are weighed?

The deployer's table of the Stakeholder-Specific Vulnerability Categorization: four values give one of four priorities.
It is a priority, not a measure: what a fix breaks and costs is not in it, and is weighed beside it by the department.
Source: SSVC, Deployer Patch Application Priority 1.0.0, with Exploitation 1.1.0, System Exposure 1.0.1, Automatable
2.0.0 and Human Impact 2.0.2 (Carnegie Mellon University, data files under an MIT (SEI)-style licence; words are ours).
Worked examples: docs/spec/30-ssvc.md holds all 72 rows and the 16 of the impact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.core.errors import RuleError

EXPLOITATION_JA = {
    "none": "悪用の情報なし",
    "public_poc": "攻撃の手順が公開されている",
    "active": "実際に悪用されている",
}
EXPOSURE_JA = {
    "small": "限られている（庁外からも他の端末からも届きにくい）",
    "controlled": "制御されている（庁内のネットワークから届く）",
    "open": "開かれている（インターネットから届く）",
}
AUTOMATABLE_JA = {"no": "攻撃の自動化は難しい", "yes": "攻撃を自動化できる"}
HUMAN_IMPACT_JA = {"low": "小さい", "medium": "中程度", "high": "大きい", "very_high": "非常に大きい"}
SAFETY_JA = {
    "negligible": "人の安全への影響はほぼない",
    "marginal": "軽微な影響がある",
    "critical": "重大な影響がある",
    "catastrophic": "人命に関わる",
}
MISSION_JA = {
    "degraded": "業務の一部が滞る",
    "crippled": "基幹の業務を支える仕組みが使えなくなる",
    "failed": "基幹の業務の一つが止まる",
    "mission_failed": "市の基幹の業務の全部又は多くが止まる",
}
PRIORITIES_JA = {
    "defer": "当面対応しない",
    "scheduled": "定期保守で対応",
    "out_of_cycle": "次の機会を待たずに対応",
    "immediate": "直ちに対応",
}
PRIORITIES = tuple(PRIORITIES_JA)  # from the least to the most urgent

# When a value is not known, the careful one.
UNKNOWN_EXPOSURE, UNKNOWN_AUTOMATABLE, UNKNOWN_MISSION = "open", "yes", "crippled"

# Rows: exploitation, exposure, automatable; one letter for each human impact from low to very high.
_LETTERS = {"D": "defer", "S": "scheduled", "O": "out_of_cycle", "I": "immediate"}
_ROWS = """
none       small      no  D D S S
none       small      yes D S S S
none       controlled no  D S S S
none       controlled yes S S S S
none       open       no  D S S S
none       open       yes S S S O
public_poc small      no  D S S S
public_poc small      yes S S S S
public_poc controlled no  D S S S
public_poc controlled yes S S S O
public_poc open       no  S S S O
public_poc open       yes S S O O
active     small      no  S S O O
active     small      yes S O O O
active     controlled no  S S O O
active     controlled yes O O O O
active     open       no  S O O I
active     open       yes O O I I
"""


@dataclass(frozen=True, slots=True)
class Condition:
    """リスクが顕在化する条件: the four values that the priority follows from."""

    exploitation: str
    exposure: str
    automatable: str
    human_impact: str


def _table() -> dict[Condition, str]:
    found: dict[Condition, str] = {}
    for line in _ROWS.split("\n"):
        if line:
            exploitation, exposure, automatable, *letters = line.split()
            for human_impact, letter in zip(HUMAN_IMPACT_JA, letters, strict=True):
                found[Condition(exploitation, exposure, automatable, human_impact)] = _LETTERS[letter]
    return found


TABLE = _table()


def priority(condition: Condition) -> str:
    """One of PRIORITIES. Raises RuleError for a value that there is not.

    >>> priority(Condition("active", "open", "yes", "high"))
    'immediate'
    """
    found = TABLE.get(condition)
    if found is None:
        raise RuleError("no_such_condition", "条件の値が正しくありません。一覧から選んでください。")
    return found


def human_impact(safety: str, mission: str) -> str:
    """影響 from safety and mission: a failed mission and a catastrophe are the greatest by themselves.

    Raises RuleError for a value that there is not.

    >>> human_impact("marginal", "failed")
    'medium'
    """
    if safety not in SAFETY_JA or mission not in MISSION_JA:
        raise RuleError("no_such_impact", "影響の値が正しくありません。一覧から選んでください。")
    if mission == "mission_failed" or safety == "catastrophic":
        return "very_high"
    if safety == "critical":
        return "medium" if mission == "degraded" else "high"
    return "medium" if mission == "failed" else "low"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a vulnerability and of the network that the asset stands in; None is not known."""

    is_known_exploited: bool = False  # in the catalogue of vulnerabilities known to be exploited
    exploitation: str = ""  # as carried-in data spell it
    automatable: str = ""
    is_published: bool = False  # the asset can be reached from the internet
    has_recorded_isolation: bool = False  # somebody gave a reason why nothing reaches the component


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed value of one input, with its reason."""

    value: str
    reason_ja: str


def spelled(word: str) -> str:
    """A value as the table spells it, from the ways that data spell it.

    >>> spelled("PoC"), spelled("Active"), spelled("public poc")
    ('public_poc', 'active', 'public_poc')
    """
    plain = "_".join(word.strip().lower().split())
    return "public_poc" if plain == "poc" else plain


def proposed_exploitation(evidence: Evidence) -> Proposal:
    """The catalogue goes before any other source: it names vulnerabilities that others still call quiet."""
    if evidence.is_known_exploited:
        return Proposal("active", "悪用が確認された脆弱性の一覧（KEV）に載っている")
    found = spelled(evidence.exploitation)
    if found in EXPLOITATION_JA:
        return Proposal(found, "取り込んだ脆弱性情報による")
    return Proposal("none", "悪用の情報が取り込まれていない")


def proposed_exposure(evidence: Evidence, zone_ja: str) -> Proposal:
    """A zone without the internet is not small by itself: other machines of the zone reach the asset.

    Small needs a recorded reason; what the internet reaches is open, whatever was recorded.
    """
    if evidence.is_published:
        return Proposal("open", "インターネットに公開している")
    if evidence.has_recorded_isolation:
        return Proposal("small", "到達できない理由が記録されている")
    if zone_ja:
        return Proposal("controlled", f"{zone_ja}にあり、領域内の他の端末から届く")
    return Proposal(UNKNOWN_EXPOSURE, "ネットワーク領域が分からないため、安全側で判断")


def proposed_automatable(evidence: Evidence) -> Proposal:
    """Yes unless data say no."""
    found = spelled(evidence.automatable)
    if found in AUTOMATABLE_JA:
        return Proposal(found, "取り込んだ脆弱性情報による")
    return Proposal(UNKNOWN_AUTOMATABLE, "分からないため、安全側で判断")


def proposed_impact(importance: str, *, has_personal_number: bool) -> tuple[Proposal, Proposal]:
    """Safety and mission from what the register says of the asset: its importance and whether it holds 個人番号.

    Not known is the careful middle. A leak of 個人番号 harms many people for years, which counts as safety.
    """
    words = {"high": "高", "medium": "中", "low": "低"}.get(importance, "未設定")
    mission = {"high": "failed", "low": "degraded"}.get(importance, UNKNOWN_MISSION)
    on_mission = Proposal(mission, f"機器の重要性が「{words}」")
    if not has_personal_number:
        return Proposal("negligible", "個人番号を扱わない"), on_mission
    safety = "critical" if importance == "high" else "marginal"
    return Proposal(safety, f"個人番号を扱い、重要性が「{words}」"), on_mission


def most_careful(proposals: Iterable[Proposal], order: Iterable[str]) -> Proposal:
    """The value furthest in the order, of many assets and CVEs; with its own reason. Raises ValueError for none."""
    places = {value: place for place, value in enumerate(order)}
    return max(proposals, key=lambda one: places[one.value])
