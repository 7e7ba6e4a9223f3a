"""How is a checklist edited on the screen? Each edit makes the wanted list out of the standing one.

The wanted list is then planned and applied as if a file had said it, so that a typed list and an imported one can
never hold different things. A frozen year never changes here; an item that was used keeps the words it was used with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from kansa.apps.controls import models
from kansa.apps.controls.actions.importing import plan_checklist
from kansa.apps.controls.queries import answering_of, asked_sha256, item_record, item_stamp, items_of, used_items
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import ChangeSummary, ImportOptions, Typed, apply_plan, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.folding import fold_code, fold_prose
from kansa.formats.readers.checklist import CHECKS, TABLE
from kansa.formats.records import ChecklistItemRecord, Source
from kansa.formats.words import STREAMS

IsFrozen = Callable[[int, int], bool]  # (municipality, fiscal year); annual_report stands above and hands it in
IsAsked = Callable[[int, int, str], bool]  # (municipality, fiscal year, stream): people are answering its items
COLUMNS = {one.key: one for one in TABLE.columns}
CHANGES = ("carried", "editorial", "revised")


def nobody_asks(_municipality_id: int, _fiscal_year: int, _stream: str) -> bool:
    """Where nothing above the checklists asks their items."""
    return False


@dataclass(frozen=True, slots=True)
class Holds:
    """What keeps a checklist as it is; both are known above and handed in by config.urls."""

    is_frozen: IsFrozen
    is_asked: IsAsked = nobody_asks


@dataclass(frozen=True, slots=True)
class ListKey:
    """Which checklist, and who can say whether its year is frozen and whether its items are being answered."""

    fiscal_year: int
    stream: str
    is_frozen: IsFrozen
    is_asked: IsAsked = nobody_asks

    def ja(self) -> str:
        """令和７年度の内部監査."""
        return f"{era_year_ja(self.fiscal_year)}の{STREAMS.ja[self.stream]}"


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """What was typed for an item. `change`: one of CHANGES, "" when nothing was chosen; `place`: 1 = the first."""

    domain_ja: str
    text_ja: str
    criteria_ja: str = ""
    change: str = ""
    place: int = 0
    code: str = ""
    same_as_code: str = ""
    policy_clause: str = ""
    mic_number: str = ""
    jis_number: str = ""
    law_ja: str = ""
    edition_ja: str = ""
    answer_kind: str = "yes_no"
    levels_ja: str = ""
    met_from: int | None = None
    asked_of: str = ""

    def values(self) -> dict[str, Any]:
        """What was typed as a file's cells would be read; code, change and place stand apart."""
        lines = ("domain_ja", "policy_clause", "mic_number", "jis_number", "law_ja", "edition_ja")
        return {
            **{name: " ".join(fold_prose(getattr(self, name)).split()) for name in lines},
            "text_ja": fold_prose(self.text_ja),
            "criteria_ja": fold_prose(self.criteria_ja),
            "same_as_code": fold_code(self.same_as_code),
            "answer_kind": self.answer_kind,
            "levels": several(self.levels_ja, "levels"),
            "met_from": self.met_from,
            "asked_of": several(self.asked_of, "asked_of"),
        }


def several(text: str, key: str) -> object:
    """Words as the cell of a file would be read: one a line, or with 「、」 between."""
    return COLUMNS[key].kind.parse(text, COLUMNS[key]) if text.strip() else ()


@dataclass(frozen=True, slots=True)
class Standing:
    """The list as it stands: items and their records, in one order, and last year's items by code."""

    items: tuple[models.ControlItem, ...]
    records: tuple[ChecklistItemRecord, ...]
    before: dict[str, ChecklistItemRecord]

    def at(self, item_id: int) -> int:
        """The place of an item. Raises RuleError when it is gone."""
        for place, item in enumerate(self.items):
            if item.pk == item_id:
                return place
        raise RuleError("no_such_item", "この項目は、ほかの人の操作により既にありません。一覧を開き直してください。")

    def has(self, code: str) -> bool:
        """Whether a code is asked this year."""
        return any(one.code == code and one.lineage != "dropped" for one in self.records)


