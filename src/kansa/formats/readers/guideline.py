"""Which audit items does an edition of the national guideline list, and what does it say about each?

The table is copied out of the guideline in many ways: the header on one or two rows, the chapter as a row between the
items (「1. 組織体制」, 「(1) 権限」), as a merged cell beside them, or as a column. All become one row an item.
Source: 総務省「地方公共団体における情報セキュリティ監査に関するガイドライン」, table of audit items.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kansa.core.errors import Refusal
from kansa.formats.folding import matching_key
from kansa.formats.readers.columns import prose
from kansa.formats.readers.spec import ReaderSpec, one, refused, unique
from kansa.formats.records import GuidelineItemRecord, ReadResult
from kansa.formats.tables import Cell, Column, TableSpec, at_most, read_table
from kansa.formats.tables.header import SEARCHED_ROWS, find_header, header_key
from kansa.formats.tables.kinds import CODE, LINE, PROSE, WORD, cell_text
from kansa.formats.tables.workbook import Sheet
from kansa.formats.words import REQUIREMENTS

NUMBER, REQUIREMENT, CHAPTER, EDITION = "No.", "必須・推奨", "章", "版"
TABLE = TableSpec(
    "監査ガイドラインの項目",
    (
        Column(
            "edition_ja",
            EDITION,
            LINE,
            "ガイドラインの版。列がないときは、表の上の題名又はファイル名の「令和７年３月版」などを版とします。",
            "令和7年3月版",
            ("ガイドラインの版", "改定"),
            fills_down=True,
        ),
        Column(
            "number", NUMBER, CODE, "その版の中で項目を一意に示す番号。", "120", ("No", "番号", "項番"), required=True
        ),
        Column(
            "requirement",
            REQUIREMENT,
            WORD,
            "必須項目か推奨項目か。見出しが「必須」だけの列では、空欄を推奨とみなします。",
            "必須",
            ("必須・推奨の別", "必須/推奨", "必須／推奨の別", "必須又は推奨", "必須項目", "区分"),
            words=REQUIREMENTS,
            required=True,
        ),
        Column(
            "chapter_ja",
            CHAPTER,
            LINE,
            "章と節の題名。項目の間の行に「１．組織体制」のように書かれていれば、この列はなくても構いません。",
            "1. 組織体制／(1) 組織体制、権限及び責任",
            ("項目", "大項目", "分野", "領域", "分類"),
            fills_down=True,
        ),
        Column(
            "text_ja",
            "監査項目",
            PROSE,
            "監査項目の本文。",
            "最高情報セキュリティ責任者が定められているか。",
            ("項目内容", "監査の項目"),
            required=True,
        ),
        prose(
            "documents_ja", "監査資料の例", "監査で見る資料の例。", "情報セキュリティポリシー", "監査資料", "資料の例"
        ),
        prose(
            "procedure_ja", "監査実施の例", "監査のしかたの例。", "資料のレビューとインタビュー", "監査実施", "実施の例"
        ),
        prose(
            "example_number",
            "例文番号",
            "ポリシーガイドラインの例文の番号。",
            "2.1.(1)",
            "例文の番号",
            "情報セキュリティポリシーガイドラインの例文の番号",
            "ポリシーガイドラインの例文番号",
        ),
        prose(
            "jis_number",
            "JIS Q 27002番号",
            "関連する JIS Q 27002 の番号。",
            "5.2",
            "JIS番号",
            "JISQ27002",
            "関連するJISQ27002番号",
            "関連するJISQ27002の番号",
        ),
        prose("note_ja", "留意事項", "監査のときの留意事項。", "兼務の場合もある。", "注意事項"),
    ),
    remark_headers=("備考", "メモ"),
)

# 「第1章 …」, 「1. …」, 「2.1. …」, 「(1) …」: the title of a chapter or section after its number.
_HEADING = re.compile(r"(?:第\d+(?P<part>[編章節])|(?P<dotted>\d+(?:\.\d+)*)[.\s]\s*(?=[^\d\s])|\(\d+\)|【)\s*\S")
_PARTS = {"編": -3, "章": -2, "節": -1}
_SECTION = 99  # (1) stands below every 1.2.3
_EDITION = re.compile(r"(令和|平成|R|H)\s*(元|\d{1,2})\s*[年.]\s*(\d{1,2})\s*月?")
_ERAS = {"R": "令和", "H": "平成"}


def read(data: bytes, file_name: str) -> ReadResult:
    """The items of a file, in the order of the guideline."""
    table = read_table(data, file_name, TABLE, lambda sheet: flattened(sheet, file_name))
    records = [record for row in table.rows for record in one(GuidelineItemRecord)(row)]
    refusals = [*table.refusals, *unique(_key, "番号", NUMBER)(records), *_without_edition(records)]
    return ReadResult(tuple(records), at_most(refusals, file_name))


def _key(item: GuidelineItemRecord) -> tuple[str, str]:
    return item.edition_ja, item.number


def _without_edition(items: Sequence[GuidelineItemRecord]) -> Iterator[Refusal]:
    """Once a file: an edition that is not said is said nowhere."""
    for item in items:
        if not item.edition_ja:
            yield refused(
                item,
                "no_edition",
                "ガイドラインの版が分かりません。列「版」を加えるか、ファイル名に「令和７年３月版」のように書いてください。",
                EDITION,
            )
            return


def edition_in(text: str) -> str:
    """The edition a title or file name speaks of, as 「令和7年3月版」; "" for none."""
    match = _EDITION.search(unicodedata.normalize("NFKC", text))
    return f"{_ERAS.get(match[1], match[1])}{match[2]}年{int(match[3])}月版" if match else ""


def flattened(sheet: Sheet, file_name: str) -> Sheet:
    """The sheet with one header row and one row an item, in which chapter, edition and 推奨 are written out.

    Row numbers stay. A sheet without the header is left as it is.
    """
    width = max((len(row) for row in sheet.rows), default=0)
    rows = [[*row, *("",) * (width - len(row))] for row in sheet.rows]
    _join_header_rows(rows)
    is_marked = _name_marks(rows)
    header = find_header(rows, TABLE)
    if header is None:
        return sheet
    places = dict(header.columns)
    for key, title in (("chapter_ja", CHAPTER), ("edition_ja", EDITION)):
        if key not in places:
            places[key] = len(rows[header.row])
            for number, row in enumerate(rows):
                row.append(title if number == header.row else "")
    titles = " ".join(cell_text(cell) for row in rows[: header.row] for cell in row)
    defaults = {places["edition_ja"]: edition_in(titles) or edition_in(file_name)}
    if is_marked:
        defaults[places["requirement"]] = REQUIREMENTS.ja["recommended"]
    headings = _write_out(rows, header.row + 1, places, defaults, _covered(sheet, set(places.values())))
    merges = tuple(merge for merge in sheet.merges if merge[0][0] not in headings)
    return Sheet(sheet.name, rows, merges, sheet.is_hidden)


def _join_header_rows(rows: list[list[Cell]]) -> None:
    """Two rows that together name more columns than either become one, at the lower one's place."""
    best, best_count = None, max((_named(row) for row in rows[:SEARCHED_ROWS]), default=0)
    for number, (upper, lower) in enumerate(pairwise(rows[:SEARCHED_ROWS])):
        joined = [below if _named([below]) or above == "" else above for above, below in zip(upper, lower, strict=True)]
        if _named(joined) > best_count:
            best, best_count = (number, joined), _named(joined)
    if best is not None:
        rows[best[0]] = [""] * len(best[1])
        rows[best[0] + 1] = best[1]


