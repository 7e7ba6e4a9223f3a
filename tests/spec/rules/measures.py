"""Rules of measures: their order, who approves, how far they are, what belongs together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kansa.core.measures import (
    STANDINGS_JA,
    STEPS_JA,
    TESTINGS_JA,
    TREATMENTS_JA,
    VENDOR_SUPPORTS_JA,
    Course,
    OpenWeakness,
    Weighing,
    approver_role,
    grouped,
    queue_key,
    side_effect_points,
    standing,
)
from kansa.core.ssvc import PRIORITIES_JA
from tests.spec.rules.reading import NONE, Rule, each
from tests.spec.tables import Row

TODAY = date(2026, 9, 1)
APPROVERS = {"head": "所管課の長", "ciso": "最高情報セキュリティ責任者"}


def _text(text: str) -> str:
    return "" if text == NONE else text


def _day(text: str) -> date | None:
    return None if text == NONE else date.fromisoformat(text)


def _yen(text: str) -> int | None:
    return None if text == NONE else int(text)


def _key(table: dict[str, str], word: str) -> str:
    return next((key for key, value in table.items() if value == word), "")


def _weighing(row: Row) -> Weighing:
    return Weighing(
        _key(PRIORITIES_JA, row["優先度"]),
        _key(TESTINGS_JA, row["検証"]),
        _key(VENDOR_SUPPORTS_JA, row["動作保証"]),
        {"できる": True, "できない": False}.get(row["切戻し"]),
        cost_once=_yen(row["初期費用"]),
        cost_yearly=_yen(row["年額"]),
    )


def _queue(rows: Sequence[Row], _given: object) -> list[Row]:
    weighed = [_weighing(row) for row in rows]
    order = sorted(range(len(rows)), key=lambda place: queue_key(weighed[place]))
    return [
        {"点": str(side_effect_points(one)), "順番": str(order.index(place) + 1)} for place, one in enumerate(weighed)
    ]


def _approver(row: Row) -> Row:
    role = approver_role(_key(TREATMENTS_JA, row["対応方針"]), _key(PRIORITIES_JA, row["残存の優先度"]))
    return {"承認する人": APPROVERS[role]}


def _standing(row: Row) -> Row:
    course = Course(
        _key(STEPS_JA, row["直前の段階"]),
        _key(TREATMENTS_JA, row["対応方針"]),
        row["承認"] == "あり",
        _day(row["期限"]),
        _day(row["見直し日"]),
        _day(row["実施日"]),
        _day(row["別の人の確認日"]),
        row["未解消"] == "ある",
        _day(row["診断で最後に見付かった日"]),
    )
    return {"進み具合": STANDINGS_JA[standing(course, TODAY)]}


def _grouping(rows: Sequence[Row], _given: object) -> list[Row]:
    told = [
        OpenWeakness(
            int(row["検出"]),
            int(row["所管"]),
            int(row["機器"]),
            row["種類"],
            "nessus",
            row["規則"],
            _text(row["部品"]),
            row["規則"],
            _text(row["対策の文"]),
            tuple(_text(row["CVE"]).split()),
        )
        for row in rows
    ]
    made = grouped(told)
    titles = {key: one.title_ja for one in made for key in one.keys}
    owners = {key: one.owner for one in made for key in one.keys}
    assert all(owners[one.key] == one.owner for one in told) and len(made) == 4
    return [{"対策": titles[one.key]} for one in told]


RULES: dict[str, Rule] = {
    "measure_queue": _queue,
    "measure_approver": each(_approver),
    "measure_standing": each(_standing),
    "measure_grouping": _grouping,
}
