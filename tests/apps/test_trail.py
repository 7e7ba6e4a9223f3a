"""Is the record of acts append-only, sealed, and written with the act or not at all?"""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, connection, connections, transaction

from kansa.apps.annual_report.models import FrozenYear
from kansa.apps.people.models import Department
from kansa.apps.trail.actions import erase_expired, record, seal
from kansa.apps.trail.actions.originals import keep_until
from kansa.apps.trail.models import Event, Seal, SourceFile
from kansa.apps.trail.queries import original_bytes, person_token, verify_chain
from kansa.core.errors import RuleError
from tests.builders import answer, build_questions, department, imported, staff, upload
from tests.cast import CITY, CLERK, OTHER_CITY, OTHER_CLERK, OUTSIDER, VIEWER

pytestmark = pytest.mark.django_db


def some_event(number: int = 1) -> Event:
    with transaction.atomic():
        return record(CLERK, "import", "test", str(number), {}, {"number": number})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_event SET actor_name = 'x'",
        "DELETE FROM trail_event",
        "UPDATE trail_seal SET sha256 = 'x'",
        "DELETE FROM trail_seal",
    ],
)
def test_the_database_refuses_to_rewrite_the_trail(statement: str) -> None:
    some_event()
    seal(CITY)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().actor_name == CLERK.name
    assert Seal.objects.count() == 1