def typed() -> Source:
    """The source of what was typed; a new one each time, because the shared checks tell rows apart by it."""
    return Source("", "", "", 0)


def fault(code: str, reason_ja: str, field_ja: str) -> InputError:
    """A fault of one field of the form."""
    return InputError(Refusal(code, reason_ja, Place(column=field_ja)))


def edit(
    actor: Actor,
    key: ListKey,
    act: str,
    subject: str,
    change: Callable[[Standing], Sequence[ChecklistItemRecord]],
    reason_ja: str = "",
) -> ChangeSummary:
    """One edit of one list. Raises RuleError for a frozen year or a used item, InputError for a wrong list.

    `reason_ja`: why, where the act asks for it; kept in the trail.
    """
    require(actor, "manage_checklist")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if key.is_frozen(actor.municipality_id, key.fiscal_year):
            reason = f"{key.ja()}のチェックリストは、年度が凍結済みのため変えられません。"
            raise RuleError("frozen_year", reason)
        if key.is_asked(actor.municipality_id, key.fiscal_year, key.stream):
            reason = f"{key.ja()}は承認されたか実施を始めたため、項目を変えられません。"
            raise RuleError("items_asked", f"{reason}翌年度のチェックリストで見直してください。")
        standing = standing_list(actor.municipality_id, key)
        wanted = list(change(standing))
        if not wanted:
            raise RuleError("last_item", "チェックリストの最後の項目は取り消せません。")
        faults = [refusal for check in CHECKS for refusal in check(wanted)]
        if faults:
            raise InputError(*(Refusal(one.code, one.reason_ja, Place(column=one.place.column)) for one in faults))
        keep_used_words(standing, wanted)
        plan = plan_checklist(actor.municipality_id, wanted, ImportOptions())
        files = {item.source_file.sha256: item.source_file.pk for item in standing.items if item.source_file}
        typed = Typed(
            "manage_checklist",
            act,
            f"{key.fiscal_year} {key.stream} {subject}",
            values={"reason_ja": reason_ja} if reason_ja else {},
            object_kind="checklist",
            files=files,
        )
        return apply_plan(actor, plan, (), typed)


def standing_list(municipality_id: int, key: ListKey) -> Standing:
    """The list and the one before it. Two queries."""
    items = items_of(municipality_id, key.fiscal_year, key.stream)
    prior = map(item_record, items_of(municipality_id, key.fiscal_year - 1, key.stream))
    before = {one.code: one for one in prior if one.lineage != "dropped"}
    return Standing(tuple(items), tuple(map(item_record, items)), before)


def keep_used_words(standing: Standing, wanted: Sequence[ChecklistItemRecord]) -> None:
    """Raises RuleError when an item that judgements, findings or answers refer to would go or ask something else."""
    asked = {one.code: asked_sha256(one) for one in wanted if one.lineage != "dropped"}
    touched = [
        item
        for item in standing.items
        if item.lineage != "dropped" and asked.get(item.code) != asked_sha256(item_record(item))
    ]
    used = used_items(touched) if touched else set()
    codes = "、".join(item.code for item in touched if item.pk in used)
    if codes:
        raise RuleError(
            "item_in_use",
            f"項目「{codes}」は、この年度の判定・検出事項・回答に使われているため、文言を変えたり廃止したりできません。"
            "翌年度のチェックリストで見直してください。",
        )


def copy_last_year(actor: Actor, key: ListKey) -> ChangeSummary:
    """Begins the list with last year's items, all carried. Raises RuleError when there is a list, or none before."""

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        if standing.items:
            raise RuleError("list_exists", f"{key.ja()}のチェックリストは既にあります。複製は空の年度にだけできます。")
        if not standing.before:
            raise RuleError("nothing_to_copy", f"{key.ja()}に複製できる前年度のチェックリストがありません。")
        return [carried(one, key.fiscal_year) for one in standing.before.values()]

    return edit(actor, key, "copy", "", change)


def carried(prior: ChecklistItemRecord, fiscal_year: int) -> ChecklistItemRecord:
    """Last year's item as it stands unchanged in `fiscal_year`."""
    return replace(
        prior, fiscal_year=fiscal_year, lineage="carried", prior_code=prior.code, is_editorial=False, source=typed()
    )


