"""Rules of the auditors' exercise: agreement."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.agreement import TENDENCIES_JA, agreement, between, by_case, reread, tendency
from tests.spec.rules.reading import NONE, Rule, each, exact, listed, naming
from tests.spec.tables import Row


def _agreement(row: Row) -> Row:
    found = agreement(row["基準"], row["監査員"])
    return {
        "双方がレベルを付けた数": str(found.pair_count),
        "一致": naming(lambda: exact(found.exact_rate)),
        "１段階以内": naming(lambda: exact(found.within_one_rate)),
        "差の二乗の和": str(found.square_sum),
        "全ての組の差の二乗の和": str(found.chance_square_sum),
        "カッパ係数": naming(lambda: exact(found.kappa)),
        "平均の差": naming(lambda: exact(found.mean_difference)),
        "対象かどうかの一致": naming(lambda: exact(found.applicability_rate)),
    }


def _between(row: Row) -> Row:
    found = between({str(place): levels for place, levels in enumerate(row["監査員の判定"].split("、"))})
    return {
        "組の数": str(len(found.pairs)),
        "一致": naming(lambda: exact(found.exact_rate)),
        "１段階以内": naming(lambda: exact(found.within_one_rate)),
        "カッパ係数の平均": naming(lambda: exact(found.mean_kappa)),
        "算出できない組": str(found.uncomputable_count),
    }


def _case(row: Row) -> Row:
    answers = {str(place): level for place, level in enumerate(row["監査員の判定"].split("、"))}
    [found] = by_case(["事例"], row["基準"], answers)
    return {
        "一致した者": f"{found.agreed_count}/{found.answered_count}",
        "幅": NONE if found.spread is None else str(found.spread),
        "話し合う理由": listed(found.reasons),
    }


def _reread(row: Row) -> Row:
    return {"読み直す理由": listed(one.reason for one in reread(["事例"], row["基準"], row["監査員"], 3))}


def _tendency(row: Row) -> Row:
    return {"傾向": TENDENCIES_JA[tendency(Fraction(row["平均の差"]))]}


RULES: dict[str, Rule] = {
    "agreement": each(_agreement),
    "agreement_between": each(_between),
    "agreement_items": each(_case),
    "reread": each(_reread),
    "tendency": each(_tendency),
}
