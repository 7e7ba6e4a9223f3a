"""Can everything the README and the manual tell a person to type or to open be typed and opened?"""

from __future__ import annotations

import pytest

from docs import letters
from docs.columns import TARGET, page
from kansa.cli.parser import build_parser
from tests.docs.pages import GUIDE, Block, Command, Place, block_commands, commands, links, matches, pages
from tests.house.source import ROOT, expect_none

ALL = [command for one in pages() for command in commands(one)]


def parse_fault(command: Command) -> str:
    """What the real parser says against a command line; "" when it takes it."""
    parser = build_parser()
    if len(command.words) == 2 and command.words[1] in known_commands():
        return ""  # a command named by its word alone, as in a sentence
    try:
        parser.parse_args(list(command.words[1:]))
    except SystemExit as end:
        return f"{command.place}: {' '.join(command.words)}" if end.code else ""
    return ""


def known_commands() -> set[str]:
    """The commands of the parser."""
    return {name for action in build_parser()._actions for name in (getattr(action, "choices", None) or {})}


def test_every_command_line_parses() -> None:
    assert len(ALL) > 40
    expect_none([fault for command in ALL if (fault := parse_fault(command))])


@pytest.mark.parametrize(
    "line", ["kansa improt 職員 a.csv", "kansa import 職業 a.csv", "kansa report 2024", "kansa freez"]
)
def test_a_wrong_command_line_is_found(line: str) -> None:
    assert parse_fault(Command(Place(ROOT / "README.md", 1), tuple(line.split())))


def test_every_command_is_in_the_manual() -> None:
    manual = [command for command in ALL if command.place.page.parent == GUIDE]
    assert known_commands() - {word for command in manual for word in command.words} == set()


def test_every_relative_link_leads_somewhere() -> None:
    found = [(place, target) for one in pages() for place, target in links(one)]
    assert len(found) > 40
    expect_none([f"{place}: {target}" for place, target in found if not (place.page.parent / target).exists()])


def test_every_page_says_what_the_reader_gets() -> None:
    openings = {one.name: one.read_text(encoding="utf-8").split("\n\n")[1] for one in GUIDE.glob("*.md")}
    expect_none([name for name, text in openings.items() if not text.startswith("この頁")])


def test_the_tables_of_columns_are_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "write them again: python -m docs.columns"


def test_the_tables_of_fields_are_current() -> None:
    assert letters.TARGET.read_text(encoding="utf-8") == letters.page(), "write them again: python -m docs.letters"


def test_commands_and_their_output_are_told_apart() -> None:
    block = Block(
        Place(ROOT / "README.md", 10), "text", ("> kansa check 2024", "一つ", "> kansa doctor", "kansa serve")
    )
    first, second, third = block_commands(block)
    assert (first.words, first.output, first.place.line) == (("kansa", "check", "2024"), ("一つ",), 11)
    assert (second.output, third.output, third.place.line) == ((), None, 14)


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        (("追加…件",), ("追加3件",), True),
        (("追加3件",), ("追加4件",), False),
        (("一", "…", "三"), ("一", "二", "二", "三"), True),
        (("一", "三"), ("一", "二", "三"), False),
        (("一",), ("一", "二"), False),
        ((), (), True),
    ],
)
def test_an_ellipsis_stands_for_anything(expected: tuple[str, ...], printed: tuple[str, ...], same: bool) -> None:
    assert matches(expected, printed) is same
