"""Is the sample city whole and consistent, and is nobody real in it?"""

from __future__ import annotations

import re
from collections import Counter

from kansa.formats.records import (
    ChecklistItemRecord,
    DepartmentRecord,
    DrillRecord,
    EngagementRecord,
    FindingRecord,
    JudgementRecord,
    PlanRecord,
    Record,
    StaffRecord,
    TrainingRecord,
    YearSettingRecord,
)

City = dict[str, list[Record]]
YEARS = (2023, 2024)


def departments(city: City, year: int) -> dict[str, DepartmentRecord]:
    return {
        record.code: record
        for record in city["departments"]
        if isinstance(record, DepartmentRecord)
        and record.valid_from <= year
        and (record.valid_to is None or year <= record.valid_to)
    }


def staff(city: City, year: int) -> dict[str, StaffRecord]:
    return {
        record.staff_number: record
        for record in city["staff"]
        if isinstance(record, StaffRecord) and record.fiscal_year == year
    }


def engagements(city: City, year: int) -> list[EngagementRecord]:
    return [
        record for record in city["engagements"] if isinstance(record, EngagementRecord) and record.fiscal_year == year
    ]


def test_75_departments_with_branches_and_eight_nurseries(city: City) -> None:
    assert [len(departments(city, year)) for year in YEARS] == [75, 75]
    kinds = Counter(record.kind for record in departments(city, 2024).values())
    assert kinds["nursery"] == 8
    assert kinds["branch_office"] >= 3
    assert kinds["facility"] >= 5


def test_one_rename_one_merger_one_split_in_2024(city: City) -> None:
    new = [record for record in departments(city, 2024).values() if record.succession]
    assert {record.valid_from for record in new} == {2024}
    assert Counter(record.succession for record in new) == {"renamed": 1, "merged": 1, "split": 2}
    gone = set(departments(city, 2023)) - set(departments(city, 2024))
    assert {code for record in new for code in record.predecessor_codes} == gone
    (merged,) = (record for record in new if record.succession == "merged")
    assert len(merged.predecessor_codes) == 2
    assert len({record.predecessor_codes for record in new if record.succession == "split"}) == 1


def test_1500_staff_every_year_in_departments_of_that_year(city: City) -> None:
    for year in YEARS:
        people = staff(city, year)
        assert len(people) == 1500
        assert {person.department_code for person in people.values()} == set(departments(city, year))
        assert sum(1 for person in people.values() if person.is_auditor) == 40
        assert any(person.excluded_reason_ja for person in people.values())
    stayed = staff(city, 2023).keys() & staff(city, 2024).keys()
    moved = [
        number
        for number in stayed
        if staff(city, 2023)[number].department_code != staff(city, 2024)[number].department_code
    ]
    assert 1400 <= len(stayed) < 1500
    assert 100 <= len(moved) <= 450


def test_nobody_is_real(city: City) -> None:
    for year in YEARS:
        for person in staff(city, year).values():
            assert re.fullmatch(r"職員\d{4}", person.name_ja)
            assert re.fullmatch(r"s\d{5}@mihon\.example", person.mail_address)
    names = [
        setting.value
        for setting in city["year"]
        if isinstance(setting, YearSettingRecord) and setting.key == "municipality_ja"
    ]
    assert names == ["みほん市（架空）"] * 2
    for record in city["drill"]:
        assert isinstance(record, DrillRecord)
        assert record.recipient.endswith("@mihon.example")


def test_lineage_of_the_checklists(city: City) -> None:
    items = [record for record in city["checklist"] if isinstance(record, ChecklistItemRecord)]
    counts = {
        stream: Counter(item.lineage for item in items if (item.stream, item.fiscal_year) == (stream, 2024))
        for stream in ("external_audit", "internal_audit", "self_inspection")
    }
    assert counts["external_audit"] == {"carried": 32, "revised": 6, "added": 3, "dropped": 2}
    assert counts["internal_audit"] == {"carried": 24, "revised": 4, "added": 2, "dropped": 2}
    assert counts["self_inspection"] == {"carried": 26, "revised": 2, "added": 3, "dropped": 2}
    texts = {(item.fiscal_year, item.stream, item.code): (item.text_ja, item.criteria_ja) for item in items}
    for item in items:
        if item.fiscal_year == 2024 and item.lineage in ("carried", "revised"):
            before = texts[2023, item.stream, item.prior_code]
            assert (before == (item.text_ja, item.criteria_ja)) == (item.lineage == "carried"), item.code
        if item.same_as_code:
            same = texts[item.fiscal_year, "external_audit", item.same_as_code]
            assert same == (item.text_ja, item.criteria_ja)


