"""Which records may a file of each kind hold? Drawn for the property that what is written reads back the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from kansa.core.engagement_codes import code_fault_ja
from kansa.core.permission import FIRM_ROLES, ROLES
from kansa.formats import records as r
from kansa.formats.folding import fold_code, fold_prose
from kansa.formats.readers.settings import SETTINGS
from tests.records import changed

SOURCE = r.Source("", "", "", 0)
JAPAN = timezone(timedelta(hours=9))
SIGNS = st.one_of(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")),
    st.sampled_from("=+-@'\",;_x㈱①髙﨑"),
    st.just("、"),
)


def is_no_error_value(text: str) -> bool:
    return not text.startswith("#")


PROSE = st.text(st.one_of(SIGNS, st.just("\n")), max_size=30).map(fold_prose).filter(is_no_error_value)
LINE = st.text(SIGNS, max_size=20).map(fold_prose).filter(lambda text: "\n" not in text and is_no_error_value(text))
FILLED = LINE.filter(bool)
FILLED_PROSE = PROSE.filter(bool)
CODE = (
    st.text(SIGNS, min_size=1, max_size=12)
    .map(fold_code)
    .filter(
        lambda text: (
            bool(text) and not set("\n\t、，,;；") & set(text) and is_no_error_value(text) and fold_code(text) == text
        )
    )
)
YEAR = st.integers(1990, 2100)
DAY = st.dates(date(1950, 1, 1), date(2100, 1, 1))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def build(record_type: Callable[..., r.Record], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[r.Record]:
    return st.builds(record_type, **fields, source=st.just(SOURCE))


DRILL_SENT = datetime(2024, 10, 15, 10, tzinfo=JAPAN)
AFTER = st.integers(0, 10_000).map(lambda seconds: DRILL_SENT + timedelta(seconds=seconds))
SETTING_VALUES = {
    "prose": FILLED_PROSE,
    "line": FILLED,
    "date": DAY.map(date.isoformat),
    "decimal": st.sampled_from(["3", "2.5", "0.25"]),
    "whole": st.sampled_from(["1", "3"]),
    "year": YEAR.map(str),
    "truth": st.sampled_from(["true", "false"]),
}


def setting_record(setting: Any) -> st.SearchStrategy[r.Record]:
    kind = setting.kind.name
    value = SETTING_VALUES[kind] if kind in SETTING_VALUES else st.sampled_from(sorted(setting.words.ja))
    return build(r.YearSettingRecord, fiscal_year=YEAR, key=st.just(setting.key), value=value)


def published(shown: str, unit: str, **rest: Any) -> r.PublishedRecord:
    is_text = unit == "text"
    places = 0 if is_text else len(shown.partition(".")[2])
    return r.PublishedRecord(
        shown=shown, unit=unit, value=None if is_text else Fraction(shown), places=places, source=SOURCE, **rest
    )


def judgement(state: str, level: int, reason: str, **rest: Any) -> r.JudgementRecord:
    reason = reason if state == "not_applicable" else ""
    return r.JudgementRecord(
        state=state, level=level if state == "judged" else None, reason_ja=reason, source=SOURCE, **rest
    )


def checklist_item(
    lineage: str, prior: str, same: str, stream: str, editorial: bool, **rest: Any
) -> r.ChecklistItemRecord:
    return r.ChecklistItemRecord(
        lineage=lineage,
        stream=stream,
        prior_code="" if lineage == "added" else prior,
        same_as_code=same if stream == "internal_audit" else "",
        is_editorial=editorial and lineage == "carried",
        source=SOURCE,
        **rest,
    )


def department(succession: str, before: list[str], **rest: Any) -> r.DepartmentRecord:
    codes = tuple(before) if succession == "merged" else tuple(before[:1]) if succession else ()
    return r.DepartmentRecord(succession=succession, predecessor_codes=codes, source=SOURCE, **rest)


def finding(
    improved: date | None, verified: bool, verifier: str, planned: date | None, due: int, **rest: Any
) -> r.FindingRecord:
    is_verified = verified and improved is not None
    return r.FindingRecord(
        improved_on=improved,
        verified_on=improved if is_verified else None,
        verifier_ja=verifier if is_verified else "",
        planned_on=planned,
        due_on=planned + timedelta(days=due) if planned else None,
        source=SOURCE,
        **rest,
    )


def account(fiscal_year: int, role: str, firm_ja: str, is_longer: bool, **values: Any) -> r.AccountRecord:
    """A role of a person; a firm only where the role has one."""
    return r.AccountRecord(
        fiscal_year=fiscal_year,
        role=role,
        firm_ja=firm_ja if role in FIRM_ROLES else "",
        valid_through=fiscal_year + 1 if is_longer else None,
        source=SOURCE,
        **values,
    )


KINDS: dict[str, st.SearchStrategy[r.Record]] = {
    "year": st.one_of(
        [
            *map(setting_record, SETTINGS),
            build(
                r.ScaleLevelRecord,
                fiscal_year=YEAR,
                level=st.integers(0, 9),
                label_ja=FILLED,
                criterion_ja=FILLED_PROSE,
            ),
        ]
    ),
    "departments": st.builds(
        department,
        code=CODE,
        name_ja=FILLED,
        bureau_ja=LINE,
        kind=st.sampled_from(["head_office", "nursery", "other"]),
        valid_from=YEAR,
        valid_to=st.none() | st.just(2100),
        succession=st.sampled_from(["", "renamed", "merged", "split"]),
        before=st.lists(CODE, min_size=2, max_size=3, unique=True),
    ),
    "staff": build(
        r.StaffRecord,
        fiscal_year=YEAR,
        staff_number=CODE,
        name_ja=LINE,
        department_code=CODE,
        post_ja=LINE,
        mail_address=st.sampled_from(["", "-a@example.lg.jp"]),
        is_auditor=st.booleans(),
        excluded_reason_ja=LINE,
    ),
    "accounts": st.builds(
        account,
        fiscal_year=YEAR,
        login=st.from_regex(r"[a-z0-9][a-z0-9._@]{1,20}", fullmatch=True),
        name_ja=FILLED,
        staff_number=st.just("") | CODE,
        role=st.sampled_from(ROLES),
        department_code=CODE,
        firm_ja=FILLED,
        is_longer=st.booleans(),
    ),
    "checklist": st.builds(
        checklist_item,
        fiscal_year=YEAR,
        stream=st.sampled_from(["external_audit", "internal_audit", "self_inspection"]),
        code=CODE,
        domain_ja=FILLED,
        text_ja=FILLED_PROSE,
        criteria_ja=PROSE,
        lineage=st.sampled_from(["carried", "revised", "added", "dropped"]),
        prior=CODE,
        same=CODE,
        editorial=st.booleans(),
        policy_clause=LINE,
        mic_number=LINE,
        jis_number=LINE,
        law_ja=LINE,
        edition_ja=LINE,
    ),
    "guideline": build(
        r.GuidelineItemRecord,
        edition_ja=FILLED,
        number=CODE,
        requirement=st.sampled_from(["required", "recommended"]),
        chapter_ja=LINE,
        text_ja=FILLED_PROSE,
        documents_ja=PROSE,
        procedure_ja=PROSE,
        example_number=PROSE,
        jis_number=PROSE,
        note_ja=PROSE,
    ),
    "plan": build(
        r.PlanRecord,
        fiscal_year=YEAR,
        department_code=CODE,
        stream=st.sampled_from(["external_audit", "internal_audit"]),
        name_ja=LINE,
        bureau_ja=LINE,
    ),
    "engagements": build(
        r.EngagementRecord,
        fiscal_year=st.just(2024),
        code=CODE.filter(lambda text: not code_fault_ja(text)),
        stream=st.sampled_from(["external_audit", "internal_audit"]),
        method=st.sampled_from(["technical_diagnosis", "mail_drill", "control_check"]),
        department_code=st.just("") | CODE,
        started_on=maybe(st.dates(date(2024, 4, 1), date(2025, 3, 31))),
        ended_on=maybe(st.just(date(2025, 4, 2))),
        auditor_numbers=st.lists(CODE, max_size=3).map(tuple),
        is_special=st.booleans(),
    ),
    "judgements": st.builds(
        judgement,
        fiscal_year=YEAR,
        engagement_code=CODE,
        department_code=st.just("") | CODE,
        item_code=CODE,
        evidence_ja=PROSE,
        state=st.sampled_from(["judged", "not_applicable", "not_judged"]),
        level=st.integers(0, 9),
        reason=FILLED_PROSE,
        auditor_ja=LINE,
    ),
    "self_inspection": build(
        r.AnswerRecord,
        fiscal_year=YEAR,
        respondent=CODE,
        department_code=CODE,
        answers=st.lists(st.sampled_from(["yes", "no", "not_applicable", "blank"]), min_size=2, max_size=2).map(
            lambda given: tuple(zip(("Q01", "Q02[SQ001]"), given, strict=True))
        ),
    ),
    "drill": build(
        r.DrillRecord,
        fiscal_year=YEAR,
        drill_code=CODE,
        recipient=CODE,
        department_code=st.just("") | CODE,
        sent_at=st.just(DRILL_SENT) | st.none(),
        is_delivered=st.sampled_from([True, None]),
        opened_at=maybe(AFTER),
        clicked_at=maybe(AFTER),
        submitted_at=maybe(AFTER),
        reported_at=maybe(AFTER),
        excluded_reason_ja=LINE,
    ),
    "findings": st.builds(
        finding,
        fiscal_year=YEAR,
        code=CODE,
        stream=st.sampled_from(["external_audit", "technical_diagnosis"]),
        engagement_code=CODE,
        department_code=CODE,
        item_code=CODE,
        classification=st.sampled_from(["detection", "recommendation"]),
        title_ja=FILLED,
        fact_ja=PROSE,
        network_zone=st.sampled_from(["", "lgwan", "isolated"]),
        treatment=st.sampled_from(["", "fix", "avoid"]),
        weighed=st.sampled_from([(), ("condition",), ("condition", "malfunction", "cost")]),
        measure_ja=PROSE,
        planned=maybe(DAY),
        due=st.integers(0, 500),
        promised_fiscal_year=maybe(YEAR),
        improved=maybe(DAY),
        verified=st.booleans(),
        verifier=FILLED,
        recurrence_of=st.just(""),
        is_lateral_rollout=st.booleans(),
    ),
    "assets": build(
        r.AssetRecord,
        fiscal_year=YEAR,
        asset_number=CODE,
        system_ja=LINE,
        department_code=CODE,
        network_zone=FILLED,
        host_name=LINE,
        fqdn=st.sampled_from(["", "a.example"]),
        addresses=st.sampled_from([(), ("10.0.0.1",), ("10.0.0.1", "2001:db8::1")]),
        importance=st.sampled_from(["", "high", "low"]),
        has_personal_number=st.booleans(),
        is_published=st.booleans(),
        product_ja=LINE,
        operating_system=LINE,
        support_ends_on=maybe(DAY),
        vendor_ja=LINE,
        contract_ja=LINE,
        contract_ends_on=maybe(DAY),
        retired_in=maybe(YEAR),
        note_ja=LINE,
    ),
    "training": build(
        r.TrainingRecord,
        fiscal_year=YEAR,
        staff_number=CODE,
        kind=st.sampled_from(["prior_study", "case_study", "exercise", "lecture"]),
        title_ja=FILLED,
        held_on=DAY,
        minutes=st.integers(0, 999_999),
    ),
    "published": st.builds(
        published,
        fiscal_year=YEAR,
        figure_id=CODE,
        shown=st.sampled_from(["2.80", "0", "-1.25", "1234"]),
        unit=st.sampled_from(["point", "percent", "percent_points", "text"]),
        is_approximate=st.booleans(),
        document_ja=FILLED,
        page=LINE,
        line=LINE,
        quote_ja=FILLED_PROSE,
        published_on=maybe(DAY),
    ),
}
KEY_FIELDS = (
    "code",
    "asset_number",
    "login",
    "number",
    "staff_number",
    "item_code",
    "respondent",
    "recipient",
    "department_code",
    "figure_id",
)


def distinct(name: str, drawn: list[r.Record]) -> list[r.Record]:
    """The records without those that would be refused as duplicates: each gets a key of its own."""
    if name == "year":
        return list({getattr(one, "key", getattr(one, "level", None)): one for one in drawn}.values())
    result = []
    for number, one in enumerate(drawn):
        field = next(field for field in KEY_FIELDS if hasattr(one, field))
        changes = {field: f"{getattr(one, field)}{number}"}
        if getattr(one, "prior_code", ""):
            changes["prior_code"] = f"{one.prior_code}{number}"  # type: ignore[union-attr]
        if getattr(one, "mail_address", ""):
            changes["mail_address"] = f"{number}{one.mail_address}"  # type: ignore[union-attr]
        result.append(changed(one, **changes))
    return result
