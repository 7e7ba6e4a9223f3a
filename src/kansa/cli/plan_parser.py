"""Which subcommands and options does `kansa plan` take?"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from kansa.cli.words import JapaneseParser

Subcommands = argparse._SubParsersAction
YEAR_HELP = "西暦（その年度を含む巡の計画）"
PAPERS = ("medium_term_plan", "annual_plan")


def add_plan(commands: Subcommands[JapaneseParser]) -> None:
    """plan and everything below it."""
    plan = commands.add_parser("plan", help="監査中期計画を見る、計算する、採用する、確かめる、文書にする")
    below = plan.add_subparsers(
        title="命令", metavar="命令", dest="plan_command", required=True, parser_class=JapaneseParser
    )
    for add in SUBCOMMANDS:
        add(below)


def _show(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("show", help="巡の計画と計算の結果を示す")
    one.required_group.add_argument("year", type=int, metavar="年度", help=YEAR_HELP)


def _solve(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("solve", help="計画を計算し、計算の結果として残す（採用はしない）")
    one.required_group.add_argument("year", type=int, metavar="年度", help=YEAR_HELP)
    one.option_group.add_argument(
        "--from", type=int, dest="open_from", metavar="年度", help="計画し直す最初の年度（既定: 変えられる最初の年度）"
    )
    one.option_group.add_argument(
        "--fresh", action="store_true", help="採用済みの計画からの変更を惜しまず、初めから組み直す"
    )
    one.option_group.add_argument("--seconds", type=int, default=60, metavar="秒", help="計算時間の上限（既定 60）")
    one.option_group.add_argument("--seed", type=int, metavar="数", help="乱数の種（同じ種なら同じ計画になる）")
    one.option_group.add_argument("--title", default="", metavar="文", help="覚え書き")


def _accept(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("accept", help="計算の結果を、計画又は割当てとして採用する")
    one.required_group.add_argument("draft", type=int, metavar="番号", help="kansa plan solve 又は assign が示した番号")
    one.option_group.add_argument("--reason", default="", metavar="理由", help="条件に合わない所があるときの理由")


def _why(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("why", help="課所等がその年度である理由を示す")
    one.required_group.add_argument("year", type=int, metavar="年度", help=YEAR_HELP)
    one.required_group.add_argument("code", metavar="所属コード", help="課所等の所属コード")
    one.option_group.add_argument(
        "--replan", action="store_true", help="ほかの課所等も組み直したときの差も計算する（時間がかかる）"
    )


def _check(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("check", help="全ての課所等が一巡に一度監査されるか、されない理由があるかを確かめる")
    one.required_group.add_argument("year", type=int, metavar="年度", help=YEAR_HELP)


def _document(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("document", help="監査中期計画書、年度監査計画書を作る")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦（中期計画書は、その年度を含む巡）")
    one.option_group.add_argument(
        "--kind", choices=PAPERS, default=PAPERS[0], metavar="種類", help=f"{PAPERS[0]}（既定）、{PAPERS[1]}"
    )
    one.option_group.add_argument(
        "--format", default="docx,pdf,xlsx", metavar="形式", help="カンマ区切り（既定: docx,pdf,xlsx）"
    )
    one.option_group.add_argument("--out", type=Path, required=True, metavar="フォルダ", help="出力先のフォルダ")


def _audits(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("audits", help="年度の計画にあって、まだ登録していない監査を登録する")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦")


def _assign(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("assign", help="年度の監査員の班と日程を計算し、計算の結果として残す（採用はしない）")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    one.option_group.add_argument(
        "--fresh", action="store_true", help="今の割当てからの変更を惜しまず、初めから組み直す"
    )
    one.option_group.add_argument("--seconds", type=int, default=30, metavar="秒", help="計算時間の上限（既定 30）")
    one.option_group.add_argument("--seed", type=int, metavar="数", help="乱数の種（同じ種なら同じ割当てになる）")
    one.option_group.add_argument("--title", default="", metavar="文", help="覚え書き")


def _calendar(below: Subcommands[JapaneseParser]) -> None:
    one = below.add_parser("calendar", help="年度の監査の予定と通知の期限を、予定表のファイル（ICS）に書き出す")
    one.required_group.add_argument("year", type=int, metavar="年度", help="西暦")
    one.option_group.add_argument("--out", type=Path, required=True, metavar="ファイル", help="出力先のファイル")


SUBCOMMANDS: tuple[Callable[[Subcommands[JapaneseParser]], None], ...] = (
    _show,
    _solve,
    _accept,
    _why,
    _check,
    _document,
    _audits,
    _assign,
    _calendar,
)
