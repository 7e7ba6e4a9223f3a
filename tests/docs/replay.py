"""Does the manual tell the truth? Types its command lines in one folder, page after page, and keeps what was printed.

python -m tests.docs.replay            prints every command with what it really prints, for whoever writes a page
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from xml.sax.saxutils import escape

from tests.docs.pages import GUIDE, Block, Command, Order, block_commands, parts
from tests.house.source import ROOT

SHEET = "xl/worksheets/sheet1.xml"
DEFAULT_HOME = "データ"


def steps(page: Path) -> list[dict[str, object]]:
    """What a page asks for, in order: write a file, edit a worksheet, run a command that says what it prints."""
    found: list[dict[str, object]] = []
    for part in parts(page):
        if isinstance(part, Order) and part.name == "edit":
            name, *cells = part.text.split()
            found.append({"edit": name, "cells": dict(cell.split("=", 1) for cell in cells)})
        elif isinstance(part, Block) and part.info.startswith("csv "):
            found.append({"write": part.info.removeprefix("csv "), "text": "\n".join(part.lines) + "\n"})
        elif isinstance(part, Block):
            shown = (command for command in block_commands(part) if command.output is not None)
            found += [{"run": command.words[1:], "place": str(command.place)} for command in shown]
    return found


def expected(page: Path) -> list[Command]:
    """The commands of a page that say what they print, in the order of `steps`."""
    blocks = (part for part in parts(page) if isinstance(part, Block) and not part.info.startswith("csv "))
    return [command for block in blocks for command in block_commands(block) if command.output is not None]


def home_of(page: Path) -> str:
    """The name of the home a page works on."""
    homes = [part.text for part in parts(page) if isinstance(part, Order) and part.name == "home"]
    return homes[0] if homes else DEFAULT_HOME


def replay(page: Path, folder: Path) -> list[tuple[str, ...]]:
    """The lines each command of the page prints, in a process of its own."""
    asked = steps(page)
    if not asked:
        return []
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    environment |= {"KANSA_HOME": str(folder / home_of(page)), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.docs.replay", "--steps"],
        input=json.dumps(asked),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{page.name}: {done.stderr}"
    return [tuple(printed.splitlines()) for printed in json.loads(done.stdout)]


def edit(path: Path, cells: dict[str, str]) -> None:
    """Types into cells of a workbook's first sheet, as Excel would; an empty text empties the cell."""
    with zipfile.ZipFile(path) as archive:
        members = {info: archive.read(info) for info in archive.infolist()}
    sheet = next(info for info in members if info.filename == SHEET)
    text = members[sheet].decode("utf-8")
    for address, value in cells.items():
        typed = f' t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else "/>"
        cell = re.compile(rf'<c r="{address}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)')
        text, count = cell.subn(lambda match, typed=typed, at=address: f'<c r="{at}"{match[1]}{typed}', text)
        assert count == 1, f"{path}: no cell {address}"
    members[sheet] = text.encode("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in members.items():
            archive.writestr(info, data)


def run(words: list[str]) -> str:
    """What one command prints, both streams together."""
    from kansa.cli import main

    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            main(words)
        except SystemExit:
            pass  # argparse ends this way after it has printed what was wrong
    return printed.getvalue()


def do(step: dict[str, object]) -> Iterator[str]:
    """Does one step; a command gives what it printed."""
    if "write" in step:
        Path(str(step["write"])).write_text(str(step["text"]), encoding="utf-8-sig")
    elif "edit" in step:
        cells = step["cells"]
        assert isinstance(cells, dict)
        edit(Path(str(step["edit"])), cells)
    else:
        words = step["run"]
        assert isinstance(words, list)
        yield run(words)


def show() -> None:
    """Every command of the manual with what it prints, and what the page says instead where that differs."""
    from tests.docs.pages import matches

    chosen = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for page in sorted(GUIDE.glob("*.md")):
            if chosen and not any(page.name.startswith(name) for name in chosen):
                continue
            for command, printed in zip(expected(page), replay(page, Path(folder)), strict=True):
                mark = " " if matches(command.output or (), printed) else "!"
                sys.stdout.write(f"{mark} {command.place} {' '.join(command.words)}\n")
                if mark == "!":
                    sys.stdout.writelines(f"    {line}\n" for line in printed)


if __name__ == "__main__":
    if sys.argv[1:] == ["--steps"]:
        json.dump([printed for step in json.load(sys.stdin) for printed in do(step)], sys.stdout)
    else:
        show()
