"""Does any reader of scan reports crash or hang on bytes that a fuzzer finds?

atheris is no dependency of kansa. Once: `pip install atheris`, then `python -m benchmarks.fuzz_scans 300` (seconds). It
starts from the samples of tests/formats/scans, follows which lines of the readers are reached, and stops at the first
exception that is no refusal, at an input that takes more than 10 seconds, and at 1 GB of memory. Without atheris the
same inputs are only damaged by chance, which finds less.
"""

from __future__ import annotations

import gzip
import io
import random
import sys
import tempfile
import time
import zipfile
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "tests/formats/scans"
HANG_SECONDS = 10
MEMORY_MEGABYTES = 1024


def corpus() -> list[bytes]:
    """Every sample, good and bad, of every format; the small ones in other encodings and packed, too."""
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*/*")) if not path.name.endswith(".expected.json")]
    small = [data for data in samples if len(data) < 2_000]
    texts = [data.decode("utf-8", "replace") for data in small]
    other = [text.encode(encoding, "replace") for text in texts[::3] for encoding in ("utf-16", "cp932")]
    return [*samples, *other, *map(gzip.compress, small[::3]), *map(zipped, small[::3])]


def zipped(data: bytes) -> bytes:
    """A zip of two reports."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", data)
        archive.writestr("sub/b", data)
    return out.getvalue()


def read_everything(data: bytes) -> None:
    """Through the door of an upload; a refusal is an answer, anything else is a crash."""
    from kansa.core.errors import InputError
    from kansa.formats.scans import ScanLimits, read_report, reports_of

    for whole in (8 * 1024 * 1024, 0):  # JSON at once, and as a stream
        try:
            for report in reports_of(io.BytesIO(data), "fuzz", ScanLimits(whole_json_bytes=whole)):
                for _record in read_report(report):
                    pass
        except InputError:
            pass


def by_coverage(seconds: int) -> None:
    """atheris; ends the process itself, with a status other than 0 after a crash."""
    import atheris

    with atheris.instrument_imports(include=["kansa.formats", "kansa.core"]):
        import kansa.formats.scans

    assert kansa.formats.scans.READERS
    folder = tempfile.mkdtemp()
    for number, data in enumerate(corpus()):
        Path(folder, str(number)).write_bytes(data)
    options = [f"-max_total_time={seconds}", f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MEMORY_MEGABYTES}"]
    atheris.Setup([sys.argv[0], folder, *options, "-max_len=40000", "-print_final_stats=1"], read_everything)
    atheris.Fuzz()


def by_chance(seconds: int) -> None:
    """Samples with some bytes changed, moved, doubled or cut; the slowest is printed."""
    chance, samples = random.Random(7), corpus()
    began, count, slowest = time.monotonic(), 0, 0.0
    while time.monotonic() - began < seconds:
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randrange(1, 8)):
            place, length = chance.randrange(len(data) + 1), chance.randrange(0, 60)
            other = chance.choice(samples)
            start = chance.randrange(len(other))
            data[place : place + chance.choice((0, length))] = other[start : start + length]
        started = time.process_time()
        read_everything(bytes(data))
        slowest = max(slowest, time.process_time() - started)
        count += 1
    print(f"{count:,} inputs, no crash; the slowest took {slowest:.3f} s of the processor")


if __name__ == "__main__":
    given = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    try:
        by_coverage(given)
    except ModuleNotFoundError as fault:
        if fault.name != "atheris":
            raise
        by_chance(given)
