"""What does a worksheet that came back change, and where did somebody change the same on the screen meanwhile?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries.entries import TOGETHER, Entry, entry_from, entry_of, mark_of
from kansa.apps.assessment.queries.worksheets import digest_of
from kansa.apps.controls.queries import active_items
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.queries import WORKSHEET_KEY, derived_key
from kansa.core.errors import InputError, Place, Refusal
from kansa.core.three_way import MergedField, merge
from kansa.formats.records import JudgementRecord, ReadResult
from kansa.formats.worksheets import Written, read_base, read_worksheet

Row = Judgement | AuditorJudgement


@dataclass(frozen=True, slots=True)
class MergedItem:
    """One item of the sheet beside what stands on the screen. `row` is None before the first own judgement."""

    record: JudgementRecord
    row: Row | None
    mine: Entry
    theirs: Entry
    fields: tuple[MergedField, ...]

    @property
    def code(self) -> str:
        """The item's code."""
        return self.record.item_code

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The fields that both changed to different values."""
        return tuple(field.name for field in self.fields if field.kind == "conflict")

    @property
    def merged(self) -> Entry | None:
        """What comes out; None while a person has to choose."""
        if self.conflicts:
            return None
        return entry_from({field.name: str(field.value) for field in self.fields})

    @property
    def kind(self) -> str:
        """same, kept (only the screen changed), changed (the sheet changes something) or conflict."""
        if self.conflicts:
            return "conflict"
        if self.mine == self.theirs:
            return "same"
        return "kept" if self.merged == self.theirs else "changed"


@dataclass(frozen=True, slots=True)
class Merge:
    """All items of a sheet. `seen`: a mark of what stood on the screen when it was compared."""

    items: tuple[MergedItem, ...]
    seen: str

    def of_kind(self, kind: str) -> list[MergedItem]:
        """The items of one kind, in the order of the sheet."""
        return [one for one in self.items if one.kind == kind]


def read_returned(engagement: Engagement, data: bytes, name: str) -> ReadResult:
    """The sheet's judgements. Raises InputError with every refusal, and when it belongs to something else."""
    result = read_worksheet(data, name, derived_key(WORKSHEET_KEY))
    if result.refusals or result.meta is None:
        raise InputError(*result.refusals)
    told = result.meta
    if (told.fiscal_year, told.engagement_code) != (engagement.fiscal_year, engagement.code):
        reason = f"これは実施計画「{told.engagement_code}」（{told.fiscal_year}年度）の監査調書です。"
        raise InputError(Refusal("other_engagement", reason, Place(name)))
    items = active_items(engagement.municipality_id, [engagement.fiscal_year])
    if digest_of(items.get((engagement.fiscal_year, engagement.stream), {}).values()) != told.checklist_sha256:
        reason = "この監査調書の書き出し後に、チェックリストが変わっています。書き出し直してください。"
        raise InputError(Refusal("checklist_changed", reason, Place(name)))
    return result


def standing_rows(engagement: Engagement, own: int | None) -> dict[str, Row]:
    """Item code -> what stands now; with `own` what that account judged apart. One query, rows locked for an act."""
    key = {"municipality_id": engagement.municipality_id, "engagement": engagement}
    rows: list[Row]
    if own is None:
        rows = list(Judgement.objects.filter(**key).select_related("item"))
    else:
        rows = list(AuditorJudgement.objects.filter(**key, account_id=own).select_related("item"))
    return {row.item.code: row for row in rows}


def entry_written(written: Written) -> Entry:
    """What stood in a cell row when the sheet was written."""
    state, level, reason_ja, evidence_ja, methods = written
    return Entry(mark_of(state, level), reason_ja, evidence_ja, ",".join(methods))


def merge_of(engagement: Engagement, result: ReadResult, own: int | None) -> Merge:
    """The sheet compared with what stands now."""
    rows = standing_rows(engagement, own)
    base = read_base(result.meta.base if result.meta else "")
    found = []
    for record in result.records:
        if not isinstance(record, JudgementRecord):
            raise TypeError(type(record).__name__)
        row = rows.get(record.item_code)
        theirs = entry_of(row)
        mine = Entry(
            mark_of(record.state, record.level), record.reason_ja, record.evidence_ja, ",".join(record.methods)
        )
        written = base.get(record.item_code)
        was = entry_written(written) if written else Entry()
        fields = merge(was.as_record(), mine.as_record(), theirs.as_record(), TOGETHER)
        found.append(MergedItem(record, row, mine, theirs, fields))
    versions = ",".join(f"{code}:{row.version}" for code, row in sorted(rows.items()))
    return Merge(tuple(found), hashlib.sha256(versions.encode()).hexdigest())
