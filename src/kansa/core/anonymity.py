"""How does a finding become a case for training: which names go, and what may still say who it was?

Names come from lists; whatever looks like a name, a place, a number of somebody or a date is only told, with its place,
because a person has to look. Worked examples: docs/spec/21-anonymous-cases.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kansa.core.characters import keyed, matching_key, narrow

_LETTERS = "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷ"
_CITY_LETTERS = "ＸＹＺ"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノ"
_SHORTEST = 2  # a name of one character would be replaced inside other words

_DEPARTMENT_ENDS = (
    *("認定こども園", "こども園", "保育園", "保育所", "幼稚園", "小学校", "中学校", "学校", "出張所", "支所", "事務所"),
    *("消防署", "図書館", "公民館", "センター", "課", "室", "係", "局", "部", "所", "園", "館", "署", "校"),
)
_BUREAU_ENDS = ("局", "部", "委員会", "室")
_CITY_ENDS = ("市", "町", "村", "区", "県", "府", "都")

REASONS_JA = {
    "name": "一覧にある名前です。",
    "short_name": "一文字の名前と同じ文字です。名前かどうか確かめてください。",
    "name_part": "職員の氏名の一部と同じ文字です。名前かどうか確かめてください。",
    "person_like": "人の名前のように見えます。",
    "place_like": "所属や施設の名前のように見えます。",
    "municipality_like": "市区町村や町の名前のように見えます。",
    "number": "職員番号や管理番号のように見えます。",
    "phone": "電話番号のように見えます。",
    "mail": "メールアドレスです。",
    "ip_address": "IPアドレスのように見えます。",
    "host": "機器名やURLのように見えます。",
    "date": "出来事の日や年度が分かります。",
    "address": "住所のように見えます。",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names to look for, as the year's records spell them. Blanks inside a person's name part it."""

    departments: tuple[str, ...] = ()
    bureaus: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anonymised:
    """The texts with placeholders, and which name became which, in the order of appearance."""

    texts: tuple[str, ...]
    placeholders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Residue:
    """Something that may still identify: where it stands, what it is (a code of REASONS_JA)."""

    code: str
    start: int
    end: int
    text: str


def _kinds(names: Names) -> Iterator[tuple[str, str]]:
    """Every name with its kind; where two kinds share a name, the first of them counts."""
    for kind, listed in (
        ("department", names.departments),
        ("bureau", names.bureaus),
        ("staff", names.staff),
        ("municipality", names.municipalities),
        ("system", names.systems),
    ):
        for name in listed:
            yield name, kind


