"""Which answers or counts does a file of a past year hold, read by a mapping? What the mapping does not say is refused.

A pipeline: tables of the file, those with the mapped headings, their rows, records. Rows that are refused have their
place; nothing of a file with refusals may be taken.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import fold_code, matching_key
from kansa.formats.past_answers.mapping import Mapping
from kansa.formats.past_answers.tables import PastTable, heading_key, past_tables
from kansa.formats.records import AnswerRecord, Source
from kansa.formats.tables import at_most

_WHOLE = re.compile(r"\d{1,3}(,\d{3})+|\d{1,9}")
MOST_COUNT = 10_000_000
COUNTED = ("yes", "no", "not_applicable", "blank", "respondents")


@dataclass(frozen=True, slots=True)
class CountRecord:
    """How many people of a department gave each answer to an item; `respondents` None when the table does not say."""

    fiscal_year: int
    department: str
    item_code: str
    yes: int
    no: int
    not_applicable: int
    blank: int | None
    respondents: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class PastAnswers:
    """What a file holds. `unfinished`: rows left out because they were not submitted."""

    answers: tuple[AnswerRecord, ...] = ()
    counts: tuple[CountRecord, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unfinished: int = 0


def read_past_answers(data: bytes, file_name: str, mapping: Mapping, fiscal_year: int) -> PastAnswers:
    """The records of a file; every refusal with file, sheet, row and column."""
    faults = mapping.faults()
    if faults:
        return PastAnswers(refusals=tuple(faults))
    wanted = [heading for heading, role in mapping.columns if role]
    tables, refusals = past_tables(data, file_name, frozenset(map(heading_key, wanted)))
    fitting = [one for one in tables if _fits(one, wanted)]
    found = list(refusals)
    if tables and not fitting:
        listed = "、".join(f"「{one}」" for one in wanted[:5])
        reason = f"対応表の見出し（{listed}など）のある表がありません。見出しが変わったときは対応表を直してください。"
        found.append(Refusal("no_mapped_table", reason, Place(file_name)))
    sha256 = hashlib.sha256(data).hexdigest()
    readers = [_TableReader(one, mapping, fiscal_year, file_name, sha256) for one in fitting]
    answers: list[AnswerRecord] = []
    counts: list[CountRecord] = []
    for reader in readers:
        if mapping.layout == "answers":
            answers += reader.answers()
        else:
            counts += reader.counts()
        found += reader.refusals
    unfinished = sum(reader.unfinished for reader in readers)
    if fitting and not answers and not counts and not found:
        reason = "送信された回答が一つもありません。" if unfinished else "見出しの下に行がありません。"
        found.append(Refusal("no_rows", reason, Place(file_name)))
    return PastAnswers(tuple(answers), tuple(counts), at_most(found, file_name), unfinished)


def _fits(table: PastTable, wanted: Sequence[str]) -> bool:
    keys = {heading_key(one) for one in table.headings}
    return any(heading_key(one) in keys for one in wanted)


class _TableReader:
    """Reads one table; collects refusals as it goes."""

    def __init__(self, table: PastTable, mapping: Mapping, fiscal_year: int, file_name: str, sha256: str) -> None:
        self.table = table
        self.mapping = mapping
        self.fiscal_year = fiscal_year
        self.file_name = file_name
        self.sha256 = sha256
        self.refusals: list[Refusal] = []
        self.unfinished = 0
        places = {heading_key(heading): at for at, heading in enumerate(table.headings)}
        self.at = {
            heading: places[heading_key(heading)] for heading, _ in mapping.columns if heading_key(heading) in places
        }
        self.roles = {role: heading for heading, role in mapping.columns if role}
        self.means = {matching_key(text): answer for text, answer in mapping.answers if answer}
        self.items = {matching_key(text): code for text, code in mapping.items if code}

    def _refuse(self, code: str, reason_ja: str, number: int, heading: str = "") -> None:
        self.refusals.append(Refusal(code, reason_ja, Place(self.file_name, self.table.sheet, number, heading)))

    def _rows(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rows to be read, once every mapped heading is there."""
        missing = [heading for heading, role in self.mapping.columns if role and heading not in self.at]
        for heading in missing:
            reason = f"対応表にある列「{heading[:40]}」がこの表にありません。"
            self._refuse("missing_column", reason, self.table.header_row, heading[:40])
        if missing:
            return
        used = {self.at[heading] for heading, role in self.mapping.columns if role}
        merged = {(number, column) for number, column in self.table.merged if column in used}
        for number, column in sorted(merged)[:1]:
            reason = "結合されたセルは、どの行の値か分かりません。結合を解除して、それぞれに入力してください。"
            self._refuse("merged_cell", reason, number, self.table.headings[column])
        if not merged:
            yield from self.table.rows

    def _cell(self, row: tuple[str, ...], role: str) -> str:
        heading = self.roles.get(role)
        return row[self.at[heading]] if heading else ""

    def _department(self, number: int, row: tuple[str, ...]) -> str:
        if "department" not in self.roles:
            return self.mapping.department
        name = self._cell(row, "department")
        if not name:
            self._refuse("blank_cell", "所属が空欄です。", number, self.roles["department"])
        return name

    def answers(self) -> Iterator[AnswerRecord]:
        """One record a row."""
        seen: dict[str, int] = {}
        columns = self.mapping.item_columns()
        for number, row in self._rows():
            if "submitted" in self.roles and not self._cell(row, "submitted"):
                self.unfinished += 1
                continue
            before = len(self.refusals)
            department = self._department(number, row)
            respondent = fold_code(self._cell(row, "respondent"))
            if "respondent" in self.roles and not respondent:
                self._refuse("blank_cell", "回答者番号が空欄です。", number, self.roles["respondent"])
            if respondent and seen.setdefault(respondent, number) != number:
                reason = f"回答者番号が{seen[respondent]}行目と重複しています。一つにしてください。"
                self._refuse("duplicate", reason, number, self.roles["respondent"])
            found = tuple(self._answer(number, row, heading, code) for heading, code in columns)
            if len(self.refusals) == before:
                source = Source(self.sha256, self.file_name, self.table.sheet, number)
                yield AnswerRecord(self.fiscal_year, respondent, department, found, source)

    def _answer(self, number: int, row: tuple[str, ...], heading: str, code: str) -> tuple[str, str]:
        text = row[self.at[heading]]
        answer = self.means.get(matching_key(text), "" if text else "blank")
        if not answer:
            reason = f"回答「{text[:40]}」の意味が対応表にありません。意味を選ぶか、列を使わないことにしてください。"
            self._refuse("unknown_answer", reason, number, heading[:60])
        return code, answer

    def counts(self) -> Iterator[CountRecord]:
        """One record a row."""
        seen: dict[tuple[str, str], int] = {}
        for number, row in self._rows():
            before = len(self.refusals)
            department, text = self._department(number, row), self._cell(row, "item")
            item = self.items.get(matching_key(text), "")
            if not item:
                reason = f"「{text[:40]}」がどの点検項目か対応表にありません。" if text else "点検項目が空欄です。"
                self._refuse("unknown_item", reason, number, self.roles["item"])
            elif seen.setdefault((department, item), number) != number:
                reason = f"同じ所属の同じ項目が{seen[department, item]}行目にもあります。一つにしてください。"
                self._refuse("duplicate", reason, number, self.roles["item"])
            found = {role: self._count(number, row, role) for role in COUNTED if role in self.roles}
            self._check_sum(number, found)
            if len(self.refusals) == before:
                source = Source(self.sha256, self.file_name, self.table.sheet, number)
                yes, no, none = (found.get(role) or 0 for role in ("yes", "no", "not_applicable"))
                yield CountRecord(
                    self.fiscal_year,
                    department,
                    item,
                    yes,
                    no,
                    none,
                    found.get("blank"),
                    found.get("respondents"),
                    source,
                )

    def _count(self, number: int, row: tuple[str, ...], role: str) -> int | None:
        text = fold_code(self._cell(row, role))
        if not text and role in ("not_applicable", "blank", "respondents"):
            return None
        if _WHOLE.fullmatch(text) is None or int(text.replace(",", "")) > MOST_COUNT:
            reason = f"人数「{text[:40]}」は読めません。０以上の整数にしてください（割合からは人数が分かりません）。"
            self._refuse("bad_number", reason, number, self.roles[role])
            return None
        return int(text.replace(",", ""))

    def _check_sum(self, number: int, found: dict[str, int | None]) -> None:
        given = sum(found.get(role) or 0 for role in ("yes", "no", "not_applicable", "blank"))
        total = found.get("respondents")
        if total is not None and (given > total or (found.get("blank") is not None and given != total)):
            reason = f"人数の合計（{given:,}）が回答者数（{total:,}）と合いません。"
            self._refuse("sum_differs", reason, number, self.roles["respondents"])
