"""What do a page of the report and the dashboard look like? Makes the README's pictures: `python -m docs.pictures`.

Needs the developer's packages and a Chromium (CHROMIUM names it where Playwright has none of its own).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
YEAR = 2024
PAGE = 1  # 0-based: a page with text and a chart
PAGE_WIDTH = 900  # pixels
SCREEN = {"width": 1100, "height": 1260}
LARGEST = 250_000  # bytes
COLOURS = 64


def make_city(home: Path) -> Path:
    """The sample city in a new home; the folder of its report."""
    subprocess.run([sys.executable, "-m", "kansa.cli", "--home", str(home), "demo", "--no-serve"], check=True)
    return home / "reports" / str(YEAR)


def save(picture: Image.Image, name: str) -> None:
    """Writes a picture with few colours. Raises ValueError when it is too large for the README."""
    path = IMAGES / name
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{name} has {path.stat().st_size} bytes")


def report_page(pdf: Path) -> Image.Image:
    """One page of the printed report with a frame."""
    page = pypdfium2.PdfDocument(pdf)[PAGE]
    sheet = page.render(scale=PAGE_WIDTH / page.get_width()).to_pil()
    framed = Image.new("RGB", (sheet.width + 2, sheet.height + 2), "#8a94a0")
    framed.paste(sheet, (1, 1))
    return framed


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the pages of a home, as long as they are looked at."""
    os.environ["KANSA_HOME"] = str(home)
    from kansa.cli.setting_up import start_django

    start_django()
    from waitress import create_server  # type: ignore[import-untyped]

    from kansa.config.wsgi import application

    server = create_server(application, host="127.0.0.1", port=0, threads=2)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def dashboard(address: str, folder: Path) -> Image.Image:
    """The top of the year's page."""
    path = folder / "dashboard.png"
    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport=SCREEN)  # type: ignore[arg-type]
        page.goto(f"{address}/years/{YEAR}/")
        page.screenshot(path=path)
        browser.close()
    return Image.open(path)


def main() -> None:
    """Makes both pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        reports = make_city(home)
        save(report_page(reports / f"kansa-report-{YEAR}.pdf"), "report-page.png")
        with served(home) as address:
            save(dashboard(address, Path(folder)), "dashboard.png")


if __name__ == "__main__":
    main()
