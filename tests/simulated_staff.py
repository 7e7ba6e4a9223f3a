"""How do the staff of the sample city answer a self-inspection, by screen, by the sheet of a workplace, and on paper?

Every step is a request that a browser would send. `Door` is one browser: of the test client, or of a real server.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from python_calamine import CalamineWorkbook

from kansa.formats.tables.header import column_letter
from kansa.sample import SampleFile

WORDS = {"はい": "yes", "いいえ": "no", "該当なし": "not_applicable"}
FIRST_ROW = 7
NURSERY = "保育園"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    location: str = ""

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()


class Door(Protocol):
    """One browser."""

    def get(self, path: str) -> Reply:
        """A page."""

    def post(self, path: str, fields: Mapping[str, object]) -> Reply:
        """What a form sends; a pair of name and bytes is a file."""


@dataclass(frozen=True)
class Sheet:
    """What one person answered: place of the item from 1 -> the word; blanks are left out."""

    staff_number: str
    department_code: str
    answers: Mapping[int, str]

    @property
    def name_ja(self) -> str:
        """The name that the sample's roster has for the number."""
        return f"職員{int(self.staff_number):04d}"


@dataclass
class Shares:
    """How many people answered by which way, and how many answers a screen kept."""

    people: dict[str, int] = field(default_factory=dict)
    posts: int = 0

    def note(self, way: str, count: int) -> None:
        """More of one way."""
        self.people[way] = self.people.get(way, 0) + count


def sheets_of(file: SampleFile) -> list[Sheet]:
    """Who answered what, from the sample's own file of one year."""
    encoding = "utf-8-sig" if file.data.startswith(b"\xef\xbb\xbf") else "cp932"
    rows = list(csv.reader(io.StringIO(file.data.decode(encoding))))
    return [
        Sheet(number, code, {place: word for place, word in enumerate(words, 1) if word})
        for _year, number, code, *words in rows[1:]
    ]


def by_department(sheets: Iterable[Sheet]) -> dict[str, list[Sheet]]:
    """Department code -> its people, as the file has them."""
    found: dict[str, list[Sheet]] = {}
    for one in sheets:
        found.setdefault(one.department_code, []).append(one)
    return found


@dataclass(frozen=True)
class Office:
    """The office and the director at work on one campaign."""

    clerk: Door
    director: Door
    path: str

    def move(self, code: str) -> None:
        """The next step; approving is the director's."""
        who = self.director if code == "approve" else self.clerk
        sure = {"sure": "yes"} if code == "close" else {}
        assert who.post(f"{self.path}move/", {"move": code} | sure).status == 302
        assert f'value="{code}"' not in self.clerk.get(self.path).text

    def codes(self, department: int) -> dict[str, str]:
        """Name -> code of the printed slips."""
        page = self.clerk.post(f"{self.path}slips/{department}/", {"for": "all"}).text
        return dict(re.findall(r"(職員\d{4}) 様</p>.*?<code class=\"once\">([^<]+)</code>", page))


def begun(clerk: Door, director: Door, fiscal_year: int, day: date) -> Office:
    """An identified campaign of the year, approved and opened, that asks until the end of this day."""
    typed = {"title_ja": f"{fiscal_year}年度 自己点検", "explanation_ja": "", "privacy": "identified"}
    days = {"opens_on": day.isoformat(), "closes_on": day.isoformat()}
    office = Office(clerk, director, clerk.post(f"/inspections/add/{fiscal_year}/", typed | days).location)
    office.move("approve")
    office.move("open")
    return office


def answer_by_screen(door: Door, campaign: str, code: str, sheet: Sheet) -> int:
    """One person with a slip; how many answers were kept. Each is a request of its own."""
    assert door.get(f"/answer/key/{code}/").status == 302
    for place, word in sheet.answers.items():
        reply = door.post(f"/answer/{campaign}/all/", {"position": place, "answer": WORDS[word]})
        assert reply.status == 302, reply.status
    return len(sheet.answers)


def answer_by_sheet(office: Office, department: int, sheets: Sequence[Sheet]) -> int:
    """A workplace: download, fill in, upload, look, take. How many people were taken."""
    path = f"{office.path}departments/{department}/sheet/"
    data = filled(office.clerk.post(f"{path}file/", {}).body, {one.name_ja: one for one in sheets})
    look = office.clerk.post(path, {"sheet": ("回答用紙.xlsx", data)}).text
    held = re.search(r'name="held" value="([^"]+)"', look)
    assert held is not None, re.sub(r"<[^>]+>", " ", look)
    assert office.clerk.post(f"{path}take/", {"held": held[1]}).status == 302
    return len(sheets)


def answer_on_paper(office: Office, department: int, sheets: Sequence[Sheet]) -> int:
    """Sheets of paper that the office types in, one person at a time."""
    path = f"{office.path}departments/{department}/"
    members = {
        name: pk for pk, name in re.findall(r'<option value="(\d+)"[^>]*>(職員\d{4})<', office.clerk.get(path).text)
    }
    for one in sheets:
        typed = {f"item{place}": WORDS[word] for place, word in one.answers.items()}
        assert office.clerk.post(path, {"member": members[one.name_ja], **typed}).status == 302
    return len(sheets)


def filled(data: bytes, people: Mapping[str, Sheet]) -> bytes:
    """The workbook with the answers of these people in their columns, as a person would type them."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    columns = {
        column_letter(place): people[str(name)]
        for row in rows[: FIRST_ROW - 1]
        for place, name in enumerate(row)
        if str(name) in people
    }
    assert len(columns) == len(people), (len(columns), len(people))

    def typed(found: re.Match[bytes]) -> bytes:
        sheet, place = columns.get(found[1].decode()), int(found[2]) - FIRST_ROW + 1
        word = sheet.answers.get(place) if sheet else None
        if word is None:
            return found[0]
        return b'<c r="%s%s"%s t="inlineStr"><is><t>%s</t></is></c>' % (found[1], found[2], found[3], word.encode())

    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as to:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = re.sub(rb'<c r="([A-Z]+)(\d+)"((?: s="\d+")?)/>', typed, content)
            to.writestr(name, content)
    return target.getvalue()
