"""What are the columns of a file likely to be? By code, by likeness, by usual names; the office decides."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from fractions import Fraction

from kansa.formats.folding import fold_code, matching_key
from kansa.formats.past_answers.mapping import ITEM, Mapping
from kansa.formats.past_answers.tables import PastTable, heading_key
from kansa.formats.readers.self_inspection import item_code_of
from kansa.formats.words import ANSWERS

ALIKE = Fraction(1, 2)  # Dice of the pairs of signs from which two texts are proposed as one item
MOST_ANSWERS = 12  # different answers of a column of answers; more are texts
DEPARTMENT = ("所属コード", "所属", "所属名", "課所等", "課所等名", "課名", "部署", "部署名", "部門", "department")
# Not the id of a survey tool: it numbers the rows of one survey, and two surveys of a year would write over each other.
RESPONDENT = ("職員番号", "回答者番号", "職員id", "token", "トークン")
SUBMITTED = ("submitdate", "datesubmitted", "送信日時", "送信日", "提出日時", "完了日時")
# What survey tools add for themselves, and never an item.
TECHNICAL = re.compile(
    r"(id|responseid|回答id|応答id|回答番号|lastpage|startlanguage|startdate|datestamp|seed|ipaddr|refurl|interviewtime|grouptime\d*|.*time"
    r"|最後のページ|開始言語|開始日時?|最終操作日時?|ipアドレス|シード|タイムスタンプ|氏名|名前|備考|no\.?|番号)"
)
COUNTS = {
    "item": ("点検項目", "項目", "項目コード", "設問", "質問"),
    "yes": ("はい", "○", "遵守", "はいの数", "遵守数"),
    "no": ("いいえ", "×", "不遵守", "いいえの数", "不遵守数"),
    "not_applicable": ("該当なし", "対象外", "非該当", "－"),
    "blank": ("無回答", "未回答", "空欄"),
    "respondents": ("回答者数", "回答数", "回答者", "計", "合計"),
}
CODES = {"y": "yes", "n": "no", "a1": "yes", "a2": "no", "a3": "not_applicable", "n/a": "not_applicable", "": "blank"}
UNSURE = frozenset({"a1", "a2", "a3"})  # what these mean, only the office knows
_BRACKETS = re.compile(r"[\[【（(]([^\[\]【】（）()]+)[\]】）)]\s*$")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to begin with. `reasons`: heading -> why, in Japanese; `unsure`: answers that must be looked at."""

    mapping: Mapping
    reasons: Pairs[str, str]
    unsure: frozenset[str]


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that a heading would become in a checklist that is not there yet.

    `later_code`: the item of the next year that it is likely to be, "" for none; `is_same`: word for word.
    """

    heading: str
    code: str
    text_ja: str
    later_code: str = ""
    is_same: bool = False


def likeness(first: str, second: str) -> Fraction:
    """Dice coefficient of the pairs of neighbouring signs, 0..1; white space, width and case do not count.

    >>> likeness("離席時に画面をロックしている", "離席時には画面をロックしているか。") > ALIKE
    True
    """
    one, other = _pairs(first), _pairs(second)
    return Fraction(2 * len(one & other), len(one) + len(other)) if one and other else Fraction(0)


def _pairs(text: str) -> frozenset[str]:
    key = re.sub(r"[、。,.?？!！「」]", "", matching_key(text))
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


def parts_of(heading: str) -> list[str]:
    """The texts of a heading that may be an item's: whole, in the last brackets (LimeSurvey), after a code."""
    found = [heading]
    inside = _BRACKETS.search(heading)
    if inside is not None:
        found.append(inside[1])
    code = item_code_of(heading)
    if code:
        found.append(fold_code(heading)[len(code) :].lstrip(" 　.．:：、)）"))
    return [one for one in found if one]


