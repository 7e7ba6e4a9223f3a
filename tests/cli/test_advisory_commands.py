"""Does each subcommand of `kansa advisories` do its act, without a database, and refuse what it must?"""

from __future__ import annotations

import argparse
import stat
from pathlib import Path

from kansa.cli.advising import SUBCOMMANDS
from kansa.cli.parser import build_parser
from tests.cli.test_commands import done, run
from tests.docs.pages import GUIDE, commands

KEV = (
    '{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T10:00:00Z", '
    '"vulnerabilities": [{"cveID": "CVE-2026-0001"}]}'
)


def test_a_signed_bundle_from_key_to_check(tmp_path: Path) -> None:
    key, kev, bundle = tmp_path / "key.txt", tmp_path / "kev.json", tmp_path / "bundle.zip"
    kev.write_text(KEV, encoding="utf-8")
    made = done(tmp_path, "advisories", "keygen", "--out", str(key))
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    packed = done(tmp_path, "advisories", "pack", str(kev), "--key", str(key), "--out", str(bundle))
    assert packed["public_key"] == made["public_key"]
    shown = done(tmp_path, "advisories", "show", str(bundle), "--public-key", str(made["public_key"]))
    assert shown["signed_by"] == "指定した鍵"
    assert not (tmp_path / "kansa.sqlite3").exists()
    again = run(tmp_path, "advisories", "pack", str(kev), "--out", str(bundle))
    assert (again.returncode, "file_exists" in again.stderr) == (3, True)


def test_the_script_is_written_with_the_line_ends_of_its_system(tmp_path: Path) -> None:
    for system, end in (("linux", b"\n"), ("windows", b"\r\n")):
        path = tmp_path / system
        done(tmp_path, "advisories", "script", system, "--out", str(path))
        lines = path.read_bytes().splitlines(keepends=True)
        assert len(lines) > 5 and all(line.endswith(end) for line in lines)
        assert (b"\r" in path.read_bytes()) is (system == "windows")


def test_what_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    letter = str(tmp_path / "letter.txt")
    (tmp_path / "letter.txt").write_text("こんにちは", encoding="utf-8")
    for arguments, code in (
        (("show", "no.zip"), "no_file"),
        (("pack", letter, "--key", str(tmp_path / "no-key.txt"), "--out", str(tmp_path / "a.zip")), "no_file"),
        (("pack", letter, "--key", letter, "--out", str(tmp_path / "a.zip")), "bad_key"),
        (("pack", letter, "--out", str(tmp_path / "no" / "a.zip")), "no_file"),
        (("keygen", "--out", str(tmp_path / "no" / "key.txt")), "no_file"),
        (("show", str(tmp_path / "letter.txt")), "not_a_bundle"),
        (("pack", str(tmp_path / "letter.txt"), "--out", str(tmp_path / "a.zip")), "unknown_advisories"),
        (("pack", str(tmp_path / "letter.txt"), "--as-of", "きのう", "--out", str(tmp_path / "a.zip")), "bad_date"),
    ):
        found = run(tmp_path, "advisories", *arguments)
        assert (found.returncode, code in found.stderr) == (3, True), found.stderr
    assert not (tmp_path / "a.zip").exists()


def test_every_subcommand_is_in_the_manual() -> None:
    parser = build_parser()
    action = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    below = next(one for one in action.choices["advisories"]._actions if isinstance(one, argparse._SubParsersAction))
    assert sorted(below.choices) == sorted(SUBCOMMANDS)
    told = {
        one.words[2]
        for path in GUIDE.glob("*.md")
        for one in commands(path)
        if one.words[:2] == ("kansa", "advisories")
    }
    assert told == set(SUBCOMMANDS)
