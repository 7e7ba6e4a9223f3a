"""Can anything but our own link stand in a training mail, and is its document harmless and the same every time?"""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser

import pytest

from kansa.core.mail_drill.scenario import PLACEHOLDERS_JA, Scenario
from kansa.formats.mail_drill import SCENARIOS, Places, document, letter, phone_preview
from tests.records import changed

PLACES = Places("https://kunren.example/m/1-a/", "https://kunren.example/m/1-a/p.png", "https://kunren.example/m/1-a/c")
HOSTILE = '"><script>alert(1)</script><form action=//evil.example><input type=password>'
VALUES = dict.fromkeys(PLACEHOLDERS_JA, HOSTILE)
TAGS = {"html", "head", "meta", "title", "body", "div", "p", "br", "hr", "a", "img"}


class Tags(HTMLParser):
    """Tags and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses |= {value or "" for name, value in attrs if name in ("href", "src", "action", "srcset")}
        assert not any(name.startswith("on") for name, _ in attrs)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_nothing_but_our_own_addresses_stands_in_a_mail(scenario: Scenario) -> None:
    body = scenario.blocks[0].__class__("paragraph", f"{{氏名}}{HOSTILE}")
    made = letter(changed(scenario, blocks=(*scenario.blocks, body)), VALUES, PLACES)
    page = Tags(made.html)
    assert page.tags <= TAGS
    assert page.addresses <= {PLACES.link, PLACES.beacon, PLACES.canary, "cid:qr"}
    assert (PLACES.link in made.text) == (scenario.kind != "attachment")
    assert (made.qr_png is not None) == (scenario.kind == "qr")
    assert Tags(phone_preview(scenario, VALUES)).addresses <= {"#", ""}


@pytest.mark.parametrize("kind", ["docx", "xlsx", "html"])
def test_a_document_has_one_link_and_no_macro_and_is_the_same_every_time(kind: str) -> None:
    scenario = changed(SCENARIOS["jinji-ido-zasekihyo"], attachment=kind)
    made = document(scenario, VALUES, PLACES.link, PLACES.beacon)
    assert made == document(scenario, VALUES, PLACES.link, PLACES.beacon)
    assert made.name.endswith(f".{kind}")
    if kind == "html":
        assert Tags(made.data.decode()).addresses == {PLACES.link, PLACES.beacon}
        return
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        names = archive.namelist()
        links = "".join(archive.read(name).decode() for name in names if name.endswith(".rels"))
    assert not any("vba" in name.lower() or "embeddings" in name for name in names)
    outside = set(re.findall(r'Target="([^"]+)"[^>]*TargetMode="External"', links))
    assert outside == ({PLACES.link, PLACES.beacon} if kind == "docx" else {PLACES.link})