def item_of(heading: str, items: Pairs[str, str]) -> tuple[str, str]:
    """(item code, why) that a heading is likely to be; ("", "") for none. `items`: code -> text."""
    codes = {matching_key(code): code for code in items}
    own = item_code_of(heading) or ""
    for part in (heading, own, *parts_of(heading)[1:2], own.partition("[")[0]):
        if part and matching_key(part) in codes:
            return codes[matching_key(part)], "コードが同じ"
    ranked = sorted(
        ((likeness(part, text), code) for part in parts_of(heading) for code, text in items.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not ranked or ranked[0][0] < ALIKE:
        return "", ""
    return ranked[0][1], f"文章が{int(ranked[0][0] * 100)}％似ている"


def propose(table: PastTable, items: Pairs[str, str], departments: Collection[str]) -> Proposal:
    """What the columns and answers of a table are likely to be. `departments`: codes and names of the year."""
    known = {matching_key(one) for one in departments}
    if _is_counts(table):
        return _propose_counts(table, items)
    columns: dict[str, str] = {}
    reasons: dict[str, str] = {}
    taken: set[str] = set()
    for heading in table.headings:
        role, why = _role(table, heading, known)
        if not role and not TECHNICAL.fullmatch(heading_key(heading)):
            code, why = item_of(heading, {code: text for code, text in items.items() if code not in taken})
            role = f"{ITEM}{code}" if code else ""
            taken.add(code)
        if role in columns.values():
            role, why = "", ""
        columns[heading] = role
        if why:
            reasons[heading] = why
    answered = [heading for heading, role in columns.items() if role.startswith(ITEM)]
    answers = {text: answer_of(text) for text in answers_in(table, answered)}
    unsure = frozenset(text for text in answers if matching_key(text) in UNSURE)
    return Proposal(Mapping("answers", tuple(columns.items()), tuple(answers.items())), reasons, unsure)


def answers_in(table: PastTable, headings: Iterable[str]) -> list[str]:
    """The different answers below headings, in the order in which they appear; texts of free answers left out."""
    found: dict[str, None] = {}
    for heading in headings:
        if heading in table.headings:
            texts = dict.fromkeys(table.column(heading))
            if len(texts) <= MOST_ANSWERS:
                found |= texts
    return [text for text in found if text]


def answer_of(text: str) -> str:
    """What an answer is likely to mean; "" when nothing tells."""
    return ANSWERS.code(text) or CODES.get(matching_key(text), "")


def _role(table: PastTable, heading: str, departments: Collection[str]) -> tuple[str, str]:
    key = heading_key(heading)
    if key in map(matching_key, SUBMITTED):
        return "submitted", "見出しから"
    if key in map(matching_key, DEPARTMENT):
        return "department", "見出しから"
    if key in map(matching_key, RESPONDENT):
        return "respondent", "見出しから"
    cells = [matching_key(text) for text in table.column(heading) if text]
    if cells and departments and sum(one in departments for one in cells) * 2 > len(cells):
        return "department", "所属の名称かコードが並んでいる"
    return "", ""


def _is_counts(table: PastTable) -> bool:
    keys = {heading_key(one) for one in table.headings}
    return all(any(matching_key(name) in keys for name in COUNTS[role]) for role in ("item", "yes", "no"))


def _propose_counts(table: PastTable, items: Pairs[str, str]) -> Proposal:
    columns: dict[str, str] = {}
    names = {"department": DEPARTMENT, **COUNTS}
    for heading in table.headings:
        key = heading_key(heading)
        fitting = (role for role, words in names.items() if key in map(matching_key, words))
        role = next(fitting, "")
        columns[heading] = "" if role in columns.values() else role
    mapping = Mapping("counts", tuple(columns.items()))
    asked = mapping.headings("item")
    texts = dict.fromkeys(text for heading in asked for text in table.column(heading) if text)
    found = {text: item_of(text, items)[0] for text in texts}
    return Proposal(
        Mapping("counts", mapping.columns, (), tuple(found.items())),
        {heading: "見出しから" for heading, role in columns.items() if role},
        frozenset(),
    )


def item_headings(tables: Iterable[PastTable]) -> list[str]:
    """Headings that may be items: below them stand answers, not texts, numbers of people, or a tool's own marks."""
    found: dict[str, None] = {}
    for table in tables:
        asked = [heading for heading in table.headings if heading_key(heading) in map(matching_key, COUNTS["item"])]
        if _is_counts(table) and asked:
            found |= dict.fromkeys(text for text in table.column(asked[0]) if text)
            continue
        for heading in table.headings:
            role, _why = _role(table, heading, ())
            texts = {text for text in table.column(heading) if text}
            is_answered = bool(texts) and len(texts) <= MOST_ANSWERS and any(answer_of(text) for text in texts)
            if not role and is_answered and not TECHNICAL.fullmatch(heading_key(heading)):
                found[heading] = None
    return list(found)


def new_items(headings: Sequence[str], later: Pairs[str, str]) -> tuple[NewItem, ...]:
    """The items of a checklist made from headings, likened to the next year's items (`later`: code -> text)."""
    found: list[NewItem] = []
    used: set[str] = set()
    left = dict(later)
    for place, heading in enumerate(headings, 1):
        code = item_code_of(heading) or f"P{place:02}"
        text = max(
            parts_of(heading),
            key=lambda part: (any(likeness(part, one) >= ALIKE for one in later.values()), -len(part)),
        )
        text = text if _pairs(text) and not item_code_of(text) else heading
        match = item_of(heading, left)[0]
        while code in used:
            code = f"{code}-{place}"
        used.add(code)
        is_same = bool(match) and matching_key(left[match]) == matching_key(text)
        if match and (text == heading == code):
            text = left[match]  # the file has codes only; the words are the next year's
            is_same = True
        left.pop(match, None)
        found.append(NewItem(heading, code, text, match, is_same))
    return tuple(found)
