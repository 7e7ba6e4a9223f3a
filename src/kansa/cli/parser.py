"""Which commands and options does `kansa` take? Help and errors are Japanese."""

from __future__ import annotations

import argparse
from pathlib import Path

from kansa.cli.advisory_parser import add_advisories
from kansa.cli.plan_parser import add_plan
from kansa.cli.words import JapaneseParser

KINDS = {
    "year": "年度設定と判定基準",
    "departments": "課所等",
    "staff": "職員",
    "accounts": "利用者",
    "checklist": "監査項目・点検項目",
    "guideline": "監査ガイドラインの項目",
    "plan": "監査中期計画",
    "training": "監査員研修",
    "engagements": "監査の実施計画",
    "judgements": "監査の判定",
    "worksheet": "監査調書",
    "self_inspection": "自己点検の回答",
    "drill": "メール訓練の結果",
    "drill_gophish_results": "GoPhish結果",
    "drill_gophish_events": "GoPhishイベント",
    "drill_simulation": "攻撃シミュレーション",
    "findings": "検出事項と改善計画",
    "assets": "情報資産（機器）",
    "published": "公表済みの数値",
}
KINDS_HELP = "下の一覧から（英語名、日本語名のどちらでもよい）"
KINDS_LIST = "種類:\n" + "\n".join(f"  {name:<24}{title}" for name, title in KINDS.items())
SHORT = {
    "年度設定": "year",
    "チェックリスト": "checklist",
    "監査計画": "plan",
    "監査": "engagements",
    "判定": "judgements",
    "自己点検": "self_inspection",
    "訓練結果": "drill",
    "検出事項": "findings",
    "公表値": "published",
}
_BY_TITLE = {title: name for name, title in KINDS.items()} | SHORT
EPILOG = """終了コード: 0 正常、1 検査又は照合で不一致・未解決あり、2 使い方の誤り、3 入力の拒否、4 規則による拒否
データの置き場所は --home、環境変数 KANSA_HOME、既定（利用者ごとのデータ用フォルダ）の順に決まる。"""


def build_parser() -> JapaneseParser:
    """The whole command line."""
    parser = JapaneseParser(
        prog="kansa", description="情報セキュリティ監査の一年を、記録から印刷された報告書まで扱う。", epilog=EPILOG
    )
    parser.option_group.add_argument("--home", type=Path, help="データの置き場所")
    parser.option_group.add_argument("--json", action="store_true", help="結果を JSON で出力する")
    parser.option_group.add_argument("--version", action="store_true", help="版を表示する")
    commands = parser.add_subparsers(title="命令", metavar="命令", dest="command", parser_class=JapaneseParser)
    _records(commands)
    _year(commands)
    add_plan(commands)
    _tally(commands)
    add_advisories(commands)
    _report(commands)
    _machine(commands)
    return parser


def kind_of(text: str) -> str:
    """The kind by its name or its Japanese title. Raises ArgumentTypeError with what can be chosen."""
    kind = _BY_TITLE.get(text, text)
    if kind not in KINDS:
        raise argparse.ArgumentTypeError(f"「{text}」という種類はありません。\n{KINDS_LIST}")
    return kind


Commands = argparse._SubParsersAction


