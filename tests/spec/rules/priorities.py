"""Rules of how urgent a vulnerability is."""

from __future__ import annotations

from kansa.core.ssvc import (
    EXPLOITATION_JA,
    HUMAN_IMPACT_JA,
    PRIORITIES_JA,
    Condition,
    Evidence,
    human_impact,
    priority,
    proposed_automatable,
    proposed_exploitation,
    proposed_exposure,
    proposed_impact,
)
from tests.spec.rules.reading import NONE, Rule, each
from tests.spec.tables import Row

EXPOSURES = {"限られている": "small", "制御されている": "controlled", "開かれている": "open"}
AUTOMATABLE = {"難しい": "no", "できる": "yes"}
SAFETY = {"ほぼない": "negligible", "軽微": "marginal", "重大": "critical", "人命": "catastrophic"}
MISSION = {
    "一部が滞る": "degraded",
    "支える仕組みが使えない": "crippled",
    "基幹の業務が止まる": "failed",
    "全部又は多くが止まる": "mission_failed",
}


def _key(table: dict[str, str], word: str) -> str:
    return next(key for key, value in table.items() if value == word)


def _name(table: dict[str, str], value: str) -> str:
    return next(name for name, one in table.items() if one == value)


def _given(text: str) -> str:
    return "" if text == NONE else text


def _priority(row: Row) -> Row:
    condition = Condition(
        _key(EXPLOITATION_JA, row["悪用"]),
        EXPOSURES[row["露出"]],
        AUTOMATABLE[row["自動化"]],
        _key(HUMAN_IMPACT_JA, row["影響"]),
    )
    return {"優先度": PRIORITIES_JA[priority(condition)]}


def _impact(row: Row) -> Row:
    return {"影響": HUMAN_IMPACT_JA[human_impact(SAFETY[row["安全"]], MISSION[row["業務"]])]}


def _proposal(row: Row) -> Row:
    evidence = Evidence(
        is_known_exploited=row["KEV"] == "載っている",
        exploitation=_given(row["悪用の情報"]),
        automatable=_given(row["自動化の情報"]),
        is_published=row["公開"] == "はい",
        has_recorded_isolation=row["隔離の理由"] == "あり",
    )
    return {
        "悪用": EXPLOITATION_JA[proposed_exploitation(evidence).value],
        "露出": _name(EXPOSURES, proposed_exposure(evidence, _given(row["領域"])).value),
        "自動化": _name(AUTOMATABLE, proposed_automatable(evidence).value),
    }


def _impact_proposal(row: Row) -> Row:
    safety, mission = proposed_impact(_given(row["重要性"]), has_personal_number=row["個人番号"] == "ある")
    return {
        "安全": _name(SAFETY, safety.value),
        "業務": _name(MISSION, mission.value),
        "影響": HUMAN_IMPACT_JA[human_impact(safety.value, mission.value)],
    }


RULES: dict[str, Rule] = {
    "ssvc_priority": each(_priority),
    "ssvc_impact": each(_impact),
    "ssvc_impact_proposal": each(_impact_proposal),
    "ssvc_proposal": each(_proposal),
}
