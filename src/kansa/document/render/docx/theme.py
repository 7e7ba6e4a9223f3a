"""Which theme and font table does the Word file carry? The least that programs ask for; no style refers to them."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from kansa.document.blocks import Theme

_COLOURS = (
    ("dk1", "000000"),
    ("lt1", "FFFFFF"),
    ("dk2", "333333"),
    ("lt2", "E8E8E8"),
    ("accent1", "0B5394"),
    ("accent2", "B45309"),
    ("accent3", "595959"),
    ("accent4", "1F5F9E"),
    ("accent5", "D9742B"),
    ("accent6", "7F2704"),
    ("hlink", "00118F"),
    ("folHlink", "595959"),
)
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"


def _scheme_fonts(kind: str, name: str) -> str:
    quoted = quoteattr(name)
    return f'<a:{kind}Font><a:latin typeface={quoted}/><a:ea typeface={quoted}/><a:cs typeface=""/></a:{kind}Font>'


def theme_xml(theme: Theme, namespace: str) -> str:
    """word/theme/theme1.xml; `namespace` declares the prefix a."""
    colours = "".join(f'<a:{name}><a:srgbClr val="{code}"/></a:{name}>' for name, code in _COLOURS)
    lines = "".join(f'<a:ln w="{width}">{_FILL}</a:ln>' for width in (6350, 12700, 19050))
    return (
        f'<a:theme {namespace} name="kansa"><a:themeElements><a:clrScheme name="kansa">{colours}</a:clrScheme>'
        f'<a:fontScheme name="kansa">{_scheme_fonts("major", theme.sans_word)}'
        f"{_scheme_fonts('minor', theme.serif_word)}"
        f'</a:fontScheme><a:fmtScheme name="kansa"><a:fillStyleLst>{_FILL * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{_EFFECT * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


def font_table_xml(theme: Theme, namespace: str) -> str:
    """word/fontTable.xml; `namespace` declares the prefix w."""
    rows = "".join(
        f'<w:font w:name={quoteattr(name)}><w:charset w:val="80"/><w:family w:val="{family}"/></w:font>'
        for name, family in ((theme.serif_word, "roman"), (theme.sans_word, "modern"))
    )
    return f"<w:fonts {namespace}>{rows}</w:fonts>"
