"""Which facts of an audit year may a report look at? The frozen values, without any database.

One `YearData` holds the year that is reported and the year before it, because the report compares them.
Judgements are kept as one character per control item (see `Engagement.levels`): counting is then
`str.count`, exact and fast at 600 departments x 300 items.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kansa.core.diagnosis_summary import DiagnosisSummary

SCHEMA = 2  # 2: the diagnosis in counts; see UPGRADES of document.frozen

# One character per control item in `Engagement.levels`.
LEVELS = "0123456789"
NOT_APPLICABLE = "N"  # 対象外: asked, judged not applicable, with a reason
NOT_JUDGED = "-"  # assigned to the engagement, no judgement yet
NOT_ASSIGNED = "."  # the item is not part of this engagement


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that somebody handed in; its original bytes are kept under this hash."""

    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of one sheet that a value was read from.

    `rows` is run-length text in the order of the values ("5-7,12" = 5, 6, 7, 12).
    `positions` says which values of the record they belong to, in the same notation; "" means all, in order.
    """

    file_sha256: str
    sheet: str
    rows: str
    positions: str = ""


@dataclass(frozen=True, slots=True)
class ScaleLevel:
    """One level of the judging scale (判定基準) of the year."""

    level: int
    label_ja: str
    criterion_ja: str
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class YearRules:
    """A municipality's rules as data of the fiscal year."""

    scale: tuple[ScaleLevel, ...]
    conforms_from: int = 3
    full_mark: Fraction = Fraction(4)
    pass_mark: Fraction = Fraction(3)
    headline_mean: str = "judgements"  # judgements | departments | items
    mean_places: int = 2
    rate_places: int = 1
    effect_places: int = 3
    small_cell_k: int = 5
    rotation_first_year: int = 2005
    rotation_length: int = 3
    external_counts_for_rotation: bool = False
    open_rate: str = "clicked/delivered"  # clicked/delivered | clicked/sent | opened/delivered | opened/sent | omitted
    wording_version: int = 1
    text_length: str = "standard"  # brief | standard | detailed
    sources: tuple[tuple[str, SourceRows], ...] = ()  # field name -> the row it was read from


