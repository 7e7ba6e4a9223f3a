"""Which subcommands and options does `kansa advisories` take?"""

from __future__ import annotations

import argparse
from pathlib import Path

from kansa.cli.words import JapaneseParser
from kansa.patches.scripts import SCRIPTS


def add_advisories(commands: argparse._SubParsersAction[JapaneseParser]) -> None:
    """advisories and everything below it."""
    whole = commands.add_parser("advisories", help="閉じた領域に持ち込む照合データと、一覧を収集する手順書を作る")
    below = whole.add_subparsers(
        title="命令", metavar="命令", dest="advisory_command", required=True, parser_class=JapaneseParser
    )
    pack = below.add_parser("pack", help="入手した照合データを一つのファイルにまとめ、署名する")
    pack.required_group.add_argument("files", type=Path, nargs="+", metavar="ファイル", help="入手したままのファイル")
    pack.required_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="作るファイル（.zip）")
    pack.option_group.add_argument("--key", type=Path, metavar="ファイル", help="署名用の鍵（keygen で作る）")
    pack.option_group.add_argument("--release", default="", metavar="版", help="更新一覧の版（例 debian:12）")
    pack.option_group.add_argument(
        "--as-of", default="", metavar="日", help="時点を書いていないファイルの時点（例 2026-11-28）"
    )
    keygen = below.add_parser("keygen", help="署名用の鍵を作り、登録する公開鍵を示す")
    keygen.required_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="鍵のファイル")
    show = below.add_parser("show", help="照合データの中身、時点、署名を示す")
    show.required_group.add_argument("file", type=Path, metavar="ファイル", help="照合データ")
    show.option_group.add_argument("--public-key", default="", metavar="公開鍵", help="署名を確かめる公開鍵")
    script = below.add_parser("script", help="ホストで一覧を収集する手順書（スクリプト）を書き出す")
    script.required_group.add_argument("system", choices=sorted(SCRIPTS), metavar="OS", help="、".join(sorted(SCRIPTS)))
    script.required_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="作るファイル")