def edit_item(actor: Actor, key: ListKey, item_id: int, wanted: ItemEdit, stamp: str) -> ChangeSummary:
    """Changes words, references and place of an item. `stamp`: item_stamp of what the form was opened on.

    Raises InputError when the words differ from last year's and nobody said how; RuleError "conflict" when somebody
    else has changed the item meanwhile.
    """

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        place = standing.at(item_id)
        record = standing.records[place]
        if record.lineage == "dropped":
            raise RuleError("dropped_item", "廃止した項目は編集できません。先に廃止を取り消してください。")
        if item_stamp(record) != stamp:
            raise RuleError(
                "conflict",
                "この項目は、画面を開いた後にほかの人が変えました。今の内容を確かめて、もう一度保存してください。",
            )
        values = wanted.values()
        is_touched = any(getattr(record, name) != value for name, value in values.items())
        changed = replace(record, **values)
        changed = replace(changed, source=typed()) if is_touched else changed
        check_words(changed)
        others = [one for number, one in enumerate(standing.records) if number != place]
        rank = sum(1 for one in standing.records[: place + 1] if one.lineage != "dropped")
        place = place if wanted.place == rank else place_in(others, wanted.place, place)
        others.insert(place, with_lineage(changed, standing.before, wanted.change))
        return others

    return edit(actor, key, "edit", str(item_id), change)


def place_in(others: Sequence[ChecklistItemRecord], wanted: int, standing: int) -> int:
    """Where in the list the `wanted`-th asked item goes (1 = first); 0 leaves it where it stands."""
    if wanted < 1:
        return standing
    asked = [number for number, one in enumerate(others) if one.lineage != "dropped"]
    return asked[wanted - 1] if wanted <= len(asked) else len(others)


def check_words(record: ChecklistItemRecord) -> None:
    """Raises InputError for an item without words."""
    if not record.domain_ja:
        raise fault("no_domain", "領域を入力してください。", "領域")
    if not record.text_ja:
        raise fault("no_text", "項目の本文を入力してください。", "項目")


def with_lineage(
    record: ChecklistItemRecord, before: dict[str, ChecklistItemRecord], change: str
) -> ChecklistItemRecord:
    """The item with the lineage that its words allow. Raises InputError when a choice is missing or contradicts them.

    An added item stays added. Where last year's item is not recorded, the words prove nothing and the choice stands.
    """
    if record.lineage == "added":
        return record
    prior = before.get(record.prior_code)
    if prior is None:
        chosen = change or ("editorial" if record.is_editorial else record.lineage)
    elif asked_sha256(prior) == asked_sha256(record):
        chosen = "carried"
    elif change in ("editorial", "revised"):
        chosen = change
    else:
        told = "文言" if answering_of(prior) == answering_of(record) else "文言又は回答のしかた"
        reason = f"前年度と{told}が異なります。意味が変わるなら「見直し」、変わらないなら「字句修正」を選んでください。"
        raise fault("lineage_needed", reason, "前年度との関係")
    if chosen not in CHANGES:
        raise fault("lineage_needed", "一覧から選んでください。", "前年度との関係")
    lineage = "carried" if chosen == "editorial" else chosen
    return replace(record, lineage=lineage, is_editorial=chosen == "editorial")


def add_items(actor: Actor, key: ListKey, wanted: Sequence[ItemEdit]) -> ChangeSummary:
    """Adds new items, each at its place or at the end. Raises InputError for a code that is missing or taken."""

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        records = list(standing.records)
        for one in wanted:
            code = fold_code(one.code)
            if not code or len(code) > 40 or "\n" in code:
                raise fault("bad_code", "項目コードを40文字以内で入力してください。", "項目コード")
            if any(record.code == code and record.lineage != "dropped" for record in records):
                raise fault("code_taken", f"項目コード「{code}」は既に使われています。", "項目コード")
            record = ChecklistItemRecord(
                fiscal_year=key.fiscal_year,
                stream=key.stream,
                code=code,
                lineage="added",
                prior_code="",
                is_editorial=False,
                source=typed(),
                **one.values(),
            )
            check_words(record)
            records.insert(place_in(records, one.place, len(records)), record)
        return records

    return edit(actor, key, "add", "、".join(one.code for one in wanted)[:100], change)


