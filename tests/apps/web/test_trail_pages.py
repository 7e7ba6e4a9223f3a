"""Can the record of acts be found, taken away and checked on its pages, and does looking at it leave a mark?"""

from __future__ import annotations

import ast
import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kansa.apps.trail.actions import export_events, record, seal, seal_now
from kansa.apps.trail.messages import KINDS, VERBS
from kansa.apps.trail.models import Event, Seal
from kansa.apps.trail.queries import EventFilter, chain_head, changes_of, events_found, verify_chain
from kansa.core.errors import RuleError
from tests.builders import department, imported
from tests.cast import CITY, CLERK, OTHER_CLERK, OUTSIDER, VIEWER, actor_named, browser_of, sign_up
from tests.house.source import dotted, files

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def record_of_acts(city: object) -> None:
    """A change of a department's name, made by the console; an administrator, a clerk and the CISO."""
    imported("departments", [department("101")])
    imported("departments", [department("101", name_ja="=新しい課")])
    sign_up("clerk", "ciso", "administrator")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def some_event(verb: str = "add", kind: str = "account", key: str = "x") -> Event:
    with transaction.atomic():
        return record(CLERK, verb, kind, key, {}, {})


@pytest.mark.usefixtures("record_of_acts")
def test_an_act_is_told_with_its_values_before_and_after() -> None:
    page = text(browser_of("clerk").get("/trail/?verb=import&kind=departments"))
    assert "取込み" in page and "監査事務局 甲" in page and "操作卓" in page
    assert "第101課" in page and "=新しい課" in page


@pytest.mark.usefixtures("record_of_acts")
def test_reading_leaves_one_mark_a_day() -> None:
    browser = browser_of("ciso")
    for _look in range(3):
        browser.get("/trail/")
    assert Event.objects.filter(verb="read", actor_role="ciso").count() == 1
    assert browser_of("clerk").get("/trail/").status_code == 200
    assert Event.objects.filter(verb="read").count() == 2


@pytest.mark.usefixtures("city")
def test_days_are_days_of_japan_and_both_ends_count() -> None:
    event = some_event()
    day = timezone.localtime(event.at).date()

    def found(first: date | None, last: date | None) -> bool:
        return events_found(CLERK, EventFilter(first, last)).filter(pk=event.pk).exists()

    one = timedelta(days=1)
    assert found(day, day) and found(None, day) and found(day, None) and found(None, None)
    assert not found(day + one, None) and not found(None, day - one)


@pytest.mark.usefixtures("city")
def test_the_record_is_narrowed_by_person_act_thing_and_key() -> None:
    some_event("add", "account", "yamada")
    some_event("disable", "account", "suzuki")
    some_event("add", "audit_firm", "みほん監査法人")

    def keys(**wanted: str) -> list[str]:
        rows = events_found(CLERK, EventFilter(**wanted)).exclude(verb="found")  # type: ignore[arg-type]
        return [row.object_key for row in rows]

    assert keys(verb="add") == ["みほん監査法人", "yamada"]  # newest first
    assert keys(kind="account") == ["suzuki", "yamada"]
    assert keys(key="UKI") == ["suzuki"]
    assert keys(person="監査事務局") == ["みほん監査法人", "suzuki", "yamada"]
    assert keys(person="いない人") == []


