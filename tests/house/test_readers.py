"""Has every reader samples it reads and samples it refuses?"""

from __future__ import annotations

from pathlib import Path

from kansa import formats
from kansa.formats import scans
from tests.house.source import ROOT

SAMPLES = ROOT / "tests/formats"


def lacking(kind: str, folders: list[Path]) -> list[str]:
    """What the samples of one reader lack: good and bad ones, each with what is expected of it."""
    found = [path for folder in folders if folder.name == kind for path in sorted(folder.iterdir())]
    samples = [path for path in found if not path.name.endswith(".expected.json")]
    expected = {path.name for path in found} - {path.name for path in samples}
    missing = [
        f"{kind}: no {start}* sample"
        for start in ("good_", "bad_")
        if not any(path.name.startswith(start) for path in samples)
    ]
    unexplained = [
        f"{kind}/{path.name}: no .expected.json"
        for path in samples
        if path.name.startswith(("good_", "bad_"))
        and not {f"{path.name}.expected.json", f"{path.stem}.expected.json"} & expected
    ]
    return missing + unexplained


def sample_folders() -> list[Path]:
    return sorted(path for path in SAMPLES.rglob("*") if path.is_dir())


def test_every_reader_has_good_and_bad_samples() -> None:
    folders = sample_folders()
    assert [fault for kind in (*formats.READERS, *scans.READERS) for fault in lacking(kind, folders)] == []


def test_a_reader_without_samples_is_found(tmp_path: Path) -> None:
    kind = tmp_path / "staff"
    kind.mkdir()
    assert lacking("staff", [kind]) == ["staff: no good_* sample", "staff: no bad_* sample"]
    for name in ("good_a.csv", "good_a.expected.json", "bad_b.csv"):
        (kind / name).write_text("")
    assert lacking("staff", [kind]) == ["staff/bad_b.csv: no .expected.json"]
    (kind / "bad_b.expected.json").write_text("")
    assert lacking("staff", [kind]) == []
