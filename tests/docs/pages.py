"""What do the README and the manual say to type, to expect, and to open?

A command line is a line of a fenced block that begins with `> kansa ` or `kansa `, or a code span that begins with
`kansa `. In a block with `> kansa` lines, the lines below each are what it prints: exactly, except that `…` stands for
anything, and a line that is only `…` for any number of lines.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.source import ROOT

PROMPT = "> "
GUIDE = ROOT / "docs/guide"

_FENCE = re.compile(r"^```(?P<info>.*)$")
_SPAN = re.compile(r"`(kansa [^`]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ORDER = re.compile(r"^<!-- (?P<name>home|edit): (?P<text>.+) -->$")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a page."""

    page: Path
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the words after the fence, and its lines."""

    place: Place
    info: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command line; `output` is None where the page does not say what is printed."""

    place: Place
    words: tuple[str, ...]
    output: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a hidden comment of a page asks of its replay: another home, or an edit of a worksheet."""

    place: Place
    name: str
    text: str


def pages() -> tuple[Path, ...]:
    """The README in both languages and the manual, in reading order."""
    return (ROOT / "README.md", ROOT / "README.ja.md", *sorted(GUIDE.glob("*.md")))


def parts(page: Path) -> Iterator[Block | Order | tuple[Place, str]]:
    """Blocks, hidden orders and ordinary lines of a page, in their order."""
    block: list[str] | None = None
    opened, info = 0, ""
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and block is None:
            block, opened, info = [], number, fence["info"].strip()
        elif fence and block is not None:
            yield Block(Place(page, opened), info, tuple(block))
            block = None
        elif block is not None:
            block.append(line)
        elif order := _ORDER.match(line):
            yield Order(Place(page, number), order["name"], order["text"])
        else:
            yield Place(page, number), line
    assert block is None, f"{Place(page, opened)}: the block is never closed"


def block_commands(block: Block) -> Iterator[Command]:
    """The command lines of one block, each with what the block says it prints."""
    found: list[tuple[int, tuple[str, ...], list[str] | None]] = []
    for number, line in enumerate(block.lines, block.place.line + 1):
        if line.startswith(PROMPT + "kansa "):
            found.append((number, tuple(shlex.split(line[len(PROMPT) :])), []))
        elif line.startswith("kansa "):
            found.append((number, tuple(shlex.split(line)), None))
        elif found and found[-1][2] is not None:
            found[-1][2].append(line)
    for number, words, output in found:
        yield Command(Place(block.place.page, number), words, None if output is None else tuple(output))


def commands(page: Path) -> Iterator[Command]:
    """Every command line of a page."""
    for part in parts(page):
        if isinstance(part, Block):
            yield from block_commands(part)
        elif isinstance(part, tuple):
            place, line = part
            for text in _SPAN.findall(line):
                yield Command(place, tuple(shlex.split(text)))


def links(page: Path) -> Iterator[tuple[Place, str]]:
    """Every relative link and picture of a page, without its fragment."""
    for part in parts(page):
        if isinstance(part, tuple):
            place, line = part
            for target in _LINK.findall(line):
                if "://" not in target and not target.startswith("#"):
                    yield place, target.partition("#")[0]


def matches(expected: tuple[str, ...], printed: tuple[str, ...]) -> bool:
    """Whether the printed lines are the expected ones, `…` standing for anything.

    >>> matches(("追加…", "…"), ("追加3", "次", "又"))
    True
    >>> matches(("追加3",), ("追加3", "次"))
    False
    """
    lines = (
        "(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.rstrip().split("…"))) + "\n"
        for line in expected
    )
    return re.fullmatch("".join(lines), "".join(line.rstrip() + "\n" for line in printed)) is not None
