"""Rules of which departments are likely to share a finding."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.likeness import (
    BANDS_JA,
    CAUSES_JA,
    LAST_AUDITS_JA,
    Likeness,
    Observed,
    Signs,
    calibration,
    likely_departments,
    noncompliance_band,
    sharing,
)
from tests.spec.rules.reading import NONE, Rule, each, exact, listed
from tests.spec.tables import Row

CAUSE_OF = {name: cause for cause, name in CAUSES_JA.items()}
LAST_OF = {name: last for last, name in LAST_AUDITS_JA.items()}
BAND_OF = {name: band for band, name in BANDS_JA.items()}


def _shared(row: Row) -> Row:
    parts = [part.split("：") for part in row["所属と使っているもの"].split("／")]
    used = {name: set(things.split("、")) for name, things in parts}
    found = sharing(CAUSE_OF[row["原因"]], row["共有するもの"], used, row["検出のあった所属"].split("、"))
    return {"対象": listed(found)}


def _signs(department: str, kind: str, last: str, band: str) -> Signs:
    return Signs(department, kind, LAST_OF[last], BAND_OF[band])


def _observed(given: list[Row]) -> list[Observed]:
    return [
        Observed(row["項目"], _signs(row["所属"], row["種別"], row["前回"], row["自己点検"]), row["検出"] == "あり")
        for row in given
    ]


def _likeness(rows: list[Row], given: list[Row]) -> list[Row]:
    answers = []
    for row in rows:
        signs = _signs(row["所属"], row["種別"], row["前回"], row["自己点検"])
        [found] = likely_departments(row["項目"], _observed(given), [signs])
        answers.append(
            {
                "種別を加味した検出率": exact(found.rate),
                "前回の倍率": exact(found.last_audit_ratio),
                "自己点検の倍率": exact(found.band_ratio),
                "見込みの確率": exact(found.probability),
            }
        )
    return answers


def _order(rows: list[Row], given: list[Row]) -> list[Row]:
    def ranked(row: Row) -> tuple[Likeness, ...]:
        parts = [part.split("＝") for part in row["候補（種別、前回、自己点検）"].split("／")]
        candidates = [_signs(name, *signs.split("、")) for name, signs in parts]
        return likely_departments(row["項目"], _observed(given), candidates)

    found = [ranked(row) for row in rows]
    return [
        {"順番": listed(one.department for one in order), "一番目の理由": "".join(order[0].reasons_ja)}
        for order in found
    ]


def _band(row: Row) -> Row:
    rate = None if row["不遵守率"] == NONE else Fraction(row["不遵守率"])
    return {"区分": BANDS_JA[noncompliance_band(rate)]}


def _calibration(row: Row) -> Row:
    parts = [part.split(" ") for part in row["見込みと結果"].split("、")]
    bands = calibration((Fraction(probability), found == "あり") for probability, found in parts)
    return {
        "照合（下限：件数、見込みの平均、検出率）": "／".join(
            f"{band.lowest}：{band.count}件、{band.predicted_mean}、{band.found_rate}" for band in bands
        )
    }


RULES: dict[str, Rule] = {
    "shared_cause": each(_shared),
    "likeness": _likeness,
    "likeness_order": _order,
    "noncompliance_band": each(_band),
    "calibration": each(_calibration),
}