class _Finder:
    """Finds listed names in a key, the longest at each place."""

    def __init__(self, named: Iterator[tuple[str, str]]) -> None:
        self.by_first: dict[str, list[tuple[str, str, str]]] = {}
        known: set[str] = set()
        for name, kind in named:
            key = matching_key(name)
            if len(key) >= _SHORTEST and key not in known:
                known.add(key)
                self.by_first.setdefault(key[0], []).append((key, name, kind))
        for options in self.by_first.values():
            options.sort(key=lambda option: -len(option[0]))

    def find(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """From where to where a name stands, the name as listed, its kind; left to right, never overlapping."""
        key, places = keyed(text)
        place = 0
        while place < len(key):
            options = self.by_first.get(key[place], ())
            hit = next((option for option in options if key.startswith(option[0], place)), None)
            if hit is None:
                place += 1
                continue
            last = place + len(hit[0])
            yield places[place][0], places[last - 1][1], hit[1], hit[2]
            # A sign of the original that folds to several signs is not told twice.
            place = last
            while place < len(key) and places[place] == places[last - 1]:
                place += 1


def _nth(signs: str, number: int) -> str:
    """The sign of a number, doubled when the row is used up: Ａ … Ｗ, ＡＡ …"""
    rounds, place = divmod(number, len(signs))
    return signs[place] * (rounds + 1)


def _ending(name: str, ends: Sequence[str], otherwise: str) -> str:
    return next((end for end in ends if matching_key(name).endswith(end)), otherwise)


def _placeholder(kind: str, name: str, number: int) -> str:
    if kind == "department":
        return _nth(_LETTERS, number) + _ending(name, _DEPARTMENT_ENDS, "所属")
    if kind == "bureau":
        return _nth(_LETTERS, number) + _ending(name, _BUREAU_ENDS, "部局")
    if kind == "municipality":
        return _nth(_CITY_LETTERS, number) + _ending(name, _CITY_ENDS, "市")
    return "職員" + _nth(_STEMS, number) if kind == "staff" else "システム" + _nth(_KANA, number)


def anonymised(texts: Sequence[str], names: Names) -> Anonymised:
    """The texts of one case with every listed name of two or more characters replaced, the same everywhere.

    >>> anonymised(["総務課の鍵"], Names(departments=("総務課",))).texts
    ('Ａ課の鍵',)
    """
    finder = _Finder(_kinds(names))
    given: dict[tuple[str, str], str] = {}
    numbers: dict[str, int] = {}
    replaced = []
    for text in texts:
        parts, end = [], 0
        for start, stop, name, kind in finder.find(text):
            if (kind, name) not in given:
                row = (
                    "department" if kind == "bureau" else kind
                )  # one row of letters: a bureau may end like a department
                given[kind, name] = _placeholder(kind, name, numbers.get(row, 0))
                numbers[row] = numbers.get(row, 0) + 1
            parts += [text[end:start], given[kind, name]]
            end = stop
        replaced.append("".join([*parts, text[end:]]))
    return Anonymised(tuple(replaced), tuple((name, word) for (_kind, name), word in given.items()))


# --- what may still identify ------------------------------------------------------------------------------------------

# Words that end like a place or a title and name none.
_GENERAL_WORDS = (
    *("所管", "担当", "主管", "関係", "対象", "当該", "該当", "原", "各", "同", "当", "本", "他", "全", "公", "動物"),
    *(
        "会議",
        "事務",
        "電算",
        "執務",
        "更衣",
        "サーバ",
        "サーバー",
        "教",
        "個",
        "日",
        "賦",
        "考",
        "保育",
        "幼稚",
        "学",
        "小",
        "中",
    ),
    *("入", "退", "自", "都", "地", "校", "市", "町", "村", "区", "被監査"),
)
_GENERAL = re.compile(f"(?:{'|'.join(_GENERAL_WORDS)})*")
_KANJI, _KATAKANA = "[一-龠々〆ヶ]{1,8}", "[ァ-ヴー]{1,12}"
_FACILITIES = "|".join((*_DEPARTMENT_ENDS[:15], "園(?!児|芸)", "病院"))
_OFFICES = "課(?!題|税|程|金)|室(?!内|外|温)|係(?!数|る|り|わ)|署(?!名)"
_CITIES = "市(?!民|場|販|街|町|価|況)|町(?!内|民)|村(?!民)|区(?!民|分|画|域|間|別)"
_PARTICLES = "はがをにでともやへの"
_AFTER_PREFIX: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("person_like", re.compile("(?P<prefix>[一-龠々]{1,4})(?:さん|氏(?!名))")),
    ("person_like", re.compile("(?P<prefix>[一-龠々]{2,3})(?:主査|主事|係長|課長|部長|園長)")),
    ("place_like", re.compile(f"(?P<prefix>{_KANJI}|{_KATAKANA})(?:{_FACILITIES}|{_OFFICES})")),
    ("place_like", re.compile(f"(?P<prefix>[ぁ-ん]{{2,10}})(?:{_FACILITIES})")),
    (
        "municipality_like",
        re.compile(f"(?P<prefix>{_KANJI}|{_KATAKANA}|[ぁ-ん]{{2,6}}(?<![{_PARTICLES}]))(?:{_CITIES})"),
    ),
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")),
    ("host", re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+")),
    ("ip_address", re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?(?![0-9.])")),
    (
        "ip_address",
        re.compile(
            r"(?<![0-9A-Za-z:])(?=[0-9A-Fa-f]*:[0-9A-Fa-f]*:)(?:[0-9A-Fa-f]{1,4}:{1,2}){1,7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])"
        ),
    ),
    ("host", re.compile(r"(?<![A-Za-z0-9.-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![A-Za-z0-9])")),
    (
        "date",
        re.compile(
            r"(?:令和|平成|昭和|[RHS](?=[0-9]))\s*(?:元|[0-9]{1,2})(?:年度?(?:\s*[0-9]{1,2}月(?:\s*[0-9]{1,2}日)?)?"
            r"|[./-][0-9]{1,2}[./-][0-9]{1,2})"
            r"|(?:19|20)[0-9]{2}(?:年度?(?:\s*[0-9]{1,2}月(?:\s*[0-9]{1,2}日)?)?|[./-][0-9]{1,2}(?:[./-][0-9]{1,2})?)"
            r"|[0-9]{1,2}月(?:\s*[0-9]{1,2}日)?"
        ),
    ),
    (
        "address",
        re.compile(
            r"〒\s*[0-9]{3}-?[0-9]{4}|[0-9]+丁目(?:[0-9]+番地?)?(?:[0-9]+号)?|[0-9]+番地?(?:の?[0-9]+|[0-9]*号)"
        ),
    ),
    ("phone", re.compile(r"内線\s*[0-9]+|(?<![0-9])0[0-9]{1,4}[-(ー―]\s*[0-9]{1,4}[-)ー―]\s*[0-9]{3,4}(?![0-9])")),
    ("number", re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,4}-?[0-9]{3,}|[0-9]{4,})(?![A-Za-z0-9])")),
)


def residues(text: str, names: Names) -> tuple[Residue, ...]:
    """Everything in the text that may still identify somebody or some place, in the order of the text.

    Placeholders and general words (所管課, 各課, 当市) are left out. Too much is told rather than too little; what is
    not in the lists and looks like an ordinary word cannot be found, so a person reads the case anyway.
    """
    found = [*_listed(text, names), *_looking_like(text)]
    told: list[Residue] = []
    for residue in sorted(found, key=lambda one: (one.start, -one.end)):
        inside = any(one.start <= residue.start and residue.end <= one.end for one in told)
        if not inside:
            told.append(residue)
    return tuple(told)


def _listed(text: str, names: Names) -> Iterator[Residue]:
    """Listed names that are still there, parts of the names of people, and names of one character."""
    for code, named in (
        ("name", _kinds(names)),
        ("name_part", ((part, "staff") for name in names.staff for part in name.split())),
    ):
        for start, end, _name, _kind in _Finder(named).find(text):
            yield Residue(code, start, end, text[start:end])
    short = {matching_key(name) for name, _kind in _kinds(names)}
    key, places = keyed(text)
    for sign, (start, end) in zip(key, places, strict=True):
        if sign in short:
            yield Residue("short_name", start, end, text[start:end])


def _looking_like(text: str) -> Iterator[Residue]:
    """What has the form of a name, a place, a number of somebody or a date."""
    flat = narrow(text)
    for code, pattern in _PATTERNS:
        for hit in pattern.finditer(flat):
            yield Residue(code, hit.start(), hit.end(), text[hit.start() : hit.end()])
    for code, pattern in _AFTER_PREFIX:
        for hit in pattern.finditer(text):
            if not _GENERAL.fullmatch(hit["prefix"]) and not _is_placeholder(text, hit.start(), hit.group()):
                yield Residue(code, hit.start(), hit.end(), hit.group())


def _is_placeholder(text: str, start: int, words: str) -> bool:
    """Whether one single letter stands before a mere ending: Ａ図書館, but not ＤＸ推進課."""
    letters = set(_LETTERS + _CITY_LETTERS)
    stands, before = text[max(start - 1, 0) : start], text[max(start - 2, 0) : max(start - 1, 0)]
    return words in _DEPARTMENT_ENDS and stands in letters and before not in letters