def test_the_lap_visits_every_department_once_and_never_beside_its_external_audit(city: City) -> None:
    cells = [record for record in city["plan"] if isinstance(record, PlanRecord)]
    internal = Counter(cell.department_code for cell in cells if cell.stream == "internal_audit")
    assert internal == dict.fromkeys(departments(city, 2024), 1)
    assert Counter(cell.fiscal_year for cell in cells if cell.stream == "internal_audit") == {
        2023: 25,
        2024: 25,
        2025: 25,
    }
    assert set(Counter((cell.fiscal_year, cell.department_code) for cell in cells).values()) == {1}
    external = {
        year: {c.department_code for c in cells if (c.fiscal_year, c.stream) == (year, "external_audit")}
        for year in (2023, 2024, 2025)
    }
    assert [len(external[year]) for year in external] == [6, 6, 6]
    assert external[2023] != external[2024] != external[2025]
    for year in YEARS:
        done = {(e.stream, e.department_code) for e in engagements(city, year) if e.method == "control_check"}
        planned = {(cell.stream, cell.department_code) for cell in cells if cell.fiscal_year == year}
        assert done == planned


def test_nobody_audits_their_own_department(city: City) -> None:
    for year in YEARS:
        people, auditors = staff(city, year), Counter[str]()
        for engagement in engagements(city, year):
            if engagement.stream != "internal_audit":
                continue
            assert len(set(engagement.auditor_numbers)) == 2
            for number in engagement.auditor_numbers:
                assert people[number].is_auditor
                assert people[number].department_code != engagement.department_code
                auditors[number] += 1
        assert set(auditors.values()) <= {1, 2}


def test_everything_is_judged_and_not_applicable_has_a_reason(city: City) -> None:
    size = Counter(
        (item.fiscal_year, item.stream)
        for item in city["checklist"]
        if isinstance(item, ChecklistItemRecord) and item.lineage != "dropped"
    )
    judged = Counter[tuple[int, str]]()
    for record in city["judgements"]:
        assert isinstance(record, JudgementRecord)
        judged[record.fiscal_year, record.engagement_code] += 1
        assert record.state in ("judged", "not_applicable")
        assert bool(record.reason_ja) == (record.state == "not_applicable")
        assert bool(record.evidence_ja) == (record.state == "judged")
    for year in YEARS:
        for engagement in engagements(city, year):
            if engagement.method == "control_check":
                assert judged[year, engagement.code] == size[year, engagement.stream]
    share = [isinstance(r, JudgementRecord) and r.state == "not_applicable" for r in city["judgements"]]
    assert 2 <= 100 * sum(share) // len(share) <= 15


def test_every_judgement_below_the_conforming_level_has_its_finding(city: City) -> None:
    findings = [record for record in city["findings"] if isinstance(record, FindingRecord)]
    weak = Counter(
        (r.engagement_code, r.item_code)
        for r in city["judgements"]
        if isinstance(r, JudgementRecord) and r.level is not None and r.level < 3
    )
    found = Counter(
        (f.engagement_code, f.item_code) for f in findings if f.item_code and f.classification == "detection"
    )
    assert found == weak
    assert all(finding.planned_on for finding in findings)
    for finding in findings:
        assert bool(finding.improved_on) == bool(finding.verified_on)
        if finding.planned_on and finding.improved_on and finding.verified_on:
            assert finding.planned_on <= finding.improved_on <= finding.verified_on


def test_recurrences_carry_overs_and_roll_out(city: City) -> None:
    findings = {f.code: f for f in city["findings"] if isinstance(f, FindingRecord)}
    recurring = [f for f in findings.values() if f.recurrence_of]
    assert 2 <= len(recurring) <= 4
    for finding in recurring:
        earlier = findings[finding.recurrence_of]
        assert (earlier.fiscal_year, finding.fiscal_year) == (2023, 2024)
    carried = [f for f in findings.values() if f.fiscal_year == 2023 and f.promised_fiscal_year == 2024]
    assert carried
    assert any(f.is_lateral_rollout for f in findings.values() if f.fiscal_year == 2024)
    technical = [f for f in findings.values() if f.stream == "technical_diagnosis" and f.fiscal_year == 2024]
    assert len(technical) >= 8
    assert any(f.network_zone == "isolated" for f in technical)
    assert {word for f in technical for word in f.weighed} == {"condition", "malfunction", "cost"}


def test_the_drill_reached_nearly_everybody_at_work(city: City) -> None:
    for year in YEARS:
        mails = [r for r in city["drill"] if isinstance(r, DrillRecord) and r.fiscal_year == year]
        at_work = [person for person in staff(city, year).values() if not person.excluded_reason_ja]
        assert len(mails) == len(at_work)
        delivered = [mail for mail in mails if mail.is_delivered]
        assert 0 < len(mails) - len(delivered) <= 15
        clicked = sum(1 for mail in delivered if mail.clicked_at)
        reported = sum(1 for mail in delivered if mail.reported_at)
        assert 5 <= 100 * clicked // len(delivered) <= 12
        assert 12 <= 100 * reported // len(delivered) <= 25
        for mail in mails:
            times = [at for at in (mail.sent_at, mail.opened_at, mail.clicked_at, mail.reported_at) if at]
            assert times == sorted(times)


def test_nearly_all_auditors_were_trained(city: City) -> None:
    for year in YEARS:
        rows = [r for r in city["training"] if isinstance(r, TrainingRecord) and r.fiscal_year == year]
        for kind in ("prior_study", "case_study"):
            people = {row.staff_number for row in rows if row.kind == kind}
            assert 36 <= len(people) <= 40
            assert people <= {number for number, person in staff(city, year).items() if person.is_auditor}
