"""Which items stand on each checklist of the sample city, under which code, and where do they come from?"""

from __future__ import annotations

from collections.abc import Sequence

from kansa.formats.records import ChecklistItemRecord
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.targets import PRIOR_YEAR, THIS_YEAR
from kansa.sample.texts import ItemText, QuestionText, external_items, internal_items, questions

LETTERS = {"external_audit": "E", "internal_audit": "I"}
EDITIONS_JA = {PRIOR_YEAR: "みほん市（架空）令和５年度版", THIS_YEAR: "みほん市（架空）令和６年度版"}


def items_of(stream: str, fiscal_year: int) -> tuple[ItemText, ...]:
    """The items of an audit's checklist of the year, in order."""
    texts = external_items() if stream == "external_audit" else internal_items()
    return tuple(item for item in texts if item.asked_in(fiscal_year))


def item_codes(stream: str, fiscal_year: int) -> dict[str, str]:
    """Item key -> its code on the year's checklist: letter, domain, running number; renumbered every year."""
    codes: dict[str, str] = {}
    domains: dict[str, int] = {}
    for item in items_of(stream, fiscal_year):
        domains[item.domain_ja] = domains.get(item.domain_ja, 0) + 1
        codes[item.key] = f"{LETTERS[stream]}{len(domains)}{domains[item.domain_ja]:02d}"
    return codes


def question_codes(fiscal_year: int) -> dict[str, str]:
    """Question key -> its code on the year's self-inspection: Q01, Q02 ... renumbered every year."""
    asked = [question.key for question in questions() if question.asked_in(fiscal_year)]
    return {key: f"Q{number:02d}" for number, key in enumerate(asked, start=1)}


def item_class(item: ItemText | QuestionText) -> str:
    """carried | revised | added | dropped, seen from FY2024."""
    if item.years != "both":
        return "added" if item.years == str(THIS_YEAR) else "dropped"
    return "revised" if item.prior_text_ja else "carried"


def checklist_records(fiscal_year: int) -> tuple[ChecklistItemRecord, ...]:
    """The three checklists of the year; FY2023 is the first in the records, so its items have no predecessor."""
    return (
        *_audit_records("external_audit", fiscal_year, external_items()),
        *_audit_records("internal_audit", fiscal_year, internal_items()),
        *_question_records(fiscal_year),
    )


def _dropped_code(prior_code: str) -> str:
    """A code of its own for the row of a dropped item, because its number went to another item."""
    return f"{prior_code}-X"


def _lineage(item: ItemText | QuestionText, fiscal_year: int) -> str:
    return "added" if fiscal_year == PRIOR_YEAR else item_class(item)


def _audit_records(stream: str, fiscal_year: int, texts: Sequence[ItemText]) -> list[ChecklistItemRecord]:
    codes = item_codes(stream, fiscal_year)
    prior = item_codes(stream, PRIOR_YEAR) if fiscal_year == THIS_YEAR else {}
    same_as = item_codes("external_audit", fiscal_year)
    records = []
    for item in texts:
        if item.key not in codes and item.key not in prior:
            continue
        is_old = fiscal_year == PRIOR_YEAR and bool(item.prior_text_ja)
        records.append(
            ChecklistItemRecord(
                fiscal_year=fiscal_year,
                stream=stream,
                code=codes.get(item.key) or _dropped_code(prior[item.key]),
                domain_ja=item.domain_ja,
                text_ja=item.prior_text_ja if is_old else item.text_ja,
                criteria_ja=item.prior_criteria_ja if is_old else item.criteria_ja,
                lineage=_lineage(item, fiscal_year),
                prior_code=prior.get(item.key, ""),
                same_as_code=same_as[item.same_as] if item.same_as else "",
                is_editorial=False,
                policy_clause=item.policy_clause,
                mic_number=item.mic_number,
                jis_number=item.jis_number,
                law_ja=item.law_ja,
                edition_ja=EDITIONS_JA[fiscal_year],
                source=NOT_FROM_A_FILE,
            )
        )
    return records


def _question_records(fiscal_year: int) -> list[ChecklistItemRecord]:
    codes = question_codes(fiscal_year)
    prior = question_codes(PRIOR_YEAR) if fiscal_year == THIS_YEAR else {}
    records = []
    for question in questions():
        if question.key not in codes and question.key not in prior:
            continue
        is_old = fiscal_year == PRIOR_YEAR and bool(question.prior_text_ja)
        records.append(
            ChecklistItemRecord(
                fiscal_year=fiscal_year,
                stream="self_inspection",
                code=codes.get(question.key) or _dropped_code(prior[question.key]),
                domain_ja=question.domain_ja,
                text_ja=question.prior_text_ja if is_old else question.text_ja,
                criteria_ja="",
                lineage=_lineage(question, fiscal_year),
                prior_code=prior.get(question.key, ""),
                same_as_code="",
                is_editorial=False,
                policy_clause=question.policy_clause,
                mic_number="",
                jis_number=question.jis_number,
                law_ja="",
                edition_ja=EDITIONS_JA[fiscal_year],
                source=NOT_FROM_A_FILE,
            )
        )
    return records
