"""Which document exercises every block, style, cell and odd character? Made by hand, after a published report."""

from __future__ import annotations

from fractions import Fraction

from kansa.document.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Heading,
    Num,
    PageBreak,
    Para,
    Run,
    Table,
    Text,
)
from kansa.document.figure import Figure, FigureBook
from kansa.document.render.attachments import Attachments
from tests.document.sample_charts import ODD_NAMES, PICTURES

FROZEN_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
ATTACHMENTS = Attachments(
    figures_json=b'[{"id":"external.mean","shown":"2.88"}]', frozen_json='{"schema":1,"名":"みほん市"}'.encode()
)


def sample_book() -> FigureBook:
    """Figures of every kind: exact fractions, counts, words, rates, missing and published ones."""
    book = FigureBook()
    rows = (
        Figure(
            "external.mean", "外部監査の対策レベルの平均", Fraction(1037, 360), "2.88", "point", "mean_level/1", 360, 2
        ),
        Figure("external.mean.prior", "同（前年度）", Fraction(142, 50), "2.84", "point", "mean_level/1", 350, 2),
        Figure("external.change", "平均の変化", Fraction(73, 1800), "+0.04", "point", "change/1", None, 2),
        Figure("scale.pass_mark", "合格点", Fraction(3), "3.00", "point", "rule/1", None, 2),
        Figure(
            "internal.mean",
            "内部監査の対策レベルの平均",
            Fraction(5616, 1800),
            "3.12",
            "point",
            "mean_level/1",
            1800,
            2,
        ),
        Figure(
            "internal.mean.prior",
            "同（前年度）",
            Fraction(283, 100),
            "2.83",
            "point",
            "published/1",
            None,
            2,
            is_published=True,
            note_ja="公表値",
        ),
        Figure("self.rate", "市全体の遵守率", Fraction(1142, 1200), "95.2", "percent", "compliance_rate/1", 1200, 1),
        Figure("self.rate.prior", "同（前年度）", Fraction(941, 1000), "94.1", "percent", "compliance_rate/1", 1000, 1),
        Figure("self.change", "遵守率の変化", Fraction(4, 375), "1.1", "percent_points", "change/1", None, 1),
        Figure("self.effect", "追加した項目の影響", Fraction(-1, 400), "−0.25", "percent_points", "pull/1", None, 2),
        Figure("drill.rate", "開封率", None, "—", "percent", "open_rate/1", missing_ja="公表していない"),
        Figure("staff.count", "職員数", 1234, "1,234", "people", "count/1", 1234),
        Figure("rotation.round", "巡目", "７", "７", "text", "rotation_place/1"),
        Figure("note.formula", "式に似た言葉", '=1+1&"<b>"', '=1+1&"<b>"', "text", "stated/1", note_ja="@risk"),
    )
    for row in rows:
        book.add(row)
    return book


def num(book: FigureBook, figure_id: str) -> Num:
    """The figure as it is printed."""
    return Num(figure_id, book[figure_id].shown)


def words(book: FigureBook, sentence: str) -> tuple[Run, ...]:
    """A sentence with figures in braces."""
    runs: list[Run] = []
    for index, part in enumerate(sentence.replace("}", "{").split("{")):
        if part:
            runs.append(num(book, part) if index % 2 else Text(part))
    return tuple(runs)


def criteria_table() -> Table:
    """The judging scale with two merged cells."""
    texts = (
        ("レベル４", "レベル３の対策が継続的に実施されており、さらに積極的な改善活動がなされている。"),
        ("レベル３", "情報セキュリティポリシー等の基準を満たしており、標準的で適切な状態である。"),
        ("レベル２", "情報セキュリティポリシー等の基準に対し、対策漏れがあり改善の余地がある。"),
        ("レベル１", "情報セキュリティポリシー等の基準に対し、場当たり的で対策不足のため改善が必要である。"),
        (
            "レベル０",
            "情報セキュリティポリシー等の基準に対し、必要な対策が実施されていない。又は認識されていない。",
        ),
    )
    rows = []
    for index, (level, text) in enumerate(texts):
        cells = [Cell((Text(level),), align="center"), Cell((Text(text),))]
        if index == 0:
            cells.insert(0, Cell((Text("適合「○」"),), is_header=True, rowspan=2, align="center"))
        if index == 2:
            cells.insert(0, Cell((Text("不適合「×」"),), is_header=True, rowspan=3, align="center"))
        rows.append(tuple(cells))
    columns = (
        Column("verdict", "評価", width=3),
        Column("level", "成熟度判定", width=3),
        Column("criterion", "分類基準", width=11),
    )
    return Table("scale", "表１", "監査の判定基準", columns, tuple(rows))


def means_table(book: FigureBook) -> Table:
    """Numbers as numbers, one of them missing, one signed."""
    columns = (
        Column("stream", "区分", width=3),
        Column("this", "今年度", "point", "right", 2),
        Column("prior", "前年度", "point", "right", 2),
        Column("note", "備考", width=3),
    )
    rows = (
        (
            Cell((Text("外部監査"),), True),
            Cell((num(book, "external.mean"),)),
            Cell((num(book, "external.mean.prior"),)),
            Cell(words(book, "変化は{external.change}点")),
        ),
        (
            Cell((Text("内部監査"),), True),
            Cell((num(book, "internal.mean"),)),
            Cell((num(book, "internal.mean.prior"),)),
            Cell((Text("前年度は公表値"),)),
        ),
        (
            Cell((Text("メール訓練の開封率"),), True),
            Cell((num(book, "drill.rate"),)),
            Cell((Text("—"),)),
            Cell((Text('=HYPERLINK("x")'),)),
        ),
    )
    return Table("means", "表２", "対策レベルの平均", columns, rows)