@pytest.mark.parametrize(
    "act", ["UPDATE annual_report_frozenyear SET reason_ja = 'x'", "DELETE FROM annual_report_frozenyear"]
)
def test_the_database_refuses_to_change_a_frozen_year(city: object, act: str) -> None:
    FrozenYear.objects.create(
        municipality_id=CITY,
        fiscal_year=2024,
        version=1,
        schema=1,
        sha256="0" * 64,
        body=b"",
        reason_ja="初回",
        frozen_by="甲",
        frozen_at="2025-04-01T00:00:00+09:00",
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_an_event_outside_a_transaction_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(RuntimeError):
        record(CLERK, "import", "test", "1", {}, {})


def test_the_chain_holds_over_several_seals_and_names_what_is_not_sealed() -> None:
    for number in range(3):
        some_event(number)
    first = seal(CITY)
    assert first is not None and first.event_count == 3
    assert seal(CITY) is None
    some_event(4)
    second = seal(CITY)
    assert second is not None and second.previous_sha256 == first.sha256
    some_event(5)
    report = verify_chain(CITY)
    assert report.faults_ja == ()
    assert (report.head, report.seal_count, report.sealed_count, report.unsealed_count) == (second.sha256, 2, 4, 1)


def test_an_edited_event_is_found(unguarded: None) -> None:
    for number in range(3):
        some_event(number)
        seal(CITY)
    edited = Event.objects.order_by("pk")[1]
    Event.objects.filter(pk=edited.pk).update(after={"number": 99})
    faults = verify_chain(CITY).faults_ja
    assert len(faults) == 1 and str(edited.pk) in faults[0]


def test_a_deleted_event_and_a_deleted_seal_are_found(unguarded: None) -> None:
    for number in range(3):
        some_event(number)
        seal(CITY)
    Event.objects.filter(after={"number": 0}).delete()
    assert any("1件のはずが0件" in fault for fault in verify_chain(CITY).faults_ja)
    Seal.objects.order_by("pk")[1].delete()
    assert any("つながっていません" in fault for fault in verify_chain(CITY).faults_ja)


def test_each_municipality_has_its_own_chain() -> None:
    some_event()
    with transaction.atomic():
        record(OTHER_CLERK, "import", "test", "1", {}, {})
    assert seal(OTHER_CITY).event_count == 1  # type: ignore[union-attr]
    assert verify_chain(CITY).unsealed_count == 1


def test_an_import_leaves_one_event_with_numbers_and_old_values(city: object) -> None:
    imported("departments", [department("101"), department("102")])
    imported("departments", [department("101", name_ja="新しい課")])
    first, second = Event.objects.filter(verb="import").order_by("pk")
    assert first.after["counts"]["people.department"] == {"added": 2, "changed": 0, "removed": 0}
    assert second.before["rows"][0]["values"]["name_ja"] == "第101課"
    assert second.after["rows"][0]["values"]["name_ja"] == "新しい課"
    assert second.after["files"][0]["sha256"] == upload("departments.csv").sha256


def test_an_import_that_changes_nothing_leaves_no_event(city: object) -> None:
    imported("departments", [department()])
    count = Event.objects.count()
    outcome = imported("departments", [department()], file=upload("同じ内容.csv"))
    assert (outcome.plan.unchanged, outcome.plan.added) == (1, 0)
    assert Event.objects.count() == count


def test_original_bytes_are_kept_once(city: object) -> None:
    file = upload("所属.csv", b"\x93\xfa\x96{")
    imported("departments", [department("101")], file=file)
    imported("departments", [department("102")], file=file)
    assert SourceFile.objects.filter(sha256=file.sha256).count() == 1
    assert original_bytes(VIEWER, file.sha256) == file.data


def test_a_file_cut_short_by_a_power_failure_is_written_anew(city: object) -> None:
    file = upload("所属.csv", b"0123456789")
    imported("departments", [department("101")], file=file)
    stored = SourceFile.objects.get(sha256=file.sha256)
    with open(storages["default"].path(stored.stored_name), "wb") as half:
        half.write(b"0123")
    SourceFile.objects.filter(pk=stored.pk).update(erased_at="2025-01-01T00:00:00+09:00")
    imported("departments", [department("102")], file=file)
    assert original_bytes(CLERK, file.sha256) == file.data


def test_files_that_name_persons_are_apart_and_erased_after_their_time(city: object) -> None:
    imported("departments", [department()])
    build_questions()
    file = upload("回答.csv", b"R001")
    imported("self_inspection", [answer("R001", "yn")], file=file)
    kept = SourceFile.objects.get(sha256=file.sha256)
    assert kept.is_restricted and kept.keep_until is not None
    assert storages["restricted"].exists(kept.stored_name) and not storages["default"].exists(kept.stored_name)
    told = Event.objects.filter(object_kind="self_inspection").get().after["originals"]
    assert told == {"storage": "restricted", "keep_until": kept.keep_until.isoformat()}
    assert original_bytes(CLERK, file.sha256) == b"R001"
    with pytest.raises(RuleError, match="取扱いを限った"):
        original_bytes(VIEWER, file.sha256)
    assert erase_expired(CLERK, kept.keep_until) == 0
    assert erase_expired(CLERK, date(kept.keep_until.year + 1, 1, 1)) == 1
    assert not storages["restricted"].exists(kept.stored_name)
    with pytest.raises(RuleError, match="消去"):
        original_bytes(CLERK, file.sha256)


def test_retention_is_counted_in_fiscal_years() -> None:
    assert keep_until(date(2025, 3, 31)) == date(2028, 3, 31)
    assert keep_until(date(2025, 4, 1)) == date(2029, 3, 31)


def test_another_municipality_does_not_get_the_file(city: object) -> None:
    file = upload("所属.csv", b"secret")
    imported("departments", [department()], file=file)
    with pytest.raises(RuleError, match="保管されていません"):
        original_bytes(OTHER_CLERK, file.sha256)
    with pytest.raises(RuleError, match="権限"):
        original_bytes(OUTSIDER, file.sha256)


@pytest.mark.parametrize("actor", [VIEWER, OUTSIDER])
def test_only_the_operator_imports(city: object, actor: object) -> None:
    with pytest.raises(RuleError, match="権限"):
        imported("departments", [department()], actor=actor)  # type: ignore[arg-type]
    assert not Department.objects.exists()


def test_tokens_differ_by_purpose_and_city_and_do_not_show_the_number() -> None:
    token = person_token(CITY, "respondent/2024", "S001")
    assert len(token) == 64 and "S001" not in token
    assert token == person_token(CITY, "respondent/2024", "s001")
    assert token != person_token(CITY, "mail", "S001")
    assert token != person_token(OTHER_CITY, "respondent/2024", "S001")
    assert person_token(CITY, "mail", "") == ""


def test_personal_tables_leave_no_values_in_the_trail(city: object) -> None:
    imported("departments", [department()])
    imported("staff", [staff("S001", name_ja="山田")])
    imported("staff", [staff("S001", name_ja="山本")])
    told = str(list(Event.objects.values_list("before", "after")))
    assert "山" not in told and "S001" not in told
