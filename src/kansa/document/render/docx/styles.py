"""Which paragraph and table styles does the Word file have? Real styles, so that an office can restyle its report."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from kansa.document.blocks import Theme


def _fonts(name: str) -> str:
    """One face for every script: without all four, Word takes the theme's font."""
    quoted = quoteattr(name)
    return f"<w:rFonts w:ascii={quoted} w:eastAsia={quoted} w:hAnsi={quoted} w:cs={quoted}/>"


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _style(
    key: str, name: str, paragraph: str = "", letters: str = "", based_on: str = "Normal", more: str = ""
) -> str:
    based = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    default = ' w:default="1"' if key == "Normal" else ""
    inner = (f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "") + (f"<w:rPr>{letters}</w:rPr>" if letters else "")
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"{default}><w:name w:val="{name}"/>{based}{more}<w:qFormat/>'
        f"{inner}</w:style>"
    )


def _headings(sans: str, size: int) -> str:
    made = ""
    for level, (before, after, grown) in enumerate(((360, 120, size + 3), (240, 100, size), (200, 80, size))):
        number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
        kinds = (("", f"heading {level + 1}", number), ("Plain", f"見出し {level + 1}（番号なし）", ""))
        for suffix, name, numbered in kinds:
            made += _style(
                f"Heading{level + 1}{suffix}",
                name,
                f'<w:keepNext/><w:keepLines/>{numbered}<w:spacing w:before="{before}" w:after="{after}"/>'
                f'<w:jc w:val="left"/><w:outlineLvl w:val="{level}"/>',
                _fonts(sans) + _size(grown),
                more='<w:next w:val="BodyText"/>',
            )
    return made


def _paragraphs(sans: str, size: int) -> str:
    small = _size(size * 6 // 7)
    gothic = _fonts(sans)
    one = size * 10  # one character in twips
    return "".join(
        (
            _style("Normal", "Normal", based_on=""),
            _style("BodyText", "Body Text", f'<w:ind w:firstLineChars="100" w:firstLine="{one}"/>'),
            _style("Date", "Date", '<w:jc w:val="right"/>'),
            _style(
                "Title",
                "Title",
                '<w:spacing w:before="480" w:after="480"/><w:jc w:val="center"/>',
                gothic + _size(size * 3 // 2),
            ),
            _style("RecordMark", "記", '<w:spacing w:before="240" w:after="240"/><w:jc w:val="center"/>'),
            _style("Closing", "Closing", '<w:spacing w:before="360"/><w:jc w:val="right"/>'),
            _style("Note", "注記", f'<w:ind w:left="{one}" w:hanging="{one}"/>', small),
            _style(
                "Caption",
                "caption",
                '<w:spacing w:before="120" w:after="120"/><w:jc w:val="center"/>',
                gothic + _size(size * 9 // 10),
            ),
            _style("Picture", "図", '<w:keepNext/><w:spacing w:before="240"/><w:jc w:val="center"/>'),
            _style(
                "TableText",
                "表の文字",
                '<w:snapToGrid w:val="0"/><w:spacing w:line="264" w:lineRule="auto"/><w:jc w:val="left"/>',
                gothic + small,
            ),
            _style("TableHead", "表の見出し", '<w:keepNext/><w:jc w:val="center"/>', based_on="TableText"),
            _style("AfterTable", "表の後", '<w:spacing w:line="200" w:lineRule="exact"/>', _size(10)),
            _style("Header", "header", '<w:jc w:val="right"/>', gothic + _size(20)),
            _style("Footer", "footer", '<w:jc w:val="left"/>', gothic + '<w:color w:val="595959"/>' + _size(16)),
        )
    )


def _table() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="767676"/>' for side in sides)
    margins = '<w:top w:w="40" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="ReportTable"><w:name w:val="報告書の表"/><w:basedOn w:val="TableNormal"/>'
        f'<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}<w:right w:w="100" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )


def styles_xml(theme: Theme, namespace: str) -> str:
    """word/styles.xml for a theme; `namespace` declares the prefix w."""
    size = theme.body_size_tenths // 5  # half-points
    return (
        f"<w:styles {namespace}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts(theme.serif_word)}{_size(size)}"
        '<w:lang w:val="ja-JP" w:eastAsia="ja-JP" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults>'
        f"{_paragraphs(theme.sans_word, size)}{_headings(theme.sans_word, size)}{_table()}</w:styles>"
    )
