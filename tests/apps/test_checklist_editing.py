"""What may be edited in a checklist on the screen, and what is refused?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kansa.apps.controls.actions import (
    ItemEdit,
    ListKey,
    add_items,
    copy_last_year,
    drop_item,
    edit_item,
    restore_item,
    take_over,
)
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import checklist_records, item_record, item_stamp, lineage_view
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from tests.builders import YEAR, build_audit, build_city, finding, imported, item, judgement
from tests.cast import CITY, CLERK, OTHER_CLERK, VIEWER

NEXT = YEAR + 1
STREAM = "external_audit"
KEY = ListKey(NEXT, STREAM, lambda _city, _year: False)
FROZEN = ListKey(NEXT, STREAM, lambda _city, year: year == NEXT)

pytestmark = pytest.mark.django_db


@pytest.fixture
def copied() -> None:
    """Last year's list A1, A2 and this year's copy of it."""
    build_city()
    build_audit()
    copy_last_year(CLERK, KEY)


def found(code: str, fiscal_year: int = NEXT, **filters: object) -> ControlItem:
    return ControlItem.objects.select_related("checklist", "source_file").get(
        code=code, checklist__fiscal_year=fiscal_year, checklist__stream=STREAM, **filters
    )


def typed(code: str, **changes: object) -> ItemEdit:
    """The form of an item as it stands, with changes."""
    one = found(code)
    return replace(ItemEdit(one.domain_ja, one.text_ja, one.criteria_ja), **changes)  # type: ignore[arg-type]


def save(code: str, actor: Actor = CLERK, key: ListKey = KEY, stamp: str = "", **changes: object) -> None:
    one = found(code)
    edit_item(actor, key, one.pk, typed(code, **changes), stamp or item_stamp(item_record(one)))


def codes() -> list[str]:
    return [line.item.code for line in lineage_view(CITY, NEXT, STREAM).lines]


@pytest.mark.usefixtures("copied")
def test_every_item_of_last_year_is_carried_with_its_code() -> None:
    records = checklist_records(CITY, NEXT, STREAM)
    assert [(one.code, one.lineage, one.prior_code) for one in records] == [
        ("A1", "carried", "A1"),
        ("A2", "carried", "A2"),
    ]
    before = checklist_records(CITY, YEAR, STREAM)
    assert [one.text_ja for one in records] == [one.text_ja for one in before]


@pytest.mark.usefixtures("copied")
def test_a_list_is_copied_into_an_empty_year_only() -> None:
    with pytest.raises(RuleError, match="既にあります"):
        copy_last_year(CLERK, KEY)
    with pytest.raises(RuleError, match="複製できる前年度"):
        copy_last_year(CLERK, replace(KEY, stream="internal_audit"))


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize("change", ["", "carried"])
def test_other_words_need_to_be_called_revised_or_editorial(change: str) -> None:
    with pytest.raises(InputError) as told:
        save("A1", text_ja="別のことを行っているか", change=change)
    assert told.value.refusals[0].place.column == "前年度との関係"
    assert found("A1").text_ja == "項目A1を行っているか"


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize(
    ("change", "lineage", "is_editorial"), [("revised", "revised", False), ("editorial", "carried", True)]
)
def test_the_choice_becomes_the_lineage(change: str, lineage: str, is_editorial: bool) -> None:
    save("A1", text_ja="別のことを行っているか", change=change)
    one = found("A1")
    assert (one.lineage, one.is_editorial, one.prior_code) == (lineage, is_editorial, "A1")
    line = lineage_view(CITY, NEXT, STREAM).lines[0]
    assert "".join(part.text for part in line.text if part.kind != "inserted") == "項目A1を行っているか"


@pytest.mark.usefixtures("copied")
def test_with_last_years_words_again_an_item_is_carried() -> None:
    save("A1", text_ja="別のこと", change="revised")
    save("A1", text_ja="項目A1を\n行っているか", change="revised")  # a line break asks nothing new
    assert found("A1").lineage == "carried"


@pytest.mark.usefixtures("copied")
def test_references_change_without_touching_the_lineage() -> None:
    save("A1", mic_number="120", edition_ja="令和７年３月版", domain_ja="物理的")
    one = found("A1")
    assert (one.lineage, one.mic_number, one.domain_ja) == ("carried", "120", "物理的")


@pytest.mark.usefixtures("copied")
def test_an_added_item_stands_where_it_was_put_and_stays_added() -> None:
    add_items(CLERK, KEY, [ItemEdit("人的", "新しいことを行っているか", code="Ｎ１", place=2)])
    assert codes() == ["A1", "N1", "A2"]
    save("N1", text_ja="もっと新しいことを行っているか")
    assert (found("N1").lineage, found("N1").prior_code) == ("added", "")
    drop_item(CLERK, KEY, found("N1").pk)
    assert not ControlItem.objects.filter(code="N1").exists()


@pytest.mark.usefixtures("copied")
def test_a_code_is_used_once() -> None:
    with pytest.raises(InputError, match="既に使われて"):
        add_items(CLERK, KEY, [ItemEdit("人的", "新しいこと", code="A2")])


@pytest.mark.usefixtures("copied")
def test_items_change_places() -> None:
    save("A1", place=2)
    assert codes() == ["A2", "A1"]


@pytest.mark.usefixtures("copied")
def test_a_dropped_item_is_kept_and_comes_back() -> None:
    drop_item(CLERK, KEY, found("A1").pk, "条例の廃止")
    view = lineage_view(CITY, NEXT, STREAM)
    assert ([line.item.code for line in view.lines], [line.item.code for line in view.dropped]) == (["A2"], ["A1"])
    assert view.unaccounted == ()
    assert view.counts == {"carried": 1, "editorial": 0, "revised": 0, "added": 0, "dropped": 1}
    restore_item(CLERK, KEY, found("A1").pk)
    assert codes() == ["A1", "A2"]
    assert found("A1").lineage == "carried"


@pytest.mark.usefixtures("copied")
def test_a_dropped_item_keeps_why_it_was_dropped() -> None:
    for reason_ja in ("", " 　"):
        with pytest.raises(RuleError, match="廃止する理由"):
            drop_item(CLERK, KEY, found("A1").pk, reason_ja)
    assert codes() == ["A1", "A2"]
    drop_item(CLERK, KEY, found("A1").pk, "  条例の廃止に\n伴うため ")
    assert found("A1").dropped_reason_ja == "条例の廃止に 伴うため"
    event = Event.objects.filter(object_kind="checklist", verb="drop").get()
    assert event.after["reason_ja"] == "条例の廃止に 伴うため"
    add_items(CLERK, KEY, [ItemEdit("人的", "新しいこと", code="N1", place=1)])  # moves the others
    assert found("A1").dropped_reason_ja == "条例の廃止に 伴うため"
    restore_item(CLERK, KEY, found("A1").pk)
    assert found("A1").dropped_reason_ja == ""


@pytest.mark.usefixtures("copied")
def test_undo_brings_last_years_words_back() -> None:
    save("A1", text_ja="別のこと", change="revised", mic_number="9")
    restore_item(CLERK, KEY, found("A1").pk)
    one = found("A1")
    assert (one.text_ja, one.lineage, one.mic_number) == ("項目A1を行っているか", "carried", "")


@pytest.mark.usefixtures("copied")
def test_an_item_of_last_year_that_is_not_told_of_is_accounted_for() -> None:
    imported("checklist", [item("A2", fiscal_year=NEXT)])
    assert [one.code for one in lineage_view(CITY, NEXT, STREAM).unaccounted] == ["A1"]
    with pytest.raises(RuleError, match="廃止する理由"):
        take_over(CLERK, KEY, "A1", "dropped")
    take_over(CLERK, KEY, "A1", "dropped", "条例の廃止")
    assert found("A1").dropped_reason_ja == "条例の廃止"
    assert lineage_view(CITY, NEXT, STREAM).unaccounted == ()
    with pytest.raises(RuleError, match="既に今年度の項目に引き継がれている"):
        take_over(CLERK, KEY, "A1", "carried")


def test_a_used_item_keeps_its_words() -> None:
    """Judged or found against in that year: the words stay, the references may change."""
    build_city()
    build_audit()
    imported("judgements", [judgement("A1")])
    imported("findings", [finding(item_code="A2")])
    key = replace(KEY, fiscal_year=YEAR)
    for code in ("A1", "A2"):
        one = found(code, YEAR)
        stamp = item_stamp(item_record(one))
        with pytest.raises(RuleError, match="文言を変えたり"):
            edit_item(CLERK, key, one.pk, ItemEdit("人的", "別のこと", change="revised"), stamp)
        with pytest.raises(RuleError, match="文言を変えたり"):
            drop_item(CLERK, key, one.pk, "試験")
        edit_item(CLERK, key, one.pk, ItemEdit("物理的", one.text_ja, one.criteria_ja, "carried"), stamp)
    assert found("A1", YEAR).judgements.count() == 1


@pytest.mark.usefixtures("copied")
def test_a_frozen_year_never_changes() -> None:
    one = found("A1")
    stamp = item_stamp(item_record(one))
    for act in (
        lambda: edit_item(CLERK, FROZEN, one.pk, typed("A1", domain_ja="別"), stamp),
        lambda: add_items(CLERK, FROZEN, [ItemEdit("人的", "新しいこと", code="N1")]),
        lambda: drop_item(CLERK, FROZEN, one.pk, "試験"),
        lambda: restore_item(CLERK, FROZEN, one.pk),
        lambda: copy_last_year(CLERK, FROZEN),
    ):
        with pytest.raises(RuleError, match="凍結済み"):
            act()


@pytest.mark.usefixtures("copied")
def test_who_saves_an_older_state_is_told() -> None:
    old = item_stamp(item_record(found("A1")))
    save("A1", domain_ja="物理的")
    with pytest.raises(RuleError) as told:
        save("A1", stamp=old, domain_ja="技術的")
    assert told.value.code == "conflict"
    assert found("A1").domain_ja == "物理的"


@pytest.mark.usefixtures("copied")
def test_who_may_not_is_refused() -> None:
    for stranger in (VIEWER, Actor(CITY, "監査員", "staff_auditor"), Actor(CITY, "部外者", "outsider")):
        with pytest.raises(RuleError, match="権限"):
            save("A1", actor=stranger, domain_ja="別")
    with pytest.raises(RuleError):
        edit_item(OTHER_CLERK, KEY, found("A1").pk, typed("A1", domain_ja="別"), "")


@pytest.mark.usefixtures("copied")
def test_the_trail_holds_what_differs() -> None:
    save("A1", text_ja="別のこと", change="revised")
    event = Event.objects.filter(object_kind="checklist").latest("pk")
    assert (event.verb, event.object_key) == ("edit", f"{NEXT} {STREAM} {found('A1').pk}")
    assert event.before["rows"][0]["values"].keys() == {"text_ja", "lineage", "content_sha256"}
    assert event.after["rows"][0]["values"]["text_ja"] == "別のこと"


@pytest.mark.usefixtures("copied")
def test_a_row_that_only_moves_keeps_its_file_and_a_typed_one_has_none() -> None:
    imported("checklist", [item(code, fiscal_year=NEXT) for code in ("A3", "A2", "A1")])
    imported("checklist", [item(code, fiscal_year=NEXT, text_ja="ファイルの文") for code in ("A3", "A2", "A1")])
    save("A1", place=1, change="revised")
    assert codes() == ["A1", "A3", "A2"]
    assert {one.source_file.name for one in map(found, codes()) if one.source_file} == {"checklist.csv"}
    assert [found(code).row for code in codes()] == [4, 2, 3]
    save("A1", text_ja="入力した文", change="revised")
    assert (found("A1").source_file, found("A1").row) == (None, 0)
    assert found("A3").source_file is not None