def _data(chart_id: str, caption: str, book: FigureBook) -> Table:
    columns = (Column("name", "名称", width=3), Column("value", "値", "point", "right"))
    rows = (
        (Cell((Text("今年度"),), True), Cell((num(book, "external.mean"),))),
        (Cell((Text("前年度"),), True), Cell((num(book, "external.mean.prior"),))),
    )
    return Table(chart_id, "", caption, columns, rows)


CAPTIONS = {
    "levels": "所属別の判定の構成",
    "dots": "分野別の対策レベルの平均",
    "waterfall": "対策レベルの平均の変化とその内訳（縦軸は途中から）",
    "rotation": "監査の一巡の計画",
    "level-change": "レベルの構成の比較",
    "rates": "項目別の遵守率",
}


def pictures(book: FigureBook) -> dict[str, Chart]:
    """Every picture as a block."""
    return {
        name: Chart(
            f"chart-{name}",
            f"図{'１２３４５６７'[index]}",
            CAPTIONS[name],
            draw(),
            f"{CAPTIONS[name]}。今年度が前年度を上回る。",
            _data(f"{name}-data", CAPTIONS[name], book),
        )
        for index, (name, draw) in enumerate(PICTURES.items())
    }


def _front() -> list[Block]:
    lead = (
        "この情報セキュリティ監査実施報告書は、令和６年度に実施したみほん市情報セキュリティ監査支援業務委託のうち"
        "情報セキュリティ外部監査（以下「外部監査」という。）、情報セキュリティ内部監査（以下「内部監査」という。）"
        "及び情報セキュリティ自己点検（以下「自己点検」という。）の実施結果を報告するものである。"
    )
    basis = "外部監査及び内部監査では、監査項目ごとに下表で示す判定基準を基に、対策の状況を判定した。"
    return [
        Para((Text("令和７年３月31日"),), "date"),
        Para((Text("情報セキュリティ監査実施報告書"),), "title"),
        Para((Text(lead),), "lead"),
        Para((Text("それぞれの結果は下記のとおりである。"),), "lead"),
        Para((Text("記"),), "record_mark"),
        Heading(1, "１", "外部監査及び内部監査における判定基準", "criteria"),
        Para((Text(basis),)),
        criteria_table(),
    ]


def _external(book: FigureBook, drawn: dict[str, Chart]) -> list[Block]:
    result = (
        "その結果、確認した範囲の対策レベルの平均は、{external.mean}点であり、昨年度より若干向上した。"
        "合格点は{scale.pass_mark}点である。開封率は{drill.rate}である。{note.formula}"
    )
    return [
        Heading(1, "２", "情報セキュリティ外部監査", "external"),
        Heading(2, "（１）", "サーバ機器等の技術的セキュリティ診断の結果", "diagnosis"),
        Para((Text("対象は" + "、".join(ODD_NAMES) + 'である。*強調* #panic("x") <b>&amp;'),)),
        Heading(2, "（２）", "情報資産のセキュリティ対策状況確認の結果", "control"),
        Para(words(book, result)),
        means_table(book),
        Para((Text("注　端数は四捨五入しているため、合計が一致しないことがある。"),), "note"),
        drawn["levels"],
        drawn["dots"],
        Para(words(book, "変更がない項目は改善したが、全体としては{external.change}点の向上に留まった。")),
        drawn["waterfall"],
    ]


def _internal(book: FigureBook, drawn: dict[str, Chart]) -> list[Block]:
    return [
        PageBreak(),
        Heading(1, "３", "情報セキュリティ内部監査", "internal"),
        Heading(2, "（１）", "内部監査の概要", "internal-outline"),
        Heading(3, "ア", "一巡の計画", "internal-lap"),
        Para(words(book, "今年度は{rotation.round}巡目の二年目である。職員は{staff.count}人である。")),
        drawn["rotation"],
        Heading(2, "（２）", "内部監査の結果", "internal-result"),
        Para(words(book, "対策レベルの平均は{internal.mean}点（前年度{internal.mean.prior}点）と大きく向上した。")),
        drawn["level-change"],
    ]


def _self_inspection(book: FigureBook, drawn: dict[str, Chart]) -> list[Block]:
    result = (
        "市全体の遵守率は{self.rate}％（前年度{self.rate.prior}％）となり、{self.change}ポイント向上した。"
        "追加した項目の影響は{self.effect}ポイントである。"
    )
    columns = (Column("item", "項目"), Column("rate", "遵守率", "percent", "right"))
    rows = ((Cell((Text("SI-01"),)), Cell((num(book, "self.rate"),))),)
    return [
        Heading(1, "４", "情報セキュリティ自己点検", "self"),
        Para(words(book, result)),
        drawn["rates"],
        Table("items", "", "項目別の集計（機械可読用）", columns, rows, machine_only=True),
        Para((Text("以　上"),), "closing"),
        Heading(1, "別紙", "算出の方法", "method"),
        Para((Text("出典　みほん市の記録"),), "source"),
    ]


def sample_document(book: FigureBook, *, is_draft: bool = True) -> Document:
    """The document: every kind of block, style, cell and picture."""
    drawn = pictures(book)
    blocks = (*_front(), *_external(book, drawn), *_internal(book, drawn), *_self_inspection(book, drawn))
    return Document("情報セキュリティ監査実施報告書", "令和６年度", "みほん市", 2024, FROZEN_SHA256, is_draft, blocks)