def _records(commands: Commands[JapaneseParser]) -> None:
    """import, export, template."""
    one = commands.add_parser("import", epilog=KINDS_LIST, help="ファイルを取り込む（--apply がなければ確認だけ）")
    one.required_group.add_argument("kind", type=kind_of, metavar="種類", help=KINDS_HELP)
    one.required_group.add_argument("files", nargs="+", type=Path, metavar="ファイル", help="Excel（xlsx）、CSV など")
    one.option_group.add_argument("--apply", action="store_true", help="実際に取り込む（全部か、何もしないか）")
    one.option_group.add_argument("--year", type=int, metavar="年度", help="この年度のファイルだけを受け付ける")
    one.option_group.add_argument(
        "--mapping",
        metavar="対応表",
        default="",
        help="自己点検の回答か、事業者の訓練の表を、保存した対応表（自己点検は .json も）で読む",
    )
    one.option_group.add_argument(
        "--drill", metavar="訓練番号", default="", help="GoPhish や Microsoft の結果がどの訓練のものか"
    )
    one.option_group.add_argument(
        "--replace", action="store_true", help="ファイルを全件の一覧とみなし、同じ年度でファイルにない行を消す"
    )
    two = commands.add_parser("export", epilog=KINDS_LIST, help="記録をファイルに書き出す")
    two.required_group.add_argument("kind", type=kind_of, metavar="種類", help=KINDS_HELP)
    two.option_group.add_argument("--year", type=int, metavar="年度", required=True, help="書き出す年度")
    two.option_group.add_argument(
        "--engagement", metavar="監査番号", default="", help="監査調書（worksheet）を書き出す監査"
    )
    two.option_group.add_argument(
        "--out", type=Path, required=True, metavar="ファイル", help="出力先（.xlsx 又は .csv）"
    )
    three = commands.add_parser("template", epilog=KINDS_LIST, help="取込用の雛形（Excel）を書き出す")
    three.required_group.add_argument("kind", type=kind_of, metavar="種類", help=KINDS_HELP)
    three.option_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="出力先（.xlsx）")


def _year(commands: Commands[JapaneseParser]) -> None:
    """check, freeze, confirm."""
    one = commands.add_parser("check", help="年度の記録の不足や矛盾を調べる")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦（令和6年度は 2024）")
    two = commands.add_parser("freeze", help="年度の記録を凍結し、報告書のもとにする")
    two.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    two.option_group.add_argument("--reason", default="", help="凍結し直す理由")
    two.option_group.add_argument(
        "--accept", action="append", default=[], metavar="コード=理由", help="承知の上で凍結する確認事項（繰り返し可）"
    )
    three = commands.add_parser("confirm", help="決裁を記録し、報告書の「案」を外す")
    three.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    three.option_group.add_argument("--number", required=True, metavar="決裁番号", help="決裁番号")
    three.option_group.add_argument("--by", required=True, metavar="決裁者", help="決裁者の職名")
    three.option_group.add_argument(
        "--on", required=True, metavar="決裁日", help="決裁日（2025-03-31、令和7年3月31日）"
    )


def _tally(commands: Commands[JapaneseParser]) -> None:
    """tally export, tally roll-up."""
    tally = commands.add_parser("tally", help="自己点検の件数を書き出し、多くの団体の分を合わせて数える")
    below = tally.add_subparsers(
        title="命令", metavar="命令", dest="tally_command", required=True, parser_class=JapaneseParser
    )
    one = below.add_parser("export", help="自己点検の件数をファイル（Parquet）に書き出す")
    one.option_group.add_argument("--year", type=int, required=True, metavar="年度", help="西暦")
    one.option_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="出力先（.parquet）")
    one.option_group.add_argument("--departments", action="store_true", help="所属別の件数も含める（庁内用）")
    two = below.add_parser("roll-up", help="書き出したファイルを合わせ、年度ごとの遵守率を示す")
    two.required_group.add_argument("files", nargs="+", type=Path, metavar="ファイル", help="kansa tally export の出力")
    two.option_group.add_argument(
        "--by", nargs="*", default=["item"], choices=("item", "municipality", "year"), help="分け方（既定 item）"
    )
    two.option_group.add_argument(
        "--smallest", type=int, default=5, metavar="人数", help="これより少ない人数の行は表示しない（既定 5）"
    )


def _report(commands: Commands[JapaneseParser]) -> None:
    """report, trace, verify."""
    one = commands.add_parser("report", help="凍結した年度の報告書を作る")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    one.option_group.add_argument(
        "--format", default="pdf,docx,html,xlsx,csv,json", metavar="形式", help="カンマ区切り（既定: 全て）"
    )
    one.option_group.add_argument("--out", type=Path, required=True, metavar="フォルダ", help="出力先のフォルダ")
    one.option_group.add_argument("--freeze-version", type=int, metavar="版", help="凍結の版（既定: 最新）")
    one.option_group.add_argument(
        "--substitute-glyph", action="store_true", help="フォントにない文字を「〓」に置き換えて出力する"
    )
    two = commands.add_parser("trace", help="報告書の数値がどの記録から来たかを示す")
    two.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    two.required_group.add_argument("figure", metavar="数値", help="数値の番号（例: external.mean）")
    three = commands.add_parser("verify", help="公表した報告書の束を、凍結した記録から計算し直して照合する")
    three.required_group.add_argument("bundle", type=Path, metavar="束", help="kansa report が作った zip")