@pytest.mark.usefixtures("record_of_acts")
def test_the_table_cannot_run_as_a_formula_and_has_every_filtered_row() -> None:
    some_event("add", "account", "=1+1")
    answer = browser_of("clerk").post("/trail/export/", {"format": "csv", "verb": "add", "key": "=1"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row[header.index("対象")] == "'=1+1"
    assert row[header.index("したこと")] == "add"
    told = Event.objects.get(verb="export")
    assert (told.object_kind, told.after["format"], told.after["count"]) == ("trail", "csv", 1)
    assert "=1" not in str(told.after)


@pytest.mark.usefixtures("record_of_acts")
def test_the_json_names_the_head_of_the_chain_and_stands_for_the_rows() -> None:
    sealed = seal(CITY)
    assert sealed is not None
    data = json.loads(export_events(CLERK, EventFilter(verb="import"), "json"))
    assert data["chain_head"] == sealed.sha256 == chain_head(CITY)
    rows = list(Event.objects.filter(verb="import").order_by("pk").values_list("pk", "after"))
    assert [(one["id"], one["after"]) for one in data["events"]] == rows


@pytest.mark.usefixtures("record_of_acts")
def test_an_unknown_form_is_refused_and_leaves_no_mark() -> None:
    answer = browser_of("clerk").post("/trail/export/", {"format": "exe", "verb": "add"}, follow=True)
    assert answer.redirect_chain[0][0] == "/trail/?verb=add"
    assert "という形式はありません" in text(answer)
    assert not Event.objects.filter(verb="export").exists()


@pytest.mark.usefixtures("record_of_acts")
def test_the_office_seals_and_anybody_who_may_read_checks() -> None:
    clerk = browser_of("clerk")
    assert "まだ封印はありません" in text(clerk.get("/trail/seals/"))
    clerk.post("/trail/seals/")
    report = verify_chain(CITY)
    assert (report.seal_count, report.unsealed_count, report.faults_ja) == (1, 0, ())
    assert Event.objects.order_by("pk").last().verb == "seal"  # type: ignore[union-attr]
    assert "封印していない操作記録はありません" in text(clerk.post("/trail/seals/", follow=True))
    assert Seal.objects.count() == 1
    page = text(browser_of("ciso").get("/trail/seals/?check=1"))
    assert "全て封印した時のまま" in page and "今すぐ封印する" not in page
    for person in ("ciso", "administrator"):
        assert browser_of(person).post("/trail/seals/").status_code == 403
        with pytest.raises(RuleError, match="権限"):
            seal_now(actor_named(person))


@pytest.mark.usefixtures("record_of_acts", "unguarded")
def test_a_touched_record_is_named_on_the_page() -> None:
    seal(CITY)
    Event.objects.filter(verb="import").update(actor_name="別の人")
    assert "内容が封印した時と異なります" in text(browser_of("clerk").get("/trail/seals/?check=1"))


@pytest.mark.usefixtures("record_of_acts")
def test_nobody_changes_or_removes_an_event_through_kansa() -> None:
    """Neither by the models nor by plain statements, on whichever database the tests run."""
    event = Event.objects.order_by("pk").first()
    assert event is not None
    before = list(Event.objects.order_by("pk").values())
    acts = [
        lambda: Event.objects.update(actor_name="別の人"),
        lambda: Event.objects.filter(pk=event.pk).delete(),
        lambda: setattr(event, "verb", "x") or event.save(),  # type: ignore[func-returns-value]
        lambda: Event.objects.bulk_update([event], ["verb"]),
    ]
    for statement in ("UPDATE trail_event SET place = '10.0.0.1'", "DELETE FROM trail_event WHERE id = id"):
        acts.append(lambda statement=statement: connection.cursor().execute(statement))  # type: ignore[misc]
    for act in acts:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()
    assert list(Event.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("record_of_acts")
def test_the_record_of_another_city_is_not_shown() -> None:
    with transaction.atomic():
        record(OTHER_CLERK, "add", "account", "secret-of-others", {}, {})
    assert "secret-of-others" not in text(browser_of("clerk").get("/trail/"))
    assert b"secret-of-others" not in export_events(CLERK, EventFilter(), "csv")


@pytest.mark.usefixtures("city")
def test_only_who_may_read_takes_it_away() -> None:
    assert export_events(VIEWER, EventFilter(), "csv")
    with pytest.raises(RuleError, match="権限"):
        export_events(OUTSIDER, EventFilter(), "csv")


def test_values_that_stayed_are_no_changes() -> None:
    event = Event(before={"a": 1, "b": {"c": [1, 2]}}, after={"a": 1, "b": {"c": [1, 3]}, "d": None, "e": False})
    told = [(one.path, one.before, one.after) for one in changes_of(event)]
    assert told == [(("b", "c", "2"), 2, 3), (("e",), None, False)]


def recorded() -> set[tuple[str, str]]:
    """Every act and kind of thing that the product's code records by name."""
    found = set()
    for module in files("src"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func) == "record":
                named = zip(("verb", "kind"), node.args[1:3], strict=False)
                found |= {(str(one.value), sort) for sort, one in named if isinstance(one, ast.Constant)}
    return found


def test_every_recorded_act_and_thing_has_its_words() -> None:
    known = {"verb": VERBS, "kind": KINDS}
    assert {(code, sort) for code, sort in recorded() if code not in known[sort]} == set()
