"""How does a measure of a diagnosis raise a finding, or come to carry one that is there?"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.models import Measure, NetworkZone
from kansa.apps.diagnosis.queries.measures import tallies
from kansa.apps.findings import models
from kansa.apps.findings.actions.holding import hold, key_of
from kansa.apps.findings.actions.naming import refuse_names
from kansa.apps.findings.actions.raising import FindingWords, next_code, replace_secrecies, told, write
from kansa.apps.findings.queries.measured import findings_of
from kansa.apps.findings.queries.standing import standings
from kansa.apps.people.actions import lock_municipality
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor


def open_engagements(actor: Actor, measure: Measure, fiscal_year: int) -> list[Engagement]:
    """The external audits of the year that may take the finding: the diagnoses first; none that is over."""
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year, stream="external_audit")
    rows = rows.exclude(state__in=("followed_up", "closed"))
    found = [one for one in rows.order_by("code") if one.department_id in (None, measure.owning_department_id)]
    return sorted(found, key=lambda one: one.method != "technical_diagnosis")


def held_measure(actor: Actor, pk: int) -> Measure:
    """A measure for an act of the office, within the lock of the municipality. Raises RuleError."""
    lock_municipality(actor.municipality_id)
    measure: Measure | None = Measure.objects.visible_to(actor).filter(pk=pk).first()
    if measure is None:
        raise RuleError("not_allowed", "この対策はないか、扱う権限がありません。")
    return measure


def raise_by_measure(actor: Actor, measure_pk: int, engagement_code: str, words: FindingWords) -> models.Finding:
    """A finding whose improvement is that of the measure. `engagement_code`: "" when no audit is to take it.

    Raises RuleError: not the office, no vulnerabilities, of several departments, a finding of it is open already, no
    such audit; InputError: no title, or one that names a host.
    """
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        measure = held_measure(actor, measure_pk)
        fiscal_year = fiscal_year_of(timezone.localdate())
        tally = tallies(actor.municipality_id, [measure.pk], fiscal_year).get(measure.pk)
        if tally is None or not tally.open_count:
            raise RuleError("nothing_open_left", "この対策には、解消していない検出がありません。")
        if measure.owning_department_id is None:
            raise RuleError("several_owners", "所管課ごとに対策を分けてから、検出事項にしてください。")
        refuse_second(actor, measure)
        engagement = chosen_engagement(actor, measure, fiscal_year, engagement_code)
        zones = NetworkZone.objects.filter(pk__in=tally.zones).values_list("code", flat=True)
        finding = models.Finding(
            municipality_id=actor.municipality_id,
            fiscal_year=fiscal_year,
            code=next_code(engagement) if engagement else own_code(actor, fiscal_year),
            stream="technical_diagnosis",
            engagement=engagement,
            department=measure.owning_department,
            network_zone=zones[0] if len(zones) == 1 else "",
            raised_by_id=actor.account_id,
            raised_at=timezone.now(),
            version=1,
        )
        write(finding, words)
        refuse_names(actor.municipality_id, finding.title_ja, [measure.pk])
        finding.save()
        replace_secrecies(finding, words.secrecies)
        link(actor, finding, measure)
        record(actor, "raise", "finding", key_of(finding), {}, {**told(finding, words), "measure": measure.pk})
    return finding


def link(actor: Actor, finding: models.Finding, measure: Measure) -> None:
    """The row that binds them."""
    models.FindingMeasure.objects.create(
        municipality_id=actor.municipality_id,
        finding=finding,
        measure=measure,
        added_by_id=actor.account_id,
        added_at=timezone.now(),
    )


def refuse_second(actor: Actor, measure: Measure) -> None:
    """Raises RuleError while a finding of the measure is open: one shortfall is told once."""
    still = [one for one in standings(findings_of(actor, measure), timezone.localdate()) if one.is_open]
    if still:
        reason = f"この対策には、検出事項「{still[0].finding.code}」があります。解消するまで、二つ目は登録できません。"
        raise RuleError("raised_already", reason)


def chosen_engagement(actor: Actor, measure: Measure, fiscal_year: int, code: str) -> Engagement | None:
    """The audit that takes the finding. Raises RuleError for one that cannot."""
    if not code:
        return None
    found = {one.code: one for one in open_engagements(actor, measure, fiscal_year)}
    if code not in found:
        raise RuleError("no_such_engagement", "この監査には登録できません。一覧から選び直してください。")
    return found[code]


def own_code(actor: Actor, fiscal_year: int) -> str:
    """The next number of a finding that no audit takes, such as SD24-03: 診断."""
    prefix = f"SD{fiscal_year % 100:02}-"
    taken = models.Finding.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=fiscal_year, code__startswith=prefix
    ).values_list("code", flat=True)
    tails = (code.removeprefix(prefix) for code in taken)
    return f"{prefix}{max((int(tail) for tail in tails if tail.isdecimal()), default=0) + 1:02}"


def add_measure(actor: Actor, finding_pk: int, measure_pk: int) -> models.FindingMeasure:
    """Another measure carries the finding, too. Raises RuleError for one of another department or with its own plan."""
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        measure, finding = held_measure(actor, measure_pk), hold(actor, finding_pk)
        if not may_carry(finding, measure):
            reason = "この検出事項には加えられません。所管課、区分、改善計画の有無を確かめてください。"
            raise RuleError("cannot_carry", reason)
        refuse_second(actor, measure)
        link(actor, finding, measure)
        record(actor, "add_measure", "finding", key_of(finding), {}, {"measure": measure.pk})
        return models.FindingMeasure.objects.get(finding=finding, measure=measure)


def may_carry(finding: models.Finding, measure: Measure) -> bool:
    """Whether the measure may carry it: a detection of its department, without a plan written by itself."""
    has_measures = finding.measure_links.exists()
    has_plan = finding.improvement_plans.filter(planned_on__isnull=False).exists()
    is_same = finding.department_id == measure.owning_department_id is not None
    is_free = has_measures or not (has_plan or finding.acceptances.exists())
    return is_same and finding.classification == "detection" and not finding.is_withdrawn and is_free


def remove_measure(actor: Actor, finding_pk: int, measure_pk: int) -> None:
    """Takes a measure off a finding that another one carries still. Raises RuleError for the last one."""
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        measure, finding = held_measure(actor, measure_pk), hold(actor, finding_pk)
        rows = models.FindingMeasure.objects.filter(finding=finding)
        if not rows.filter(measure=measure).exists() or rows.count() < 2:
            raise RuleError("last_measure", "最後の対策は外せません。検出事項の改善は、その対策によります。")
        rows.filter(measure=measure).delete()
        record(actor, "remove_measure", "finding", key_of(finding), {"measure": measure.pk}, {})
