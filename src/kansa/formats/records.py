"""What does a reader hand over? Plain records, each with the file, sheet and row it was read from.

A record says what stands in the file after folding (digits, radicals, era dates); it decides nothing.
Codes stay text. An empty cell is "" or None, never 0.

A city's year has tens of thousands of judgements. They and their sources are named tuples, because a frozen dataclass
takes two to three times as long to make, which was a fifteenth of the time of importing worksheets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from kansa.core.errors import Refusal


class Source(NamedTuple):
    """One row of one sheet; `row` is the number Excel shows (1-based); `sheet` is "" for CSV."""

    file_sha256: str
    file_name: str
    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class YearSettingRecord:
    """年度設定: one rule or text of the fiscal year."""

    fiscal_year: int
    key: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class ScaleLevelRecord:
    """判定基準: one level with its wording."""

    fiscal_year: int
    level: int
    label_ja: str
    criterion_ja: str
    source: Source


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """課所等 with validity (fiscal years, inclusive) and what it came from."""

    code: str
    name_ja: str
    bureau_ja: str
    kind: str  # head_office | branch_office | nursery | school | fire_station | facility | other
    valid_from: int
    valid_to: int | None
    succession: str  # "" | renamed | merged | split
    predecessor_codes: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """職員 on the roster of one fiscal year (a snapshot)."""

    fiscal_year: int
    staff_number: str
    name_ja: str
    department_code: str
    mail_address: str
    post_ja: str
    is_auditor: bool
    excluded_reason_ja: str  # 休職・派遣等, "" = on the roster
    source: Source
    job_types: tuple[str, ...] = ()  # 職種, () = none or not said


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """情報資産（機器） as it stands in one fiscal year; addresses in their canonical form."""

    fiscal_year: int
    asset_number: str
    system_ja: str
    department_code: str
    network_zone: str  # the zone's name as it was written
    host_name: str
    fqdn: str
    addresses: tuple[str, ...]
    importance: str  # high | medium | low | ""
    has_personal_number: bool
    product_ja: str
    operating_system: str
    support_ends_on: date | None
    vendor_ja: str
    contract_ja: str
    contract_ends_on: date | None
    retired_in: int | None
    note_ja: str
    source: Source
    is_published: bool = False  # 公開: the internet reaches it


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """利用者: one role of one person who may sign in, in one fiscal year."""

    fiscal_year: int
    login: str
    name_ja: str
    staff_number: str  # "" = not a member of staff
    role: str  # see core.permission.ROLES
    department_code: str
    firm_ja: str
    valid_through: int | None  # fiscal year; None = as long as the role
    source: Source


@dataclass(frozen=True, slots=True)
class ChecklistItemRecord:
    """監査項目・点検項目 of one year's checklist with its lineage."""

    fiscal_year: int
    stream: str  # external_audit | internal_audit | self_inspection
    code: str
    domain_ja: str
    text_ja: str
    criteria_ja: str
    lineage: str  # carried | revised | added | dropped
    prior_code: str
    same_as_code: str
    is_editorial: bool  # 誤字修正等: wording changed, version kept
    policy_clause: str
    mic_number: str
    jis_number: str
    law_ja: str
    edition_ja: str
    source: Source
    answer_kind: str = "yes_no"  # yes_no | scale | comment; the last three are for self_inspection only
    levels: tuple[str, ...] = ()  # labels of a scale from level 1
    met_from: int | None = None  # a scale counts as met from this level; None = outside the compliance rate
    asked_of: tuple[str, ...] = ()  # 職種 that are asked; () = all


@dataclass(frozen=True, slots=True)
class GuidelineItemRecord:
    """監査ガイドラインの項目: one row of the national guideline's table in one edition."""

    edition_ja: str
    number: str
    requirement: str  # required | recommended
    chapter_ja: str
    text_ja: str
    documents_ja: str
    procedure_ja: str
    example_number: str
    jis_number: str
    note_ja: str
    source: Source


@dataclass(frozen=True, slots=True)
class EngagementRecord:
    """実施計画の一件."""

    fiscal_year: int
    code: str
    stream: str  # external_audit | internal_audit
    method: str  # technical_diagnosis | mail_drill | control_check
    department_code: str  # "" = whole city
    started_on: date | None
    ended_on: date | None
    auditor_numbers: tuple[str, ...]  # staff numbers (internal) or names (external)
    is_special: bool
    source: Source


