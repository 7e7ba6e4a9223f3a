"""What do the forms look like that auditors and audited departments fill in?"""

from __future__ import annotations

from kansa.document.letters.defaults.sheet import HEAD, LETTER, Box, Sheet, label


def _engagement_rows(sheet: Sheet, last: tuple[str, str]) -> None:
    """Which audit a wide form belongs to."""
    sheet.table(
        (1000, 4800, 1150, 3300, 900, 3350),
        (
            (
                label("実施番号"),
                "{{ 実施番号 }}",
                label("被監査部門"),
                "{{ 被監査部門 }}",
                label("監査員"),
                "{{ 監査員 }}",
            ),
            (label("実地監査"), "{{ 実地監査日時 }}", label("場所"), "{{ 実地監査場所 }}", label(last[0]), last[1]),
        ),
    )


def checklist() -> Sheet:
    """監査チェックリスト: filled in by hand."""
    sheet = Sheet(is_wide=True, has_pages=True)
    sheet.line("監査チェックリスト（{{ 年度 }}　{{ 監査の種別 }}）", "FormTitle")
    _engagement_rows(sheet, ("対応者", ""))
    sheet.line("判定（該当するものを○で囲む。）　{{ 判定の基準 }}", "TableWords")
    sheet.line("", "AfterTable")
    sheet.table(
        (620, 3500, 3300, 820, 1400, 1350, 3600),
        (
            ("番号", "監査項目", "着眼点", "前年度", "判定", "確認方法", "証拠・所見"),
            (
                Box("{{ 監査項目.番号 }}", align="center"),
                "{{ 監査項目.本文 }}",
                "{{ 監査項目.着眼点 }}",
                Box("{{ 監査項目.前年度 }}\n{{ 監査項目.由来 }}", align="center"),
                Box("０ １ ２ ３ ４\n対象外", align="center"),
                "□文書\n□聞き取り\n□現物",
                "",
            ),
        ),
        heads=1,
        least=1000,
    )
    sheet.line("特記事項", "LetterHeading")
    sheet.table((1,), (("",),), least=1300)
    return sheet


def working_paper() -> Sheet:
    """監査調書."""
    sheet = Sheet(is_wide=True, has_pages=True)
    sheet.line("監査調書（{{ 年度 }}　{{ 監査の種別 }}）", "FormTitle")
    _engagement_rows(sheet, ("対応者", "{{ 対応者 }}"))
    sheet.line("判定　{{ 判定の基準 }}", "TableWords")
    sheet.line("", "AfterTable")
    sheet.table(
        (620, 3100, 2900, 760, 860, 1450, 4900),
        (
            ("番号", "監査項目", "着眼点", "前年度", "判定", "確認方法", "証拠・所見"),
            (
                Box("{{ 監査項目.番号 }}", align="center"),
                "{{ 監査項目.本文 }}",
                "{{ 監査項目.着眼点 }}",
                Box("{{ 監査項目.前年度 }}", align="center"),
                Box("{{ 監査項目.判定 }}", align="center"),
                "{{ 監査項目.確認方法 }}",
                "証拠：{{ 監査項目.証拠 }}\n所見：{{ 監査項目.所見 }}{{ 監査項目.対象外の理由 }}",
            ),
        ),
        heads=1,
    )
    counts = "判定　{{ 判定した項目数 }}項目、対象外　{{ 対象外の項目数 }}項目、平均　{{ 判定の平均 }}"
    sheet.table(
        (1300, 8000, 1300, 4000),
        (
            (label("集計"), counts, label("確認者"), "{{ 確認者 }}"),
            (label("総括所見"), "{{ 総括所見 }}", label("確認日"), "{{ 確認日 }}"),
        ),
    )
    return sheet


