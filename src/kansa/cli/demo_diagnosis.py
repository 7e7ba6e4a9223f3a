"""Which diagnosis does the demo show? Two years of the sample city's zones, and what its people decide about them.

Everything is done by the acts of the pages. What is decided, done and tested again happens on the day of the demo.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kansa.core.errors import RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import Actor

if TYPE_CHECKING:
    from kansa.apps.diagnosis.models import Measure
    from kansa.sample.diagnosis import SampleReport

BEFORE = timedelta(days=45)  # the diagnosis of the running year, before it is decided about
OPENSSH, TLS, CERTIFICATE, OLD = "192707", "104743", "57582", "33850"  # plugins of the sample
WEIGHED: dict[str, Any] = {
    "testing": "tested",
    "vendor_support": "guaranteed",
    "has_way_back": True,
    "downtime_minutes": 30,
    "work_minutes": 240,
    "owner_ja": "文書係",
}


def add_demo_diagnosis(actor: Actor) -> str:
    """Registers the assets, carries the advisories in and takes every report over; its sentence for the console.

    Nothing happens a second time. Raises RuleError with the reason when a file is refused.
    """
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kansa.apps.annual_report.actions import import_file
    from kansa.apps.diagnosis import actions
    from kansa.apps.diagnosis.models import AdvisoryUpload, Scan
    from kansa.apps.trail.actions import ImportOptions
    from kansa.sample.diagnosis import diagnosis_files

    if Scan.objects.filter(municipality_id=actor.municipality_id).exists():
        return "診断結果は取込み済みです。"
    sample = diagnosis_files()
    for file in sample.register:
        import_file(actor, file.kind, file.data, file.name, apply=True, options=ImportOptions(**dict(file.options)))
    for name, data in sample.advisories:
        carried = actions.hand_in_advisories(actor, SimpleUploadedFile(name, data))
        carried = AdvisoryUpload.objects.get(pk=carried.pk)
        actions.apply_advisories(actor, carried)
    take_over(actor, sample.reports)
    return f"診断結果{len(sample.reports)}件を取り込みました。"


def take_over(actor: Actor, reports: Iterable[SampleReport]) -> None:
    """Hands the reports in and takes them over, one after the other. Raises RuleError when one is refused."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kansa.apps.diagnosis import actions
    from kansa.apps.diagnosis.models import ScanUpload

    zones = actions.zones_of(actor.municipality_id)
    for one in reports:
        facts = actions.UploadFacts(one.fiscal_year, zones[one.zone], kind=one.kind)
        upload = actions.hand_in(actor, SimpleUploadedFile(one.name, one.data), facts)
        upload = ScanUpload.objects.get(pk=upload.pk)
        if upload.state != "read":
            raise RuleError("sample_refused", f"{one.name}：{upload.reason_ja}")
        actions.apply_upload(actor, upload)


def add_demo_measures(today: date) -> str:
    """A diagnosis of the running year, decided about by the demo's people, and its re-test; for the console.

    One department's patch is gone at the re-test and its finding verified and rolled out; a setting is reported, and
    still there; the CISO accepts a system that is soon replaced; two proposals wait; the rest is still to be weighed.
    """
    from kansa.apps.diagnosis.actions import measures
    from kansa.apps.diagnosis.models import Measure
    from kansa.apps.diagnosis.queries.measures import proposed_measures
    from kansa.cli.demo_audits import person
    from kansa.sample.diagnosis import LOOKS, diagnosis_files

    if Measure.objects.exists():
        return "対策は登録済みです。"
    clerk = person("clerk")
    looks = [*LOOKS, *((fiscal_year_of(day), day) for day in (today - BEFORE, today))]
    sample = diagnosis_files(looks=looks, mended=[("L-002", int(OPENSSH))])
    each = len(sample.reports) // len(looks)
    take_over(clerk, sample.reports[each * len(LOOKS) : -each])
    found = proposed_measures(clerk, fiscal_year_of(today))
    made = measures.create_measures(clerk, [measures.proposal_code(one) for one in found])
    head, contact = person("other-head"), person("contact")
    patch, setting = (measure_of(made, "L-002", plugin) for plugin in (OPENSSH, TLS))
    decided(head, patch, today, "fix", reason_ja="検証環境で支障がなく、費用もかからないため")
    decided(head, setting, today, "fix", reason_ja="設定の変更だけで済むため")
    review_on = today + timedelta(days=300)
    replaced = {"review_on": review_on, "renewal_on": review_on, "owner_ja": "財務係", "cost_once": 4_800_000}
    decided(clerk, measure_of(made, "L-001", OLD), today, "accept", reason_ja="翌年度の更改で解消するため", **replaced)
    waiting = measure_of(made, "M-001", "CVE-2024-7264")
    propose(contact, waiting, today, "fix", reason_ja="保守の日に適用できるため", owner_ja="住民記録係")
    propose(clerk, measure_of(made, "I-002", CERTIFICATE), today, "fix", reason_ja="証明書を替えれば済むため")
    findings = [raised(patch), raised(waiting)]
    for one in (patch, setting):
        measures.report_measure_done(head, one.pk, today, "閉庁後に実施し、動作を確かめた。")
    take_over(clerk, sample.reports[-each:])
    roll_out(findings[0], today)
    return f"対策{len(made)}件、検出事項{len(findings)}件を登録し、再診断を取り込みました。"


