"""Rules of texts: differences, cases without names, records edited in two places."""

from __future__ import annotations

from kansa.core.anonymity import Names, anonymised, residues
from kansa.core.errors import RuleError
from kansa.core.text_diff import text_diff
from kansa.core.three_way import MergedField, Record, merge, resolved
from tests.spec.rules.reading import NONE, Rule, each, listed
from tests.spec.tables import Row

LINE = "⏎"
MARKS = {"same": "{}", "deleted": "〔{}〕", "inserted": "【{}】"}


def _text(text: str) -> str:
    return "" if text == NONE else text.replace(LINE, "\n")


def _diff(row: Row) -> Row:
    segments = text_diff(_text(row["前年度"]), _text(row["今年度"]))
    shown = "".join(MARKS[segment.kind].format(segment.text) for segment in segments)
    return {"違い": shown.replace("\n", LINE)}


NAMES = Names(
    departments=("総務課", "総務課分室", "みどり保育園", "北支所"),
    bureaus=("総務部",),
    staff=("佐藤 太郎", "髙橋花子", "林"),
    municipalities=("みほん市",),
    systems=("文書管理システム", "ＬＧＷＡＮポータル"),
)


def _anonymise(row: Row) -> Row:
    return {"置き換えた文": anonymised([row["文"]], NAMES).texts[0]}


def _residues(row: Row) -> Row:
    return {"残ったところ": listed(f"{one.text}（{one.code}）" for one in residues(row["文"], NAMES))}


FIELDS = ("レベル", "理由", "メモ")
TOGETHER = (("レベル", "理由"),)
SIDES = {"自分": "mine", "相手": "theirs"}


def _record(text: str) -> Record:
    return tuple(zip(FIELDS, text.split("、"), strict=True))


def _merged(row: Row) -> tuple[MergedField, ...]:
    return merge(_record(row["元"]), _record(row["自分"]), _record(row["相手"]), TOGETHER)


def _values(record: Record) -> str:
    return "、".join(str(value) for _name, value in record)


def _three_way(row: Row) -> Row:
    fields = _merged(row)
    is_open = any(field.kind == "conflict" for field in fields)
    return {
        "扱い": "、".join(field.kind for field in fields),
        "統合後": "選ぶまで統合しない" if is_open else _values(resolved(fields, {}, TOGETHER)),
    }


def _chosen(row: Row) -> Row:
    chosen = dict(part.split("＝") for part in row["選択"].split("、"))
    try:
        done = resolved(_merged(row), {name: SIDES[side] for name, side in chosen.items()}, TOGETHER)
    except RuleError as fault:
        return {"統合後": f"受け付けない（{fault.code}）"}
    return {"統合後": _values(done)}


RULES: dict[str, Rule] = {
    "text_diff": each(_diff),
    "anonymise": each(_anonymise),
    "residues": each(_residues),
    "three_way": each(_three_way),
    "three_way_chosen": each(_chosen),
}