def improvement_plan() -> Sheet:
    """改善計画書: written by the audited department; the last rows are for the second pair of eyes."""
    sheet = Sheet(has_pages=True)
    sheet.head("{{ 宛先 }}　様")
    sheet.line("改善計画書", "FormTitle")
    sheet.line(
        "{{ 結果通知の日付 }}付け{{ 結果通知の番号 }}で通知のあった{{ 年度 }}{{ 監査の種別 }}"
        "（実施番号　{{ 実施番号 }}、{{ 被監査部門 }}）の検出事項について、次のとおり改善を計画します。",
        "LetterBody",
    )
    sheet.gap()
    rows = (
        (
            Box("{{ 改善計画.番号 }}", align="center", merge="restart"),
            Box("検出事項", fill=HEAD, align="center"),
            Box("{{ 改善計画.題名 }}", span=3, fill=HEAD),
            Box("重要度　{{ 改善計画.重要度 }}", fill=HEAD, align="center"),
        ),
        (Box("", merge="continue"), label("改善提言"), Box("{{ 改善計画.改善提言 }}", span=4)),
        (Box("", merge="continue"), label("改善措置"), Box("{{ 改善計画.改善措置 }}", span=4)),
        (
            Box("", merge="continue"),
            label("担当者"),
            "{{ 改善計画.担当者 }}",
            label("改善期限"),
            Box("{{ 改善計画.改善期限 }}", span=2),
        ),
        (
            Box("", merge="continue"),
            label("改善予定年度"),
            "{{ 改善計画.改善予定年度 }}",
            label("証拠"),
            Box("{{ 改善計画.証拠 }}", span=2),
        ),
        (
            Box("", merge="continue"),
            label("確認者"),
            "{{ 改善計画.確認者 }}",
            label("確認日"),
            Box("{{ 改善計画.確認日 }}", span=2),
        ),
    )
    sheet.table((560, 1400, 2500, 1200, 2000, 1600), rows, least=420, together=True)
    for words in (
        "注１　措置、担当者、期限は、被監査部門が定めて記入する。",
        "注２　確認者及び確認日は、改善を証拠により確かめた者（措置を行った者以外の者）が記入する。",
    ):
        sheet.line(words, "TableWords", left=3 * 190, hanging=3 * 190)
    sheet.contact()
    return sheet


def follow_up() -> Sheet:
    """フォローアップ記録."""
    sheet = Sheet(has_pages=True)
    sheet.line("フォローアップ記録（{{ 年度 }}　{{ 監査の種別 }}）", "FormTitle")
    sheet.table(
        (1300, 3300, 1300, 3300),
        (
            (label("実施番号"), "{{ 実施番号 }}", label("被監査部門"), "{{ 被監査部門 }}"),
            (label("確認日"), "{{ 確認日 }}", label("確認者"), "{{ 確認者 }}"),
        ),
    )
    rows = (
        (
            Box("{{ フォローアップ.番号 }}", align="center", merge="restart"),
            Box("検出事項", fill=HEAD, align="center"),
            Box("{{ フォローアップ.題名 }}", span=2, fill=HEAD),
            Box("{{ フォローアップ.状況 }}", fill=HEAD, align="center"),
        ),
        (Box("", merge="continue"), label("改善措置"), Box("{{ フォローアップ.改善措置 }}", span=3)),
        (Box("", merge="continue"), label("改善期限"), Box("{{ フォローアップ.改善期限 }}", span=3)),
        (Box("", merge="continue"), label("証拠"), Box("{{ フォローアップ.証拠 }}", span=3)),
        (
            Box("", merge="continue"),
            label("確認"),
            Box("確認者　{{ フォローアップ.確認者 }}"),
            Box("確認日　{{ フォローアップ.確認日 }}", span=2),
        ),
        (Box("", merge="continue"), label("所見"), Box("{{ フォローアップ.所見 }}", span=3)),
    )
    sheet.table((560, 1400, 3000, 2600, 1500), rows, least=420, together=True)
    sheet.line("総括所見", "LetterHeading")
    sheet.line("{{ 総括所見 }}", left=LETTER, firstLine=LETTER)
    sheet.gap()
    sheet.line(
        "「計画あり」は改善済みを意味しない。「確認済」は、証拠により、措置を行った者以外の者が確かめたものをいう。",
        "TableWords",
    )
    return sheet


def training_record() -> Sheet:
    """監査員研修記録."""
    sheet = Sheet()
    sheet.line("監査員研修記録（{{ 年度 }}）", "FormTitle")
    sheet.table(
        (1300, 3300, 1300, 3300),
        ((label("監査員"), "{{ 監査員 }}", label("所属・職名"), "{{ 所属 }}"),),
        least=480,
    )
    sheet.line("１　受けた研修", "LetterHeading")
    sheet.table(
        (2300, 1300, 2900, 1000, 2300),
        (
            ("日", "区分", "題名", "時間", "講師・教材"),
            (
                "{{ 研修.日付 }}",
                Box("{{ 研修.区分 }}", align="center"),
                "{{ 研修.題名 }}",
                Box("{{ 研修.時間 }}", align="right"),
                "{{ 研修.講師 }}",
            ),
            (label("合計", span=3), Box("{{ 合計時間 }}", span=2)),
        ),
        heads=1,
        least=420,
    )
    sheet.line("２　判定演習の結果", "LetterHeading")
    sheet.line("{{ 演習の結果 }}", left=2 * LETTER)
    sheet.line("３　読み直しを勧める資料", "LetterHeading")
    sheet.line("{{ 読み直す資料 }}", left=2 * LETTER)
    sheet.gap()
    sheet.table(
        (1300, 3300, 1300, 3300),
        ((label("確認者"), "{{ 確認者 }}", label("確認日"), "{{ 確認日 }}"),),
        least=480,
    )
    return sheet