def measure_of(made: Iterable[Measure], number: str, rule: str) -> Measure:
    """The measure that settles what this rule found on the asset. Raises RuleError: the sample is not as it was."""
    for one in made:
        settled = one.targets.filter(vulnerability__asset__asset_number=number, vulnerability__weakness__rule=rule)
        if settled.exists():
            return one
    raise RuleError("sample_refused", f"見本の診断結果に、{number}の{rule}がありません。")


def propose(actor: Actor, measure: Measure, today: date, treatment: str, **fields: Any) -> int:
    """A proposal with the inputs that the evidence proposes."""
    from kansa.apps.diagnosis.actions import decisions
    from kansa.apps.diagnosis.queries.conditions import proposed_conditions

    inputs = proposed_conditions(actor.municipality_id, [measure.pk], fiscal_year_of(today))[measure.pk].values()
    options = {treatment: decisions.Option("", fields.pop("cost_once", 0), 0)}
    told = {**WEIGHED, "due_on": today + timedelta(days=60), "options": options, **fields}
    return int(decisions.propose(actor, measure.pk, decisions.Weighed(treatment, inputs, **told)).pk)


def decided(actor: Actor, measure: Measure, today: date, treatment: str, **fields: Any) -> None:
    """Proposed, and approved by the head or, where a risk stays, by the CISO."""
    from kansa.apps.diagnosis.actions import decisions
    from kansa.cli.demo_audits import person

    step = propose(actor, measure, today, treatment, **fields)
    decisions.approve(person("ciso") if treatment == "accept" else actor, measure.pk, step)


def raised(measure: Measure) -> int:
    """The finding that the office makes of it, with the texts that the page offers."""
    from django.utils import timezone

    from kansa.apps.diagnosis.queries.measures import lines_of
    from kansa.apps.findings.actions import FindingWords, raise_by_measure
    from kansa.apps.findings.models import TEXTS_JA
    from kansa.apps.findings.queries.drafts import draft_of
    from kansa.cli.demo_audits import person

    clerk = person("clerk")
    (line,) = lines_of(clerk.municipality_id, [measure], timezone.localdate())
    draft = draft_of(measure, line)
    words = FindingWords(
        title_ja=draft["title_ja"],
        severity=draft["severity"],
        texts={name: draft[name] for name in TEXTS_JA if name in draft},
        secrecies={name.removeprefix("secret_"): why for name, why in draft.items() if name.startswith("secret_")},
    )
    return int(raise_by_measure(clerk, measure.pk, "", words).pk)


def roll_out(finding_pk: int, today: date) -> None:
    """Asks the departments whose assets have the same, or may have it."""
    from kansa.apps.findings.actions import RolloutWords, askable, order_rollout
    from kansa.apps.findings.models import Finding
    from kansa.apps.findings.queries.likely import proposals
    from kansa.cli.demo_audits import person

    finding = Finding.objects.get(pk=finding_pk)
    offered = proposals(finding, askable(finding, today), today)
    chosen = {one.department.pk: "\n".join(one.reasons_ja) for one in offered if one.is_proposed}
    if chosen:
        asked = "同じソフトウェアの版と、更新プログラムの適用を確かめてください。"
        words = RolloutWords("更新プログラムの適用の確認", asked, today + timedelta(days=30), is_to_all=False)
        order_rollout(person("clerk"), finding_pk, words, chosen)