def _machine(commands: Commands[JapaneseParser]) -> None:
    """init, backup, restore, doctor, serve, sample, demo."""
    one = commands.add_parser("init", help="データの置き場所を用意する")
    one.option_group.add_argument("--municipality", default="", metavar="名称", help="団体の名称（例: みほん市）")
    seven = commands.add_parser("add-administrator", help="最初の管理者のアカウントを作る（既定のパスワードはない）")
    seven.required_group.add_argument("login", metavar="ログイン名", help="半角の英小文字・数字・記号")
    seven.option_group.add_argument("--name", required=True, metavar="氏名", help="画面と操作記録に出る氏名")
    eight = commands.add_parser("reset-password", help="アカウントに仮のパスワードを付ける")
    eight.required_group.add_argument("login", metavar="ログイン名", help="登録済みのログイン名")
    five = commands.add_parser("describe-drill", help="メール訓練に名称とアンケートの結果を付ける")
    five.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    five.required_group.add_argument("drill", metavar="訓練コード", help="取り込んだ訓練のコード")
    five.option_group.add_argument("--name", default="", metavar="名称", help="報告書に載せる訓練の名称")
    five.option_group.add_argument(
        "--questionnaire", default="", metavar="文", help="訓練後のアンケートの結果を述べる文"
    )
    six = commands.add_parser("erase", help="保存期間を過ぎた原本、又は集計済みの自己点検の回答を消す")
    six.required_group.add_argument("what", choices=("expired", "answers"), metavar="対象", help="expired、answers")
    six.option_group.add_argument("--year", type=int, metavar="年度", help="answers のとき、その年度")
    nine = commands.add_parser("backup", help="使用中のまま控え（バックアップ）を作り、読み直して確かめる")
    nine.option_group.add_argument("--to", type=Path, required=True, metavar="フォルダ", help="控えを置くフォルダ")
    nine.option_group.add_argument(
        "--keep", type=int, metavar="個数", help="新しい方からこの個数だけ残し、古い控えを消す（既定: 消さない）"
    )
    ten = commands.add_parser("restore", help="控えを、空の置き場所（--home）に戻す")
    ten.required_group.add_argument("file", type=Path, metavar="控え", help="kansa backup が作った zip")
    ten.option_group.add_argument("--new-key", action="store_true", help="secret.key をなくしたとき、新しく作る")
    commands.add_parser("doctor", help="フォント、データベース、時刻、版を調べる")
    two = commands.add_parser("serve", help="画面を開く（既定はこの機械の中だけ）")
    two.option_group.add_argument(
        "--host", default="127.0.0.1", metavar="番地", help="待ち受ける番地。庁内に開くときは 0.0.0.0 など"
    )
    two.option_group.add_argument("--port", type=int, default=8765, metavar="番号", help="ポート（既定 8765）")
    commands.add_parser("work", help="背景の処理だけを行う（画面を別の機械で開くとき）")
    three = commands.add_parser("sample", help="架空の市「みほん市」のファイルを書き出す")
    three.option_group.add_argument("--out", type=Path, required=True, metavar="フォルダ", help="出力先のフォルダ")
    three.option_group.add_argument("--seed", type=int, default=2024, help="乱数の種")
    four = commands.add_parser("demo", help="架空の市を取り込み、凍結し、報告書を作り、画面を開く")
    four.option_group.add_argument("--port", type=int, default=8765, metavar="番号", help="ポート（既定 8765）")
    four.option_group.add_argument("--no-serve", action="store_true", help="画面を開かずに終わる")
