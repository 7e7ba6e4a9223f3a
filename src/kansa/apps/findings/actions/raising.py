"""How is a finding raised, mended, and linked to the earlier one that it repeats?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from kansa.apps.controls.models import ControlItem
from kansa.apps.findings import models
from kansa.apps.findings.actions.holding import check_version, demand, hold, key_of, refused
from kansa.apps.findings.actions.naming import refuse_names
from kansa.apps.findings.queries.measured import measures_of
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import engagement_for
from kansa.apps.trail.actions import record, require
from kansa.core.advisory import find_assurance_wording
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor

OWN_FIELDS = ("title_ja", "classification", "severity", "cause_kind", *models.TEXTS_JA)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWords:
    """What an auditor writes about a finding. `texts`: one of TEXTS_JA -> text; `secrecies`: the same -> reason."""

    title_ja: str
    classification: str = "detection"
    severity: str = ""
    cause_kind: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    secrecies: Mapping[str, str] = field(default_factory=dict)


def raise_finding(
    actor: Actor, fiscal_year: int, engagement_code: str, item_code: str, words: FindingWords
) -> models.Finding:
    """A new finding of an engagement, numbered by its audit. `item_code` "" when it concerns no single item.

    Raises RuleError in another state or when the same was raised already (a form that was sent twice), InputError
    without a title or for an item outside the checklist.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        own = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year, code=engagement_code)
        list(own.select_for_update(of=("self",)))  # two findings never get one number
        engagement = engagement_for(actor, fiscal_year, engagement_code, write="finding").engagement
        finding = models.Finding(
            municipality_id=actor.municipality_id,
            fiscal_year=fiscal_year,
            code=next_code(engagement),
            stream="technical_diagnosis" if engagement.method == "technical_diagnosis" else engagement.stream,
            engagement=engagement,
            department=engagement.department,
            item=item_of(engagement, item_code),
            raised_by_id=actor.account_id,
            raised_at=timezone.now(),
            version=1,
        )
        write(finding, words)
        refuse_twin(finding)
        finding.save()
        replace_secrecies(finding, words.secrecies)
        record(actor, "raise", "finding", key_of(finding), {}, told(finding, words))
    return finding


def refuse_twin(finding: models.Finding) -> None:
    """Raises RuleError when the audit has a finding of this title about this item already."""
    twins = models.Finding.objects.filter(
        municipality_id=finding.municipality_id,
        engagement=finding.engagement,
        item=finding.item,
        title_ja=finding.title_ja,
        is_withdrawn=False,
    )
    twin = twins.first()
    if twin is not None:
        raise RuleError(
            "raised_already",
            f"同じ件名の検出事項「{twin.code}」が、既に登録されています。直すときは、その検出事項を書き換えてください。",
        )


def edit_finding(actor: Actor, pk: int, version: int, words: FindingWords) -> models.Finding:
    """Other words for a finding. Raises RuleError (changed_meanwhile) when somebody saved since `version`."""
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "finding")
        check_version(finding.version, version)
        before = {name: getattr(finding, name) for name in OWN_FIELDS}
        write(finding, words)
        measures = measures_of(actor.municipality_id, [finding.pk]).get(finding.pk, ())
        refuse_names(actor.municipality_id, finding.title_ja, list(measures))
        finding.version += 1
        finding.save()
        replace_secrecies(finding, words.secrecies)
        after = told(finding, words)
        changed = {name: value for name, value in before.items() if after[name] != value}
        record(actor, "edit", "finding", key_of(finding), changed, {**{name: after[name] for name in changed}})
    return finding


def mark_recurrence(actor: Actor, pk: int, version: int, earlier_code: str) -> models.Finding:
    """Links a finding to the earlier one it repeats; "" takes the link away.

    Raises InputError for an earlier finding that the person cannot see or that is not earlier.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "finding")
        check_version(finding.version, version)
        if earlier_code:
            earlier = models.Finding.objects.filter(
                municipality_id=actor.municipality_id, code=earlier_code, fiscal_year__lte=finding.fiscal_year
            ).exclude(pk=finding.pk)
            if not earlier.exists():
                raise refused("unknown_recurrence", "その番号の、前の検出事項はありません。", "再発元番号")
        before = finding.recurrence_of
        finding.recurrence_of = earlier_code
        finding.version += 1
        finding.save(update_fields=["recurrence_of", "version"])
        names = {"recurrence_of": earlier_code}
        record(actor, "mark_recurrence", "finding", key_of(finding), {"recurrence_of": before}, names)
    return finding


def write(finding: models.Finding, words: FindingWords) -> None:
    """Puts the words into the row. Raises InputError for what cannot stand."""
    if not words.title_ja.strip():
        raise refused("title", "件名を入力してください。", "件名")
    missing = [name for name, reason in words.secrecies.items() if not reason.strip()]
    if missing:
        reason = "非公開とする理由を入力してください。"
        raise InputError(*(Refusal("secrecy_reason", reason, Place(column=secrecy_label_ja(name))) for name in missing))
    finding.title_ja = words.title_ja.strip()
    finding.classification = words.classification
    finding.severity, finding.cause_kind = words.severity, words.cause_kind
    for name in models.TEXTS_JA:
        setattr(finding, name, words.texts.get(name, "").strip())


def secrecy_label_ja(name: str) -> str:
    """The label of the field in which the reason stands."""
    return f"「{models.TEXTS_JA[name]}」を非公開とする理由"


def replace_secrecies(finding: models.Finding, secrecies: Mapping[str, str]) -> None:
    """The marks as wanted now."""
    finding.secrecies.all().delete()
    models.FindingSecrecy.objects.bulk_create(
        models.FindingSecrecy(
            municipality_id=finding.municipality_id, finding=finding, field=name, reason_ja=reason.strip()
        )
        for name, reason in sorted(secrecies.items())
    )


def told(finding: models.Finding, words: FindingWords) -> dict[str, object]:
    """What the trail keeps of a finding."""
    return {name: getattr(finding, name) for name in OWN_FIELDS} | {"secret": sorted(words.secrecies)}


def next_code(engagement: Engagement) -> str:
    """The next number of the engagement, such as IN24-01-03: numbers are never used twice."""
    prefix = f"{engagement.code[:36]}-"
    taken = models.Finding.objects.filter(
        municipality_id=engagement.municipality_id, fiscal_year=engagement.fiscal_year, code__startswith=prefix
    ).values_list("code", flat=True)
    tails = (code.removeprefix(prefix) for code in taken)
    last = max((int(tail) for tail in tails if tail.isdecimal()), default=0)
    return f"{prefix}{last + 1:02}"


def item_of(engagement: Engagement, code: str) -> ControlItem | None:
    """The item of the engagement's checklist. Raises InputError when it has none of this code."""
    if not code:
        return None
    found: ControlItem | None = (
        ControlItem.objects.filter(
            municipality_id=engagement.municipality_id,
            checklist__fiscal_year=engagement.fiscal_year,
            checklist__stream=engagement.stream,
            code=code,
        )
        .exclude(lineage="dropped")
        .first()
    )
    if found is None:
        raise RuleError("item_outside_checklist", f"項目「{code}」は、この監査のチェックリストにありません。")
    return found


def assurance_warnings(finding: models.Finding) -> Iterable[str]:
    """Phrases that read like assurance, each with its text and why it may not stand; saved all the same."""
    for name, label in {"title_ja": "件名", **models.TEXTS_JA}.items():
        for _start, phrase, why_ja in find_assurance_wording(getattr(finding, name)):
            yield f"「{label}」の「{phrase}」は、{why_ja}"
