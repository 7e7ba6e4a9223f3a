"""Does every command line of the manual, typed in its order, print what the manual says?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import GUIDE, matches
from tests.docs.replay import expected, home_of, replay
from tests.house.source import expect_none
from tests.prepared import copy_home


@pytest.mark.slow
def test_the_manual_can_be_typed(tmp_path: Path) -> None:
    for name in {home_of(page) for page in GUIDE.glob("*.md")}:
        copy_home(tmp_path / name)
    faults = []
    for page in sorted(GUIDE.glob("*.md")):
        for command, printed in zip(expected(page), replay(page, tmp_path), strict=True):
            if not matches(command.output or (), printed):
                shown = "\n    ".join(printed[:12])
                faults.append(f"{command.place}: {' '.join(command.words)} prints\n    {shown}")
    expect_none(faults)
