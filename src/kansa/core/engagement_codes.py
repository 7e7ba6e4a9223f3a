"""Can this be the number of an audit (実施番号)? The number stands in the address of every page of the audit."""

from __future__ import annotations

import unicodedata

LONGEST = 40  # characters
# Words that stand at the same place of an address as a number does.
RESERVED = frozenset({"close-recorded", "matrix", "new"})


def code_fault_ja(code: str) -> str:
    """Why this cannot be the number of an audit, in Japanese; "" when it can.

    >>> code_fault_ja("R6-内-01"), code_fault_ja("R6/内/01")[:16]
    ('', '実施番号「R6/内/01」に')
    """
    if not code or len(code) > LONGEST:
        return f"実施番号を{LONGEST}文字以内で入力してください。"
    if "/" in code:
        return f"実施番号「{code}」に「/」は使えません。「-」などに替えてください。"
    if code in RESERVED or not code.strip("."):
        return f"実施番号「{code}」は、画面のアドレスに使われているため付けられません。ほかの番号にしてください。"
    # Characters of private use are a city's own kanji (外字): its fonts show them.
    if not all(one.isprintable() or unicodedata.category(one) == "Co" for one in code):
        return "実施番号に、目に見えない文字が入っています。入力し直してください。"
    return ""