@dataclass(frozen=True, slots=True)
class Department:
    """課所等 as it stood in one fiscal year. `code` is unique within that year."""

    code: str
    name_ja: str
    bureau_ja: str
    kind: str  # head_office | branch_office | nursery | school | fire_station | facility | other
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """組織改編: from 1 April of `fiscal_year` the successor stands for the predecessor."""

    fiscal_year: int
    kind: str  # renamed | merged | split | closed
    predecessor_code: str
    successor_code: str  # "" when closed
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class ControlItem:
    """監査項目 or 点検項目 of one year's checklist."""

    code: str
    domain_ja: str
    text_ja: str
    criteria_ja: str
    lineage: str  # carried | revised | added | dropped
    prior_code: str  # code in last year's checklist; "" when added
    same_as_code: str = ""  # internal audit: the external item it equals
    policy_clause: str = ""
    mic_number: str = ""
    jis_number: str = ""
    law_ja: str = ""
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """Items of one stream in checklist order; dropped items stand in `dropped`, never in `items`."""

    stream: str  # external_audit | internal_audit | self_inspection
    items: tuple[ControlItem, ...]
    dropped: tuple[ControlItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Engagement:
    """実施計画の一件. `levels` has one character per item of the stream's checklist, in its order."""

    code: str
    stream: str  # external_audit | internal_audit
    method: str  # technical_diagnosis | mail_drill | control_check
    department_code: str  # "" for the whole city
    started_on: str  # ISO date or ""
    ended_on: str
    auditor_count: int
    levels: str = ""
    reasons: tuple[tuple[int, str], ...] = ()  # position of a 対象外 -> its reason
    special: bool = False  # 特命監査, outside the plan
    sources: tuple[SourceRows, ...] = ()


@dataclass(frozen=True, slots=True)
class TallyRow:
    """自己点検 of one department: counts per item in checklist order. Nobody's answers are kept here."""

    department_code: str
    roster_count: int
    respondent_count: int
    yes: tuple[int, ...]
    no: tuple[int, ...]
    not_applicable: tuple[int, ...]
    blank: tuple[int, ...]
    sources: tuple[SourceRows, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillRow:
    """メール訓練 of one department: numbers of people, each counted once."""

    department_code: str
    sent: int
    delivered: int
    opened: int
    clicked: int
    submitted: int
    reported: int
    reported_after_click: int
    sources: tuple[SourceRows, ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """標的型攻撃メール訓練の一回."""

    code: str
    name_ja: str
    sent_on: str
    rows: tuple[DrillRow, ...]
    first_click_minutes: int | None = None  # after the first mail was sent
    first_report_minutes: int | None = None
    reports_before_first_click: int | None = None
    questionnaire_ja: str = ""  # what the answers afterwards said, in the office's words


@dataclass(frozen=True, slots=True)
class Finding:
    """検出事項 with its improvement. Texts that are confidential are not frozen."""

    code: str
    stream: str  # external_audit | internal_audit | technical_diagnosis
    engagement_code: str
    department_code: str
    item_code: str
    classification: str  # detection 検出事項 | recommendation 改善提言
    title_ja: str
    network_zone: str  # my_number | lgwan | internet | isolated | ""
    treatment: str  # fix | mitigate | accept | avoid | ""
    weighed: tuple[str, ...]  # condition | malfunction | cost
    planned_on: str  # the day an improvement plan was written, "" = no plan
    due_on: str
    promised_fiscal_year: int | None
    improved_on: str
    verified_on: str
    recurrence_of: str  # code of the earlier finding, "" = none
    lateral_rollout: bool
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """監査員研修: one session and how many auditors took part."""

    kind: str  # prior_study | case_study | exercise | lecture
    title_ja: str
    held_on: str
    minutes: int
    attendee_count: int
    sources: tuple[SourceRows, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanCell:
    """監査中期計画: which department is audited in which year."""

    fiscal_year: int
    department_code: str
    stream: str  # external_audit | internal_audit
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure that exists only as it was published, with the line it was read from."""

    fiscal_year: int
    figure_id: str
    shown: str  # as printed, e.g. "2.88", or a text
    value: Fraction | None  # None for a text
    places: int
    unit: str
    approximate: bool  # 「程度」「約」
    document_ja: str
    page: str
    line: str
    quote_ja: str
    published_on: str
    source: SourceRows | None = None


@dataclass(frozen=True, slots=True)
class YearRecords:
    """Everything recorded for one fiscal year."""

    fiscal_year: int
    rules: YearRules
    departments: tuple[Department, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    tally: tuple[TallyRow, ...] = ()
    drills: tuple[Drill, ...] = ()
    findings: tuple[Finding, ...] = ()
    trainings: tuple[Training, ...] = ()
    published: tuple[PublishedFigure, ...] = ()
    diagnosis: DiagnosisSummary | None = None  # None: no report of a scanner was taken over for this year

    def checklist(self, stream: str) -> Checklist:
        """The stream's checklist; an empty one when the year has none."""
        for checklist in self.checklists:
            if checklist.stream == stream:
                return checklist
        return Checklist(stream, ())


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """What the office says about the document itself."""

    municipality_ja: str
    title_ja: str
    contract_ja: str  # name of the contract the audit is part of, "" = none
    report_on: str  # ISO date printed at the right, "" = not yet set
    rotation_scope_ja: str = ""  # e.g. 「支所や保育園を含む」; "" = made from the departments' kinds
    remarks: tuple[tuple[str, str], ...] = ()  # section key -> the office's own sentence
    sources: tuple[tuple[str, SourceRows], ...] = ()  # field name -> the row it was read from


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A warning the office accepted when it froze the year, with its reason."""

    code: str
    reason_ja: str


@dataclass(frozen=True, slots=True)
class YearData:
    """The frozen year: the only thing a report may look at."""

    settings: ReportSettings
    this: YearRecords
    prior: YearRecords | None
    plan: tuple[PlanCell, ...] = ()
    successions: tuple[Succession, ...] = ()
    files: tuple[SourceFile, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    schema: int = SCHEMA
