"""How do help and errors of the command line become Japanese?"""

from __future__ import annotations

import argparse
import sys
from typing import NoReturn

from kansa.cli.outcome import USAGE


class JapaneseFormatter(argparse.RawDescriptionHelpFormatter):
    """Help with a Japanese usage line."""

    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "使い方: " if prefix is None else prefix)


class JapaneseParser(argparse.ArgumentParser):
    """A parser that speaks Japanese to the person at the keyboard."""

    def __init__(self, **options: object) -> None:
        options["formatter_class"] = JapaneseFormatter
        options["add_help"] = False
        super().__init__(**options)  # type: ignore[arg-type]
        self.required_group = self.add_argument_group("引数")
        self.option_group = self.add_argument_group("オプション")
        self.option_group.add_argument("-h", "--help", action="help", help="この説明を表示する")

    def error(self, message: str) -> NoReturn:
        """Ends with exit code 2 and a hint."""
        words = {
            "the following arguments are required:": "次の引数が必要です:",
            "unrecognized arguments:": "知らない引数があります:",
            "expected one argument": "値を1つ指定してください",
            "expected at least one argument": "値を1つ以上指定してください",
            "invalid choice:": "選べない値です:",
            "invalid int value:": "整数ではありません:",
            "argument ": "引数 ",
            "(choose from ": "（次から選ぶ: ",
        }
        for english, japanese in words.items():
            message = message.replace(english, japanese)
        print(f"kansa: {message}\n詳しくは {self.prog} --help を見てください。", file=sys.stderr)
        sys.exit(USAGE)