def drop_item(actor: Actor, key: ListKey, item_id: int, reason_ja: str = "") -> ChangeSummary:
    """Takes an item off the list: one that was added this year goes, any other one is kept as dropped, with the reason.

    Raises RuleError for an item of earlier years that would be dropped without a reason.
    """
    kept: list[str] = []

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        place = standing.at(item_id)
        records = list(standing.records)
        record = records.pop(place)
        if record.lineage == "dropped":
            raise RuleError("dropped_item", "この項目は既に廃止しています。")
        if record.lineage != "added":
            check_reason(reason_ja)
            prior = standing.before.get(record.prior_code)
            stays = carried(prior, key.fiscal_year) if prior else record
            records.insert(place, replace(stays, lineage="dropped", is_editorial=False, source=typed()))
            kept.append(stays.code)
        return records

    with transaction.atomic():
        done = edit(actor, key, "drop", str(item_id), change, " ".join(reason_ja.split()))
        keep_reason(actor, key, kept, reason_ja)
    return done


def check_reason(reason_ja: str) -> None:
    """Raises RuleError without a reason."""
    if not reason_ja.strip():
        raise RuleError("no_reason", "廃止する理由を入力してください。")


def keep_reason(actor: Actor, key: ListKey, codes: Sequence[str], reason_ja: str) -> None:
    """Writes the reason to the items that were dropped just now; moving them in the list does not touch it."""
    models.ControlItem.objects.filter(
        municipality_id=actor.municipality_id,
        checklist__fiscal_year=key.fiscal_year,
        checklist__stream=key.stream,
        lineage="dropped",
        code__in=codes,
    ).update(dropped_reason_ja=" ".join(reason_ja.split()))


def restore_item(actor: Actor, key: ListKey, item_id: int) -> ChangeSummary:
    """Undoes this year's change of an item: last year's words and references again, carried; also for a dropped one."""

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        place = standing.at(item_id)
        records = list(standing.records)
        record = records[place]
        if record.lineage == "added":
            raise RuleError("added_item", "今年度に加えた項目です。取りやめるときは削除してください。")
        prior = standing.before.get(record.prior_code)
        if prior is None and record.lineage != "dropped":
            raise RuleError("no_prior_item", "前年度の項目が登録されていないため、元に戻せません。")
        if record.lineage == "dropped" and standing.has(record.code):
            reason = f"項目コード「{record.code}」は、今年度の別の項目に使われています。"
            raise RuleError("code_taken", reason)
        back = carried(prior, key.fiscal_year) if prior else replace(record, lineage="carried", source=typed())
        records[place] = replace(back, code=record.code)
        return records

    return edit(actor, key, "restore", str(item_id), change)


def take_over(actor: Actor, key: ListKey, prior_code: str, lineage: str, reason_ja: str = "") -> ChangeSummary:
    """Accounts for an item of last year that this year's list does not tell of: carried, or dropped with a reason."""
    if lineage not in ("carried", "dropped"):
        raise RuleError("bad_lineage", "「継続」か「廃止」を選んでください。")
    is_dropped = lineage == "dropped"

    def change(standing: Standing) -> list[ChecklistItemRecord]:
        prior = standing.before.get(prior_code)
        if prior is None or any(one.prior_code == prior_code for one in standing.records):
            raise RuleError("no_such_item", "この項目は、既に今年度の項目に引き継がれているか、前年度にありません。")
        if not is_dropped and standing.has(prior_code):
            raise RuleError("code_taken", f"項目コード「{prior_code}」は、今年度の別の項目に使われています。")
        if is_dropped:
            check_reason(reason_ja)
        return [*standing.records, replace(carried(prior, key.fiscal_year), lineage=lineage)]

    with transaction.atomic():
        done = edit(actor, key, "take_over", prior_code, change, " ".join(reason_ja.split()) if is_dropped else "")
        keep_reason(actor, key, [prior_code] if is_dropped else [], reason_ja)
    return done
