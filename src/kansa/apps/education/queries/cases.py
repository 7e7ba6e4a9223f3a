"""What would a case made of a finding say, and what in it may still identify somebody?"""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.db.models import QuerySet

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.queries import system_names
from kansa.apps.education.models import Case
from kansa.apps.findings.models import Finding, FindingSecrecy
from kansa.apps.people.models import Department, Municipality, StaffMember
from kansa.core.anonymity import REASONS_JA, Names, anonymised, residues
from kansa.core.permission import Actor

# The texts in which somebody could be named, with the words of the form.
TEXTS_JA = {
    "title_ja": "題名",
    "item_ja": "判定する項目",
    "situation_ja": "状況",
    "evidence_ja": "確認した証拠",
    "explanation_ja": "解説",
}


@dataclass(frozen=True, slots=True)
class CaseWords:
    """What is typed for a case. `state`: judged | not_applicable; a level exactly when judged."""

    title_ja: str
    domain_ja: str
    situation_ja: str
    state: str
    level: int | None
    item_code: str = ""
    item_ja: str = ""
    evidence_ja: str = ""
    explanation_ja: str = ""


@dataclass(frozen=True, slots=True)
class SourceResidue:
    """Something in a case that may still identify, with the sentence around it."""

    key: str  # code and words: what a person ticks as looked at
    code: str
    text: str
    field_ja: str
    before: str
    after: str
    is_looked_at: bool

    @property
    def reason_ja(self) -> str:
        """Why it is told."""
        return REASONS_JA[self.code]


def names_of(municipality_id: int) -> Names:
    """Every name the municipality's records hold, of all years, so that an old finding is cleaned of old names too."""
    departments = Department.objects.filter(municipality_id=municipality_id)
    staff = StaffMember.objects.filter(municipality_id=municipality_id).exclude(name_ja="")
    return Names(
        departments=tuple(sorted(set(departments.values_list("name_ja", flat=True)))),
        bureaus=tuple(sorted(set(departments.exclude(bureau_ja="").values_list("bureau_ja", flat=True)))),
        staff=tuple(sorted(set(staff.values_list("name_ja", flat=True)))),
        municipalities=tuple(Municipality.objects.filter(pk=municipality_id).values_list("name_ja", flat=True)),
        systems=system_names(municipality_id),
    )


def unused_findings(actor: Actor) -> QuerySet[Finding]:
    """Findings of audits that no case was made of yet, newest first."""
    made = Case.objects.filter(municipality_id=actor.municipality_id, finding__isnull=False)
    found: QuerySet[Finding] = (
        Finding.objects.visible_to(actor)
        .exclude(stream="technical_diagnosis")
        .exclude(pk__in=made.values("finding_id"))
        .select_related("item", "department")
        .order_by("-fiscal_year", "code")
    )
    return found


def draft_of(actor: Actor, finding: Finding) -> CaseWords:
    """A case out of a finding with every known name replaced; texts that are secret by themselves are left out."""
    secret = set(
        FindingSecrecy.objects.filter(municipality_id=actor.municipality_id, finding=finding).values_list(
            "field", flat=True
        )
    )
    told = {name: "" if name in secret else str(getattr(finding, name)) for name in ("fact_ja", "evidence_ja")}
    reasons = [str(getattr(finding, name)) for name in ("criterion_ja", "effect_ja") if name not in secret]
    item_ja = finding.item.text_ja if finding.item else ""
    texts = [finding.title_ja, item_ja, told["fact_ja"], told["evidence_ja"], "\n".join(filter(None, reasons))]
    title_ja, item_ja, situation_ja, evidence_ja, explanation_ja = anonymised(
        texts, names_of(actor.municipality_id)
    ).texts
    judged = Judgement.objects.filter(
        municipality_id=actor.municipality_id,
        engagement_id=finding.engagement_id or 0,
        item_id=finding.item_id or 0,
        state="judged",
    ).first()
    return CaseWords(
        title_ja=title_ja[:200],
        domain_ja=finding.item.domain_ja if finding.item else "",
        situation_ja=situation_ja,
        state="judged",
        level=judged.level if judged else None,
        item_code=finding.item.code if finding.item else "",
        item_ja=item_ja,
        evidence_ja=evidence_ja,
        explanation_ja=explanation_ja,
    )


def case_words(case: Case) -> CaseWords:
    """A case as its form shows it."""
    return CaseWords(**{field.name: getattr(case, field.name) for field in fields(CaseWords)})


def case_residues(case: Case, names: Names | None = None) -> list[SourceResidue]:
    """What in the texts of a case may still identify somebody, text by text; each key once a text."""
    names = names or names_of(case.municipality_id)
    looked_at = set(case.looked_at_ja.splitlines())
    found = []
    for name, field_ja in TEXTS_JA.items():
        text = str(getattr(case, name))
        seen: set[str] = set()
        for one in residues(text, names):
            key = f"{one.code}:{' '.join(one.text.split())}"
            if key not in seen:
                seen.add(key)
                before, after = text[max(0, one.start - 20) : one.start], text[one.end : one.end + 20]
                found.append(SourceResidue(key, one.code, one.text, field_ja, before, after, key in looked_at))
    return found