def _named(row: list[Cell]) -> int:
    """How many columns a row names, as far as it would be a header."""
    return len({known for cell in row if isinstance(cell, str) and (known := _KNOWN.get(_title(cell)))})


def _title(cell: str) -> str:
    return header_key(cell) or matching_key(cell)  # 「必須」 alone is a title here


def _name_marks(rows: list[list[Cell]]) -> bool:
    """Whether the column is headed 「必須」 alone, so that blank means 推奨; it gets the name of the column."""
    for row in rows[:SEARCHED_ROWS]:
        for place, cell in enumerate(row):
            if isinstance(cell, str) and matching_key(cell) == _MARKED and _named(row) > 2:
                row[place] = REQUIREMENT
                return True
    return False


def _covered(sheet: Sheet, wanted: set[int]) -> set[tuple[int, int]]:
    """The cells of the wanted columns that a merged cell above stands for."""
    return {
        (row, place)
        for (top, left), (bottom, right) in sheet.merges
        for row in range(top + 1, min(bottom, len(sheet.rows)) + 1)
        for place in wanted
        if left <= place <= right
    }


def _write_out(
    rows: list[list[Cell]],
    first: int,
    places: Mapping[str, int],
    defaults: dict[int, str],
    covered: set[tuple[int, int]],
) -> set[int]:
    """Gives each item its chapter and what is not written in its row; the rows of headings, which become blank."""
    edge = {min(places.values()), places["chapter_ja"], places.get("number", 0)}
    stack: list[tuple[int, str]] = []
    headings = set()
    for number in range(first, len(rows)):
        texts = {place: text for place, cell in enumerate(rows[number]) if (text := cell_text(cell))}
        depth = _depth(texts, edge)
        if depth is not None:
            title = next(iter(texts.values()))
            stack = [*(above for above in stack if above[0] < depth), (depth, " ".join(title.split()))]
            rows[number] = [""] * len(rows[number])
            headings.add(number)
        elif texts:
            chapter = "／".join(title for _depth_of, title in stack)
            for place, text in {**defaults, places["chapter_ja"]: chapter}.items():
                if place not in texts and (number, place) not in covered:
                    rows[number][place] = text
    return headings


def _depth(texts: Mapping[int, str], edge: set[int]) -> int | None:
    """How deep a heading stands; None for a row that is none: it says something else, or stands in another column."""
    if len(texts) != 1 or next(iter(texts)) not in edge:
        return None
    match = _HEADING.match(unicodedata.normalize("NFKC", next(iter(texts.values()))))
    if match is None:
        return None
    if match["part"]:
        return _PARTS[match["part"]]
    return match["dotted"].count(".") if match["dotted"] else _SECTION


_MARKED = matching_key("必須")
_KNOWN = {_title(name): column.key for column in TABLE.columns for name in (column.header_ja, *column.aliases)} | {
    _MARKED: "requirement"
}
SPEC = ReaderSpec("guideline", "監査ガイドラインの項目", (TABLE,), read)