class JudgementRecord(NamedTuple):
    """判定 of one item in one engagement."""

    fiscal_year: int
    engagement_code: str
    department_code: str
    item_code: str
    state: str  # judged | not_applicable | not_judged
    level: int | None
    reason_ja: str  # 対象外の理由
    evidence_ja: str
    auditor_ja: str
    source: Source
    methods: tuple[str, ...] = ()  # document | interview | inspection; () = not said


@dataclass(frozen=True, slots=True)
class WorksheetMeta:
    """The hidden identity of a locked worksheet: what it was written for."""

    schema: int
    fiscal_year: int
    engagement_code: str
    department_code: str
    stream: str
    checklist_sha256: str
    seal: str  # HMAC over the locked cells
    base: str = ""  # what was judged when it was written (worksheets.written)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """自己点検: one respondent. `answers` pairs item codes with yes | no | not_applicable | blank | "1" .. "7"."""

    fiscal_year: int
    respondent: str
    department_code: str
    answers: tuple[tuple[str, str], ...]
    source: Source


@dataclass(frozen=True, slots=True)
class DrillRecord:
    """メール訓練: one delivery to one person."""

    fiscal_year: int
    drill_code: str
    recipient: str  # mail address or staff number, as in the file
    department_code: str  # "" = to be taken from the staff roster
    sent_at: datetime | None
    is_delivered: bool | None  # None = the file does not say
    opened_at: datetime | None
    clicked_at: datetime | None
    submitted_at: datetime | None
    reported_at: datetime | None
    excluded_reason_ja: str
    source: Source
    undated: tuple[str, ...] = ()  # opened, clicked, submitted, reported: it happened, and the file does not say when

    @property
    def acts(self) -> frozenset[str]:
        """What the person did, at a known time or not."""
        kinds = ("opened", "clicked", "submitted", "reported")
        return frozenset(self.undated) | {kind for kind in kinds if getattr(self, f"{kind}_at") is not None}


@dataclass(frozen=True, slots=True)
class DrillEventRecord:
    """メール訓練: one raw event (GoPhish events)."""

    fiscal_year: int
    drill_code: str
    recipient: str
    kind: str  # sent | failed | opened | clicked | submitted | reported
    at: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """検出事項 with its improvement plan."""

    fiscal_year: int
    code: str
    stream: str  # external_audit | internal_audit | technical_diagnosis
    engagement_code: str
    department_code: str
    item_code: str
    classification: str  # detection | recommendation
    title_ja: str
    fact_ja: str
    network_zone: str  # "" | my_number | lgwan | internet | isolated
    treatment: str  # "" | fix | mitigate | accept | avoid
    weighed: tuple[str, ...]  # condition | malfunction | cost
    measure_ja: str
    planned_on: date | None
    due_on: date | None
    promised_fiscal_year: int | None
    improved_on: date | None
    verified_on: date | None
    verifier_ja: str
    recurrence_of: str
    is_lateral_rollout: bool
    source: Source


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """監査員研修: one auditor at one session."""

    fiscal_year: int
    staff_number: str
    kind: str  # prior_study | case_study | exercise | lecture
    title_ja: str
    held_on: date
    minutes: int
    source: Source


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """監査中期計画: one department in one year."""

    fiscal_year: int
    department_code: str  # "" where the file names departments by `name_ja`, told apart by `bureau_ja`
    stream: str  # external_audit | internal_audit
    source: Source
    name_ja: str = ""
    bureau_ja: str = ""


@dataclass(frozen=True, slots=True)
class PublishedRecord:
    """A past figure as it was published, with its source line."""

    fiscal_year: int
    figure_id: str
    shown: str
    value: Fraction | None
    places: int
    unit: str
    is_approximate: bool
    document_ja: str
    page: str
    line: str
    quote_ja: str
    published_on: date | None
    source: Source


Record = (
    YearSettingRecord
    | ScaleLevelRecord
    | DepartmentRecord
    | StaffRecord
    | AccountRecord
    | ChecklistItemRecord
    | GuidelineItemRecord
    | EngagementRecord
    | JudgementRecord
    | AnswerRecord
    | DrillRecord
    | DrillEventRecord
    | FindingRecord
    | TrainingRecord
    | AssetRecord
    | PlanRecord
    | PublishedRecord
)


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one file gave: the good rows, and every refusal with its place. Refusals mean nothing is applied."""

    records: tuple[Record, ...]
    refusals: tuple[Refusal, ...]
    meta: WorksheetMeta | None = None
