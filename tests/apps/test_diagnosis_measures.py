"""Are measures proposed, decided by the right person, queued, verified and kept within their department?"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from kansa.apps.diagnosis.actions import decisions, measures
from kansa.apps.diagnosis.actions.decisions import Option, Weighed
from kansa.apps.diagnosis.models import Asset, AssetYear, Decision, Measure, MeasureTarget
from kansa.apps.diagnosis.queries.conditions import proposed_conditions
from kansa.apps.diagnosis.queries.measures import lines_of, measure_lines, proposed_measures
from kansa.apps.people.models import Account, Department
from kansa.apps.trail.models import Event, SourceFile
from kansa.core.errors import InputError, RuleError
from kansa.formats.measure_sheets import layout
from kansa.formats.scans.records import Component
from kansa.formats.tables.header import column_letter
from kansa.formats.tables.workbook import open_book
from tests import builders
from tests.cast import CITY, account_named, actor_named, browser_of, sign_up, this_fiscal_year
from tests.formats.workbooks import typed_into
from tests.scanning import host, item, on, registered, taken

YEAR = this_fiscal_year()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def soon(days: int = 30) -> date:
    """A day from today."""
    return timezone.localdate() + timedelta(days)


@pytest.fixture
def town(city: Any) -> Department:
    """Department 101 has a server with 個人番号, 102 another; openssl is old on both, 101 has two settings as well."""
    builders.imported("departments", [builders.department("101"), builders.department("102")])
    sign_up("clerk", "director", "head", "contact", "other_head", "external", "ciso", "staff")
    own, other = (Department.objects.get(code=code) for code in ("101", "102"))
    told = {"importance": "high", "has_personal_number": True}
    registered("A-1", YEAR, fqdn="sv1.city.example", owning_department=own, zone="my_number", **told)
    registered("A-2", YEAR, fqdn="sv2.city.example", owning_department=other)
    scanned(4, 1)
    return own


def scanned(month: int, day: int, *, has_openssl: bool = True) -> None:
    """Both servers scanned; openssl is there or not."""
    records: list[Any] = []
    for number in (1, 2):
        address = f"10.0.0.{number}"
        records.append(host(address))
        if has_openssl:
            records.append(item(1, address, component=Component("openssl"), title="古い openssl", cves=("CVE-2024-1",)))
        records.append(item(2, address, title="弱い設定", solution="設定を直す"))
    taken(records, on(YEAR, month, day), fiscal_year=YEAR, zone="lgwan")


def made(title: str = "openssl の更新", person: str = "contact") -> Measure:
    """The measure that the department makes of a proposal."""
    actor = actor_named(person)
    code = next(measures.proposal_code(one) for one in proposed_measures(actor, YEAR) if one.title_ja == title)
    (found,) = measures.create_measures(actor, [code])
    return found


def weighed(measure: Measure, **fields: Any) -> Weighed:
    """A proposal to fix it, with the inputs that the evidence proposes."""
    inputs = proposed_conditions(CITY, [measure.pk], YEAR)[measure.pk].values()
    told: dict[str, Any] = {"treatment": "fix", "inputs": inputs, "reason_ja": "影響が大きい", "owner_ja": "情報係"}
    return replace(Weighed(**told, due_on=soon(), review_on=soon(90)), **fields)


def test_what_one_act_settles_is_one_measure_of_its_department(town: Department) -> None:
    for person, expected in (("contact", {"openssl の更新", "弱い設定"}), ("ciso", set())):
        own = proposed_measures(actor_named(person), YEAR)
        assert {one.title_ja for one in own if one.owner == town.pk} >= expected
    assert len(proposed_measures(actor_named("contact"), YEAR)) == 2
    assert len(proposed_measures(actor_named("clerk"), YEAR)) == 4
    clerk = browser_of("clerk")
    codes = [measures.proposal_code(one) for one in proposed_measures(actor_named("clerk"), YEAR)]
    clerk.post("/diagnosis/measures/proposed/", {"chosen": codes})
    assert Measure.objects.count() == 4 and MeasureTarget.objects.count() == 4
    with pytest.raises(RuleError, match="変わりました"):
        measures.create_measures(actor_named("clerk"), codes[:1])


def test_the_condition_comes_from_register_zone_and_facts(town: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    from kansa.apps.diagnosis.queries import conditions
    from kansa.formats.advisories import CveFact

    measure = made()
    plain = proposed_conditions(CITY, [measure.pk], YEAR)[measure.pk]
    assert plain.values() == {
        "exploitation": "none",
        "exposure": "controlled",
        "automatable": "yes",
        "safety": "critical",
        "mission": "failed",
    }
    assert (plain.human_impact, plain.priority) == ("high", "scheduled")
    assert "A-1" in plain.safety.reason_ja and "マイナンバー利用事務系" in plain.exposure.reason_ja
    fact = CveFact("CVE-2024-1", is_known_exploited=True, automatable="no")
    monkeypatch.setattr(conditions, "cve_facts", lambda _city, _cves: {"CVE-2024-1": fact})
    known = proposed_conditions(CITY, [measure.pk], YEAR)[measure.pk]
    assert (known.exploitation.value, known.automatable.value, known.priority) == ("active", "no", "out_of_cycle")
    assert known.exploitation.reason_ja.startswith("CVE-2024-1")


def test_what_the_internet_reaches_is_open_whatever_its_zone(town: Department) -> None:
    measure = made()
    AssetYear.objects.filter(asset__asset_number="A-1").update(is_published=True)
    found = proposed_conditions(CITY, [measure.pk], YEAR)[measure.pk].exposure
    assert found.value == "open" and found.reason_ja == "A-1：インターネットに公開している"
    clerk = browser_of("clerk")
    listed = clerk.get("/diagnosis/assets/?published=1").content.decode()
    assert "A-1" in listed and "A-2" not in listed
    assert (
        'is-late">公開' in clerk.get(f"/diagnosis/assets/{Asset.objects.get(asset_number='A-1').pk}/").content.decode()
    )


def test_the_department_proposes_and_the_right_person_approves(town: Department) -> None:
    measure = made()
    contact, head, ciso = (actor_named(name) for name in ("contact", "head", "ciso"))
    options = {"fix": Option("更新", 50_000, 0), "accept": Option("待つ", None, None)}
    first = decisions.propose(contact, measure.pk, weighed(measure, options=options, testing="tested"), 0)
    assert (first.step, first.priority, first.cost_once) == ("proposed", "scheduled", 50_000)
    assert first.residual_priority == ""
    for person in ("contact", "other_head", "clerk", "ciso", "external", "staff"):
        with pytest.raises(RuleError, match="権限"):
            decisions.approve(actor_named(person), measure.pk, first.pk)
    with pytest.raises(RuleError, match="先に決定"):
        decisions.approve(head, measure.pk, first.pk + 100)
    sent = decisions.send_back(head, measure.pk, first.pk, "検証の結果を添えてください")
    again = decisions.propose(contact, measure.pk, weighed(measure, malfunction_ja="再起動が要る"), sent.pk)
    done = decisions.approve(head, measure.pk, again.pk)
    assert (done.step, done.approved_on, done.reason_ja) == ("approved", timezone.localdate(), "影響が大きい")
    # An acceptance is the CISO's, and comes back at its day.
    accepted = decisions.propose(contact, measure.pk, weighed(measure, treatment="accept", due_on=None), done.pk)
    assert accepted.residual_priority == "scheduled"
    with pytest.raises(RuleError, match="権限"):
        decisions.approve(head, measure.pk, accepted.pk)
    decisions.approve(ciso, measure.pk, accepted.pk)
    states = {day: lines_of(CITY, [measure], soon(day))[0].standing for day in (0, 90)}
    assert states == {0: "kept", 90: "review"}
    verbs = Event.objects.filter(object_kind="measure").order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[1:4] == ["propose_decision", "send_back_decision", "propose_decision"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=first.pk).update(reason_ja="書換え")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"treatment": ""}, "no_treatment"),
        ({"reason_ja": " "}, "no_reason"),
        ({"owner_ja": ""}, "no_owner"),
        ({"due_on": date(2020, 1, 1)}, "no_due"),
        ({"treatment": "accept", "review_on": None}, "no_review"),
        ({"treatment": "mitigate", "residual_ja": ""}, "no_residual"),
    ],
)
def test_a_proposal_that_lacks_something_is_refused_at_its_field(
    town: Department, fields: dict[str, Any], code: str
) -> None:
    measure = made()
    with pytest.raises(InputError) as caught:
        decisions.propose(actor_named("contact"), measure.pk, weighed(measure, **fields), 0)
    assert [one.code for one in caught.value.refusals] == [code] and caught.value.refusals[0].place.column
    assert not Decision.objects.exists()


def test_a_changed_input_needs_a_reason_and_a_mitigation_runs_the_table_again(town: Department) -> None:
    measure = made()
    plain = weighed(measure)
    hot = {**plain.inputs, "exploitation": "active"}
    with pytest.raises(InputError, match="理由"):
        decisions.propose(actor_named("contact"), measure.pk, replace(plain, inputs=hot), 0)
    told = replace(
        plain,
        inputs=hot,
        reasons={"exploitation": "他市で被害があった"},
        treatment="mitigate",
        residual={"exposure": "small", "automatable": "no", "mission": "degraded"},
        residual_ja="管理端末からだけ届くようにする",
    )
    found = decisions.propose(actor_named("contact"), measure.pk, told, 0)
    # active, controlled, yes, high -> out of cycle; active, small, no, medium -> scheduled.
    assert (found.priority, found.residual_priority) == ("out_of_cycle", "scheduled")
    assert found.evidence["changed_because"] == {"exploitation": "他市で被害があった"}


def test_only_a_later_scan_or_a_second_person_verifies(town: Department) -> None:
    measure = made()
    contact, head = actor_named("contact"), actor_named("head")
    with pytest.raises(RuleError, match="承認されてから"):
        measures.report_measure_done(contact, measure.pk, soon(0), "更新した")
    step = decisions.propose(contact, measure.pk, weighed(measure), 0)
    decisions.approve(head, measure.pk, step.pk)
    assert lines_of(CITY, [measure], soon(31))[0].standing == "overdue"
    measures.report_measure_done(head, measure.pk, date(YEAR, 4, 10), "更新した")

    def state() -> str:
        return lines_of(CITY, [Measure.objects.get(pk=measure.pk)], soon(0))[0].standing

    assert state() == "done"
    with pytest.raises(RuleError, match="確認者"):
        measures.verify_measure(head, measure.pk, "見た", holds=True)
    with pytest.raises(RuleError, match="権限"):
        measures.verify_measure(actor_named("other_head"), measure.pk, "見た", holds=True)
    scanned(4, 20)
    assert state() == "returned"
    measures.report_measure_done(contact, measure.pk, date(YEAR, 4, 25), "もう一度更新した")
    measures.verify_measure(head, measure.pk, "版を見た", holds=True)
    assert state() == "verified"
    taken([host("10.0.0.1"), item(2, title="弱い設定", solution="設定を直す")], on(YEAR, 5, 1), fiscal_year=YEAR)
    assert lines_of(CITY, [Measure.objects.get(pk=measure.pk)], soon(0))[0].tally.open_count == 0


def test_measures_come_together_apart_and_to_other_departments(town: Department) -> None:
    contact, clerk = actor_named("contact"), actor_named("clerk")
    first, second = made(), made("弱い設定")
    with pytest.raises(RuleError, match="権限"):
        measures.merge_measures(actor_named("other_head"), first.pk, [second.pk], "")
    measures.merge_measures(contact, first.pk, [second.pk], "保守の日にまとめて")
    assert first.targets.filter(removed_at=None).count() == 2 and not second.targets.filter(removed_at=None).exists()
    one = first.targets.filter(removed_at=None).first()
    assert one is not None
    apart = measures.split_measure(contact, first.pk, [one.vulnerability_id], "先に行うもの")
    assert apart.targets.filter(removed_at=None).count() == 1
    with pytest.raises(RuleError, match="全ては"):
        measures.split_measure(contact, apart.pk, [one.vulnerability_id], "")
    with pytest.raises(RuleError, match="権限"):
        measures.roll_out_measure(contact, apart.pk)
    (there,) = measures.roll_out_measure(clerk, apart.pk)
    assert there.owning_department is not None and there.owning_department.code == "102"
    assert [one.measure.pk for one in measure_lines(actor_named("other_head"), soon(0))] == [there.pk]


def test_each_person_sees_the_own_measures_only(town: Department) -> None:
    measure = made()
    pages = {"": 200, "proposed/": 200, "list/": 200, f"{measure.pk}/": 200, f"{measure.pk}/decide/": 200}
    for path, status in pages.items():
        assert browser_of("contact").get(f"/diagnosis/measures/{path}").status_code == status, path
        assert browser_of("external").get(f"/diagnosis/measures/{path}").status_code == 403, path
        assert browser_of("staff").get(f"/diagnosis/measures/{path}").status_code == 403, path
    assert browser_of("other_head").get(f"/diagnosis/measures/{measure.pk}/").status_code == 404
    assert browser_of("ciso").get(f"/diagnosis/measures/{measure.pk}/").status_code == 200
    assert browser_of("ciso").get(f"/diagnosis/measures/{measure.pk}/decide/").status_code == 403
    assert browser_of("other_head").get(f"/diagnosis/measures/list.xlsx?department={town.pk}").status_code == 404
    assert "openssl の更新" not in browser_of("other_head").get("/diagnosis/measures/").content.decode()


def filled(data: bytes, cells: dict[str, str | None], row: int = 6) -> bytes:
    """The list with these cells typed, by header."""
    headers = [header for header, _width in layout.LOCKED] + [one.header_ja for one in layout.ENTRIES]
    places = {header: column_letter(place) for place, header in enumerate(headers, layout.FIRST_LOCKED)}
    return typed_into(data, {f"{places[header]}{row}": text for header, text in cells.items()})


def brought(person: str, department: Department, data: bytes) -> Any:
    """The page after a list was chosen."""
    file = SimpleUploadedFile("対策.xlsx", data, XLSX)
    address = f"/diagnosis/measures/list/?department={department.pk}"
    return browser_of(person).post(address, {"do": "look", "chosen": file})


def test_the_list_goes_out_and_comes_back_as_proposals(town: Department) -> None:
    measure = made()
    address = f"/diagnosis/measures/list/?department={town.pk}"
    data = browser_of("contact").get(f"/diagnosis/measures/list.xlsx?department={town.pk}").content
    part = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<sheetProtection" in part and part.count("<dataValidation ") == 5 + 4  # lists and whole numbers
    book = open_book(data)
    details = next(one for one in book.sheets if one.name == layout.DETAIL_SHEET)
    assert details.rows[1][:2] == ["openssl の更新", "A-1"]
    cells: dict[str, str | None] = {
        "対応方針": "修正",
        "選定理由": "影響が大きい",
        "担当": "情報係",
        "期限": str(soon()),
    }
    cells["初期費用（円）"] = "30,000"
    page = brought(
        "contact", town, filled(data, {**cells, "対応方針": "なおす", "初期費用（円）": "三万", "期限": "いつか"})
    )
    said = page.content.decode()
    for words in ("6行目 「対応方針」", "6行目 「初期費用（円）」", "6行目 「期限」"):
        assert words in said
    assert "書き換えられません" in brought("contact", town, filled(data, {"優先度": "低"})).content.decode()
    assert "6行目 「担当」" in brought("contact", town, filled(data, {**cells, "担当": None})).content.decode()
    good = filled(data, cells)
    assert brought("other_head", town, good).status_code == 404
    page = brought("contact", town, good)
    assert not Decision.objects.exists() and "1件の案を出します" in page.content.decode()
    kept = page.context["kept"]
    assert browser_of("head").post(address, {"do": "take", "kept": kept}).status_code == 302  # another person's look
    assert not Decision.objects.exists()
    browser_of("contact").post(address, {"do": "take", "kept": kept})
    found = Decision.objects.get()
    assert (found.measure_id, found.step, found.treatment, found.cost_once, found.due_on) == (
        measure.pk,
        "proposed",
        "fix",
        30000,
        soon(),
    )
    assert SourceFile.objects.filter(kind="measure_list", is_restricted=True).count() == 1
    # The same file once more: a step was taken since it was written.
    assert "決定が進みました" in brought("contact", town, good).content.decode()
    fresh = browser_of("contact").get(f"/diagnosis/measures/list.xlsx?department={town.pk}").content
    assert "何も変わりません" in brought("contact", town, fresh).content.decode()
    assert Account.objects.get(pk=found.decided_by_id) == account_named("contact")
