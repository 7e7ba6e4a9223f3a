"""Do we order versions as dpkg and rpm themselves do?"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kansa.patches.versions import UnreadableVersion, compare

PAIRS = {"dpkg": 1_600, "rpm": 6_000}  # each of dpkg is a process
DEBIAN = re.compile(r"(?:[0-9]+:)?[0-9][0-9A-Za-z.+~-]*[0-9A-Za-z.+~]")  # dpkg warns of any other
RED_HAT = re.compile(r"(?:[0-9]+:)?[0-9A-Za-z._+~^]+-[0-9A-Za-z._+~^]+")
DPKG = shutil.which("dpkg")
RPM = shutil.which("rpm")
SEEDS = {
    "dpkg": [
        "1.0-1",
        "1:2.3.4-5+deb12u1",
        "2.41.0~rc1-1",
        "0.9.8zh-1",
        "3.0.17-1~deb12u3",
        "20230311+dfsg-1",
        "5-2ubuntu3",
    ],
    "rpm": [
        "1.0-1.el9",
        "1:3.0.7-25.el9_3",
        "4.18.0-553.el8_10",
        "2.0~rc1-1",
        "2.0^git1-1",
        "007-1",
        "5.14.0-427.13.1.el9",
    ],
}


def mutated(chance: random.Random, seed: str, letters: str) -> str:
    """A version near another one: a letter more, less or changed, anywhere."""
    text = list(seed)
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(text) + 1)
        act = chance.choice(["more", "less", "other"])
        if act == "more":
            text.insert(place, chance.choice(letters))
        elif text[place : place + 1] and text[place] != ":":
            text[place : place + 1] = [] if act == "less" and len(text) > 2 else [chance.choice(letters)]
    return "".join(text)


def pairs(kind: str, letters: str) -> list[tuple[str, str]]:
    """Pairs of versions that are near each other more often than not."""
    chance = random.Random(20261128)
    found = []
    for _ in range(PAIRS[kind]):
        seed = chance.choice(SEEDS[kind])
        other = seed if chance.random() < 0.7 else chance.choice(SEEDS[kind])
        found.append((mutated(chance, seed, letters), mutated(chance, other, letters)))
    return found


def differing(kind: str, asked: list[tuple[str, str]], answers: list[str]) -> list[tuple[str, str, str]]:
    """The pairs of which we say something else."""
    assert len(answers) == len(asked) >= 1_000
    both = zip(asked, answers, strict=True)
    return [(left, right, said) for (left, right), said in both if compare(kind, left, right) != int(said)]


@pytest.mark.skipif(DPKG is None, reason="dpkg is not on this machine")
def test_dpkg_itself_says_the_same() -> None:
    asked = [pair for pair in pairs("dpkg", "019abz.+-~") if all(DEBIAN.fullmatch(one) for one in pair)]
    script = "".join(
        f"dpkg --compare-versions '{left}' lt '{right}' && echo -1 || "
        f"{{ dpkg --compare-versions '{left}' eq '{right}' && echo 0 || echo 1; }}\n"
        for left, right in asked
    )
    found = subprocess.run(["sh"], input=script, capture_output=True, text=True, check=True)
    assert found.stderr == ""
    assert differing("dpkg", asked, found.stdout.split()) == []


@pytest.mark.skipif(RPM is None, reason="rpm is not on this machine")
def test_rpm_itself_says_the_same(tmp_path: Path) -> None:
    asked = [pair for pair in pairs("rpm", "019abz._~^") if all(RED_HAT.fullmatch(one) for one in pair)]
    file = tmp_path / "pairs.txt"
    file.write_text("".join(f"{left} {right}\n" for left, right in asked), encoding="ascii")
    script = f"""for line in io.lines("{file}") do local a, b = line:match("(%S+) (%S+)")
        print(rpm.vercmp(a, b)) print(" ") end"""
    found = subprocess.run([str(RPM), "--eval", f"%{{lua: {script}}}"], capture_output=True, text=True, check=True)
    assert differing("rpm", asked, found.stdout.split()) == []


@pytest.mark.parametrize("text", ["", " ", "あ"])
def test_what_is_no_version_is_told(text: str) -> None:
    with pytest.raises(UnreadableVersion):
        compare("dpkg", text, "1.0-1")
