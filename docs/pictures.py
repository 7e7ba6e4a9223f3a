"""What do the report and the main pages look like? Makes the pictures of README and manual: `python -m docs.pictures`.

Needs the developer's packages and a Chromium (CHROMIUM names it where Playwright has none of its own).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

from kansa.core.fiscal import fiscal_year_of

IMAGES = Path(__file__).parent / "images"
YEAR = 2024
PAGE = 1  # 0-based: a page with text and a chart
PAGE_WIDTH = 900  # pixels
SCREEN = {"width": 1100, "height": 1260}
LARGEST = 250_000  # bytes
# Picture -> who looks, and at which page of the demo; the first one is the README's.
SCREENS = {
    "dashboard": ("clerk", f"/years/{YEAR}/"),
    "home": ("clerk", "/"),
    "audits": ("clerk", "/engagements/2025/"),
    "audit": ("clerk", "/engagements/2025/IN25-04/"),
    "worksheet": ("auditor", "/engagements/2025/IN25-04/worksheet/"),
    "item": ("auditor", "/engagements/2025/IN25-04/worksheet/items/I205/"),
    "findings": ("director", "/findings/"),
    "department": ("head", "/department/"),
    "checklist": ("clerk", "/checklists/2025/internal_audit/"),
    "organisation": ("admin", "/organisation/"),
    "trail": ("director", "/trail/"),
    "lap": ("clerk", "/plans/2023/"),
    "proof": ("clerk", "/plans/2023/proof/"),
    "draft": ("clerk", "{draft}"),
    "teams": ("clerk", "/plans/year/2025/"),
    "rules": ("director", "/years/2025/rules/"),
}
COLOURS = 64


def kansa(home: Path, *words: str) -> str:
    """What a command prints on a home."""
    command = [sys.executable, "-m", "kansa.cli", "--home", str(home), *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def make_city(home: Path) -> Path:
    """The sample city in a new home; the folder of its report."""
    kansa(home, "demo", "--no-serve")
    return home / "reports" / str(YEAR)


def demo_draft(home: Path) -> str:
    """Where the plan stands that the demo computed: for the present lap, or the next when that one is nearly over."""
    lap = {"years": [fiscal_year_of(datetime.now(tz=ZoneInfo("Asia/Tokyo")).date()) - 1], "drafts": []}
    while not lap["drafts"]:
        lap = json.loads(kansa(home, "--json", "plan", "show", str(lap["years"][-1] + 1)))
    return f"/plans/{lap['first_fiscal_year']}/drafts/{lap['drafts'][0]['draft']}/"


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


def screens(address: str, folder: Path, draft: str) -> Iterator[tuple[str, Image.Image]]:
    """The top of each main page, as one of the demo's people sees it."""
    from kansa.apps.people.queries import demo_password

    with sync_playwright() as playwright:
        found = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        for name, (person, place) in SCREENS.items():
            page = browser.new_page(viewport=SCREEN)  # type: ignore[arg-type]
            page.goto(f"{address}/account/login/")
            page.locator("#id_login").fill(person)
            page.locator("#id_password").fill(demo_password(person))
            page.locator("#id_password").press("Enter")
            page.wait_for_load_state("networkidle")
            answer = page.goto(address + place.format(draft=draft))
            if answer is None or answer.status != 200:
                raise ValueError(f"{place}: {answer and answer.status}")
            page.screenshot(path=folder / f"{name}.png")
            page.context.close()
            yield name, Image.open(folder / f"{name}.png")
        browser.close()


def main() -> None:
    """Makes every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        reports = make_city(home)
        save(report_page(reports / f"kansa-report-{YEAR}.pdf"), "report-page.png")
        draft = demo_draft(home)
        with served(home) as address:
            for name, picture in screens(address, Path(folder), draft):
                save(picture, f"{name}.png" if name == "dashboard" else f"screen-{name}.png")


if __name__ == "__main__":
    main()
