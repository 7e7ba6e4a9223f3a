"""Rules of technical diagnosis: which asset a host is, what a scan covers, what became of a vulnerability."""

from __future__ import annotations

from kansa.core.assets import CLUES_JA, AssetIndex, HostClues, host_clues
from kansa.core.vulnerability import STATES_JA, Coverage, Need, covers, parse_port_ranges, year_states
from kansa.core.weaknesses import KINDS_JA, SEVERITIES_JA, severity_band, weakness_kind
from tests.spec.rules.reading import NONE, Rule, each, listed, yes_no
from tests.spec.tables import Row

SIGHTS = {"あった": "open", "なかった": "absent", "影響なし": "not_affected"}
SIGNED_IN = {"した": True, "しない": False, "不明": None}


def _clues(row: Row) -> HostClues:
    def said(column: str) -> str:
        return "" if row[column] == NONE else row[column]

    addresses = said("アドレス").split("、")
    return host_clues(said("資産番号"), said("FQDN"), said("ホスト名"), addresses, row["領域"])


def _matched(rows: list[Row], given: list[Row]) -> list[Row]:
    names = {place: row["機器"] for place, row in enumerate(given)}
    index = AssetIndex((place, _clues(row)) for place, row in enumerate(given))
    answers = []
    for row in rows:
        match = index.match(_clues(row))
        others = listed(f"{CLUES_JA[clue]}：{'・'.join(names[key] for key in keys)}" for clue, keys in match.others)
        answers.append(
            {
                "機器": NONE if match.key is None else names[match.key],
                "手掛かり": CLUES_JA.get(match.clue, NONE),
                "食い違い": others,
            }
        )
    return answers


def _covered(row: Row) -> Row:
    scan = Coverage(
        row["ツール"],
        row["領域"],
        row["応答"] == "あり",
        SIGNED_IN[row["サインイン"]],
        parse_port_ranges("" if row["検査したポート"] == "全て" else row["検査したポート"]),
        row["規則"] == "全て",
    )
    port = None if row["検出のポート"] == NONE else int(row["検出のポート"])
    need = Need("甲", frozenset(row["見えた領域"].split("、")), port, row["見え方"] == "サインインのみ")
    return {"解消を確かめられるか": yes_no(covers(scan, need))}


def _states(row: Row) -> Row:
    sights = tuple(
        (int(part[:4]), SIGHTS[part[4:]]) for part in ([] if row["診断"] == NONE else row["診断"].split("、"))
    )
    retired = None if row["廃止年度"] == NONE else int(row["廃止年度"])
    return {"状態": listed(f"{one.fiscal_year}{STATES_JA[one.state]}" for one in year_states(sights, retired))}


def _kind(row: Row) -> Row:
    kind = weakness_kind(
        title=row["件名"],
        solution=row["対策"],
        is_information=row["参考情報"] == "はい",
        has_cve=row["CVE"] == "あり",
        has_component=row["部品"] == "あり",
    )
    return {"種類": KINDS_JA[kind]}


def _band(row: Row) -> Row:
    scores = [] if row["値"] == NONE else [tuple(part.split("=")) for part in row["値"].split("、")]
    return {"深刻さ": SEVERITIES_JA[severity_band([(one, other) for one, other in scores], row["ツールの言葉"])]}


RULES: dict[str, Rule] = {
    "asset_of_host": _matched,
    "scan_covers": each(_covered),
    "vulnerability_states": each(_states),
    "weakness_kind": each(_kind),
    "severity_band": each(_band),
}
