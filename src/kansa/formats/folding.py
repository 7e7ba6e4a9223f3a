"""Which character did the person mean, and are two texts the same key?

Text copied out of PDF files holds Kangxi radicals (U+2F00-2FD5) and radical supplements (U+2E80-2EF3) that look like
ordinary kanji. Prose gets only those replaced; NFKC is for keys alone, because it also turns ㈱ and ① into other text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The 214 radicals in code order. NFKC gives the same characters but one: ⼾ (U+2F3E) would become 戶, and the
# fonts of Japanese documents draw it with the glyph of 戸.
_KANGXI = (
    "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴"
    "廾弋弓彐彡彳心戈戸手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿"
    "目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵"
    "邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠"
)

# Supplement: only radicals that Japanese fonts draw with the very glyph of one ordinary character.
# Source: character maps of Noto Sans JP and Noto Serif JP (pylopdf-fonts-jp 0.1.1).
_SUPPLEMENT = {
    "\u2e85": "亻",
    "\u2e89": "刂",
    "\u2e96": "忄",
    "\u2e98": "扌",
    "\u2e9f": "母",
    "\u2ea0": "民",
    "\u2ea1": "氵",
    "\u2ea3": "灬",
    "\u2ea8": "犭",
    "\u2eab": "罒",
    "\u2ead": "礻",
    "\u2ebe": "艹",
    "\u2ec2": "衤",
    "\u2ec4": "西",
    "\u2ecd": "辶",
    "\u2ed1": "長",
    "\u2ed6": "阝",
    "\u2ed8": "青",
    "\u2ee8": "麦",
    "\u2ee9": "黄",
    "\u2eeb": "斉",
    "\u2eed": "歯",
    "\u2eef": "竜",
    "\u2ef2": "亀",
}

# Control characters cannot stand in a workbook and mean nothing in prose; line feed and tab stay.
_DROPPED = {code: None for code in (*range(0x20), 0x7F, 0xFEFF, 0x200B, 0xFFFE, 0xFFFF) if chr(code) not in "\n\t"}
_FOLDED = (
    str.maketrans(
        {chr(0x2F00 + place): kanji for place, kanji in enumerate(_KANGXI)}
        | _SUPPLEMENT
        | {"\u2028": "\n", "\u2029": "\n"}
    )
    | _DROPPED
)

# Composing these would replace a person's variant kanji (U+FA19 神) by the common one.
_COMPATIBILITY_KANJI = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
# Characters that folding leaves alone; most cells consist of them, and this is much faster than translating.
_ORDINARY = re.compile("[\n -~、-〜ぁ-ゖ゛-ヿ一-鿿！-～\u3000]*")
_HYPHENS = str.maketrans("‐‑–−", "----")
_WHITESPACE = re.compile(r"\s+")
_SURROGATES = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=8192)
def fold_prose(text: str) -> str:
    """The text as it was meant: radicals replaced, marks composed (NFC), line ends as line feeds, ends stripped.

    Compatibility kanji (variant forms in names) and full-width characters stay as they are.
    """
    if _ORDINARY.fullmatch(text):
        return text.strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_FOLDED)
    if not text.isascii():
        text = _SURROGATES.sub("", text)
        if not unicodedata.is_normalized("NFC", text):
            text = _composed(text)
    return text.strip()


@lru_cache(maxsize=8192)
def matching_key(text: str) -> str:
    """A key for comparing words: NFKC, folded, case-folded, without any white space. Never for prose."""
    folded = unicodedata.normalize("NFKC", fold_prose(text))
    return _WHITESPACE.sub("", folded).casefold()


def fold_code(text: str) -> str:
    """A code or number as text: full-width letters, digits and signs become half-width,
    the hyphens and minus signs people mix up become "-"; ends stripped."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", fold_prose(text)).translate(_HYPHENS).strip()


def _composed(text: str) -> str:
    parts = _COMPATIBILITY_KANJI.split(text)
    return "".join(part if place % 2 else unicodedata.normalize("NFC", part) for place, part in enumerate(parts))
