"""What of a template will the PDF not show, and what would Word fetch from outside when it opens the letter?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kansa.document.letters.opening import Element, W, WordParts

# Fields of Word that read a file, a program or a database when the letter is opened or updated.
_ACTIVE = {
    *("DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "RD", "EMBED"),
    *("MACROBUTTON", "DATABASE", "HTMLACTIVEX", "HYPERLINK"),
}
_WITHIN = re.compile(r"\s*HYPERLINK\s+\\l\b", re.IGNORECASE)
_FORMATS_ONLY = "PDF では、その書式を使わずに文字だけを印刷します。"

# Element names without namespace -> the sentence. Each is told once a part.
_SENTENCES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"txbxContent", "textbox"}), "テキストボックスがあります。その中の文字は PDF に印刷されません。"),
    (
        frozenset({"pic", "imagedata", "chart", "relIds", "wsp", "wgp", "shape", "group"}),
        "図や画像があります。PDF には印刷されません。",
    ),
    (frozenset({"oMath"}), "数式があります。PDF には印刷されません。"),
    (
        frozenset({"footnoteReference", "endnoteReference"}),
        "脚注があります。PDF には印刷されません。",
    ),
    (
        frozenset({"commentRangeStart", "commentReference"}),
        "コメントがあります。PDF には印刷されませんが、Word の文書には残ります。",
    ),
    (
        frozenset({"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange"}),
        "変更履歴があります。PDF は承諾後の姿になり、Word の文書には履歴が残ります。承諾してから保存してください。",
    ),
    (frozenset({"i", "em", "shadow", "outline", "emboss"}), f"斜体、傍点などの文字飾りがあります。{_FORMATS_ONLY}"),
    (frozenset({"rt"}), "ふりがながあります。PDF には親文字だけを印刷します。"),
    (frozenset({"sym"}), "記号の書体の文字があります。PDF では□、■などの字に替えます。"),
    (frozenset({"framePr"}), f"レイアウト枠があります。{_FORMATS_ONLY}"),
    (frozenset({"pBdr"}), f"段落の罫線があります。{_FORMATS_ONLY}"),
    (frozenset({"tl2br", "tr2bl"}), "表に斜線があります。PDF には印刷されません。"),
)


def active_fields(root: Element) -> Iterator[str]:
    """The names of Word's own fields that reach outside, each once; 「名前なし」 for one whose name is computed."""
    found: dict[str, None] = {}
    for instruction in _instructions(root):
        name = (instruction.split() or [""])[0].upper()
        if not name:
            found["名前なし"] = None
        elif name in _ACTIVE and not _WITHIN.match(instruction):
            found[name] = None
    yield from found


def _instructions(root: Element) -> Iterator[str]:
    """The instruction of every field: those of one element, and those that begin and end in runs."""
    open_fields: list[list[str]] = []
    for node in root.iter(f"{W}fldSimple", f"{W}fldChar", f"{W}instrText"):
        if node.tag == f"{W}fldSimple":
            yield node.get(f"{W}instr", "")
        elif node.tag == f"{W}instrText":
            if open_fields:
                open_fields[-1].append(node.text or "")
        elif node.get(f"{W}fldCharType") == "begin":
            open_fields.append([])
        elif node.get(f"{W}fldCharType") == "end" and open_fields:
            yield "".join(open_fields.pop())
    yield from ("".join(words) for words in open_fields)


def unshown(word: WordParts, roots: Mapping[str, Element]) -> Iterator[str]:
    """A sentence for each sort of content that the PDF leaves out or changes, with the part it stands in."""
    for name_ja, root in roots.items():
        if name_ja in ("脚注", "文末脚注"):
            continue
        seen = {node.tag.rpartition("}")[2] for node in root.iter() if isinstance(node.tag, str)}
        yield from (f"{name_ja}に{words}" for names, words in _SENTENCES if names & seen)
    body = roots["本文"]
    if any(_columns(node) > 1 for node in body.iter(f"{W}cols")):
        yield "本文に段組みがあります。PDF では一段に組みます。"
    if any(node.get(f"{W}val", "").startswith(("tb", "bt")) for node in body.iter(f"{W}textDirection")):
        yield "本文に縦書きがあります。PDF では横書きになります。"
    if word.related("comments") and not any(True for _ in body.iter(f"{W}commentReference")):
        yield "使われていないコメントが残っています。"


def _columns(node: Element) -> int:
    words = node.get(f"{W}num", "1")
    return int(words) if words.isascii() and words.isdigit() and len(words) < 4 else 1
