"""Does a text read like assurance? A municipal audit advises, and may not sound as if it certified.

Worked examples: docs/spec/13-assurance-wording.md.
"""

from __future__ import annotations

import re

_GRAVE = "(?:重要な?|重大な?|深刻な?|大きな|著しい)"
_TROUBLE = "(?:問題点?|課題|不備|欠陥|欠点|指摘事項|指摘|検出事項|発見事項|脆弱性|リスク|懸念)"
_PARTICLE = "(?:等|など)?(?:は|が|も)(?:特に|一切|全く|何ら)?"
_NOT = "(?:なかった|ない|無かった|無い|なく|ず|ぬ|ませんでした|ません)"
_SEEN = "(?:発見|検出|確認|指摘|把握|認識|報告)(?:は|が)?(?:され|でき|し|い?たされ)?"
_FOUND = f"(?:{_SEEN}|認められ|認め|見られ|見受けられ|見当たら|見つから|見つかり|存在し|あり|生じてい)"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(f"(?:を除(?:いて|き|けば)(?:は)?){_GRAVE}{_TROUBLE}{_PARTICLE}(?:{_FOUND})?{_NOT}"),
        "範囲の外側に問題がないと保証する表現です。確認した範囲で分かったことだけを書いてください。",
    ),
    (
        re.compile(f"{_GRAVE}{_TROUBLE}{_PARTICLE}(?:{_FOUND})?{_NOT}"),
        "問題がないことを保証する表現です。確認した範囲と、検出された事項を書いてください。",
    ),
    (
        re.compile(
            "(?:当面|当分|今のところ|現時点で)(?:の間)?(?:は)?(?:直ちに)?(?:緊急(?:かつ|で|又は|または)?)?(?:重要な|重大な|深刻な)?"
            f"影響{_PARTICLE}(?:予想|想定|見込ま|考えられ|生じ|及ぼさ|懸念)(?:され|れ)?{_NOT}"
        ),
        "将来の影響がないことを保証する表現です。助言型の監査では将来を保証しません。",
    ),
    (
        re.compile(
            "(?:安全|適正|適切|有効|十分|万全)(?:性|さ)?(?:である|な|が|を|は)?(?:こと|もの)?(?:を|が|は)?保証(?:する|した|でき|し|され)"
        ),
        "保証を与える表現です。助言型の監査では保証意見を述べません。",
    ),
)
_IGNORED = frozenset("、，,､・")


def _folded(text: str) -> tuple[str, list[int]]:
    """The text without blanks and commas, and where each kept character stood. Sentences stay apart by 。."""
    places = [place for place, sign in enumerate(text) if not sign.isspace() and sign not in _IGNORED]
    return "".join(text[place] for place in places), places


def find_assurance_wording(text: str) -> list[tuple[int, str, str]]:
    """Every phrase that reads like assurance: (start, the phrase as written, why it may not stand, in Japanese).

    Blanks, line breaks and commas inside a phrase do not hide it. Overlapping phrases are told once.
    """
    folded, places = _folded(text)
    found: list[tuple[int, str, str]] = []
    taken: list[tuple[int, int]] = []
    for pattern, why_ja in _RULES:
        for match in pattern.finditer(folded):
            start, end = places[match.start()], places[match.end() - 1] + 1
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            found.append((start, text[start:end], why_ja))
    return sorted(found)
