"""Which styles do the templates have? Few, with Japanese names an official finds in Word's list."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE

from kansa.document.blocks import Theme
from kansa.document.render.docx.xml import Element, made

_SCRIPTS = ("ascii", "eastAsia", "hAnsi", "cs")
_BODY_SIZE, _TABLE_SIZE, _TITLE_SIZE, _FORM_TITLE_SIZE = 21, 19, 24, 28  # half-points


def set_letter_styles(file: WordFile) -> None:
    """The template's own styles are taken out, those of letters put in."""
    theme = Theme()
    styles: Any = file.styles
    styles.element.clear()
    styles.element.append(_defaults(theme.serif_word))
    _add(styles, "Normal", "Normal").default = True
    _add(styles, "LetterTitle", "Title", made("w:jc", val="center"), size=_TITLE_SIZE)
    _add(
        styles,
        "FormTitle",
        "様式の題名",
        made("w:snapToGrid", val=0),
        made("w:spacing", after=240),
        made("w:jc", val="center"),
        size=_FORM_TITLE_SIZE,
        level=0,
        font=theme.sans_word,
    )
    _add(styles, "LetterRight", "右寄せ", made("w:jc", val="right"))
    _add(styles, "LetterBody", "本文", made("w:ind", firstLine=210, firstLineChars=100), made("w:jc", val="both"))
    mark = made("w:spacing", before=240, after=240)
    _add(styles, "RecordMark", "記", mark, made("w:jc", val="center"))
    _add(
        styles,
        "LetterHeading",
        "項の見出し",
        made("w:keepNext"),
        made("w:spacing", before=180, after=60),
        level=1,
        font=theme.sans_word,
    )
    note = made("w:ind", left=420, hanging=420)
    _add(styles, "LetterNote", "注記", note, made("w:jc", val="both"))
    cell = (made("w:snapToGrid", val=0), made("w:spacing", line=264, lineRule="auto"), made("w:jc", val="left"))
    _add(styles, "TableWords", "表の文字", *cell, size=_TABLE_SIZE)
    gap = made("w:spacing", line=160, lineRule="exact")
    _add(styles, "AfterTable", "表の後", made("w:snapToGrid", val=0), gap, size=8)
    _add(styles, "Header", "Header", made("w:jc", val="right"), size=18)
    _add(styles, "Footer", "Footer", made("w:jc", val="center"), size=18)
    _add_tables(styles)


def _letters(size: int, font: str) -> Element:
    found = made("w:rPr")
    if font:
        found.append(made("w:rFonts", **dict.fromkeys(_SCRIPTS, font)))
    if size:
        found.append(made("w:sz", val=size))
        found.append(made("w:szCs", val=size))
    return found


def _defaults(font: str) -> Element:
    letters = _letters(_BODY_SIZE, font)
    letters.append(made("w:lang", val="ja-JP", eastAsia="ja-JP", bidi="ar-SA"))
    return made("w:docDefaults", made("w:rPrDefault", letters), made("w:pPrDefault", made("w:pPr")))


def _add(
    styles: Any,
    key: str,
    name: str,
    *shape: Element,
    size: int = 0,
    level: int | None = None,
    font: str = "",
) -> Any:
    """A paragraph style; English names are Word's own. `level`: the outline level of a heading, from 0."""
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.isascii())
    style.style_id = key
    style.quick_style = True
    if name != "Normal":
        style.base_style = styles["Normal"]
    properties = style.element.get_or_add_pPr()
    properties.extend(shape)
    if level is not None:
        properties.append(made("w:outlineLvl", val=level))
    if size or font:
        style.element.append(_letters(size, font))
    return style.element


def _add_tables(styles: Any) -> None:
    plain = styles.add_style("Normal Table", WD_STYLE_TYPE.TABLE, builtin=True)
    plain.style_id = "TableNormal"
    plain.element.default = True
    plain.element.append(made("w:tblPr", made("w:tblInd", w=0, type="dxa")))
    form = styles.add_style("様式の表", WD_STYLE_TYPE.TABLE, builtin=False)
    form.style_id = "LetterTable"
    form.base_style = styles["Normal Table"]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = [made(f"w:{side}", val="single", sz=4, space=0, color="000000") for side in sides]
    gaps = {"top": 40, "left": 90, "bottom": 40, "right": 90}
    margins = [made(f"w:{side}", w=gap, type="dxa") for side, gap in gaps.items()]
    form.element.append(made("w:tblPr", made("w:tblBorders", *borders), made("w:tblCellMar", *margins)))
