"""Which real addresses of the small town stand for the patterns of the access matrix?"""

from __future__ import annotations

from collections.abc import Callable

from kansa.apps.controls.models import ControlItem
from kansa.apps.drills.models import DrillCampaign
from kansa.apps.education.models import Case, Exercise, ReadingMaterial
from kansa.apps.findings.models import Finding, ImprovementEvidence, LateralRollout, RolloutTarget
from kansa.apps.mail.models import MailBatch, MailDomain, MailRelay
from kansa.apps.plan.models import EngagementAuditor
from tests.cast import account_named, this_fiscal_year

EXAMPLES: dict[str, str | Callable[[], object]] = {
    # The pages of a campaign are tried in tests/apps/test_campaigns.py and test_answering.py.
    "inspections/<int:pk>": "inspections/999999999",
    "answer/<int:pk>": "answer/999999999",
    "drills/texts/<slug:text>/as/<slug:shape>": "drills/texts/web-kaigi/as/phone",
    "drills/texts/<slug:text>": "drills/texts/web-kaigi",
    "drills/<int:pk>/plan/<slug:step>": lambda: f"drills/{DrillCampaign.objects.get().pk}/plan/basics",
    "drills/<int:pk>": lambda: f"drills/{DrillCampaign.objects.get().pk}",
    "mail/relays/<int:pk>": lambda: f"mail/relays/{MailRelay.objects.get().pk}",
    "mail/domains/<int:pk>/<slug:act>": lambda: f"mail/domains/{MailDomain.objects.get().pk}/confirm",
    "mail/domains/<int:pk>": lambda: f"mail/domains/{MailDomain.objects.get().pk}",
    "mail/batches/<int:pk>": lambda: f"mail/batches/{MailBatch.objects.get().pk}",
    # The pages of one asset, scan, vulnerability or measure are tried in tests/apps/test_diagnosis_*.py.
    "diagnosis/assets/<int:pk>": "diagnosis/assets/999999999",
    "diagnosis/tray/<int:pk>": "diagnosis/tray/999999999",
    "diagnosis/scans/<int:pk>": "diagnosis/scans/999999999",
    "diagnosis/uploads/<int:pk>": "diagnosis/uploads/999999999",
    "diagnosis/vulnerabilities/<int:pk>": "diagnosis/vulnerabilities/999999999",
    "diagnosis/measures/<int:pk>": "diagnosis/measures/999999999",
    "comments/<str:kind>": "comments/csv",
    "levels/<str:kind>": "levels/csv",
    "diagnosis/advisories/<int:pk>": "diagnosis/advisories/999999999",
    "diagnosis/advisories/keys/<int:pk>": "diagnosis/advisories/keys/999999999",
    "diagnosis/advisories/uploads/<int:pk>": "diagnosis/advisories/uploads/999999999",
    "diagnosis/inventories/scripts/<slug:name>": "diagnosis/inventories/scripts/no-such-system",
    "diagnosis/mappings/<int:pk>": "diagnosis/mappings/999999999",
    "diagnosis/zones/<int:pk>": "diagnosis/zones/999999999",
    "by/<slug:view>": "by/departments",
    "departments/<path:code>": "departments/101",
    "items/<path:code>": "items/Q1",
    "files/<str:form>": "files/table.csv",
    "import/drill-table/mappings/<int:pk>/remove": "import/drill-table/mappings/999999999/remove",
    "import/past-answers/mappings/<int:pk>": "import/past-answers/mappings/999999999",
    "<int:department>": "1",
    # Links of training mails: tried with real tokens in tests/apps/test_drill_landing.py.
    "<slug:token>": "1-0000000000000000000000",
    "<slug:key>": "0000",
    "findings/evidence/<int:pk>": lambda: f"findings/evidence/{ImprovementEvidence.objects.get().pk}",
    "findings/<int:pk>": lambda: f"findings/{Finding.objects.get(code='G1').pk}",
    "do/<slug:act>": "do/plan",
    "engagements/<int:fiscal_year>/<str:code>": "engagements/2025/I2025-101",
    "beside/<path:item_code>": "beside/I04",
    "rollouts/answers/<int:pk>": lambda: f"rollouts/answers/{RolloutTarget.objects.get().pk}",
    "rollouts/<int:pk>": lambda: f"rollouts/{LateralRollout.objects.get().pk}",
    "<fiscal_year:fiscal_year>/<str:code>": "2025/W25-101",
    "<path:item_code>": "I00",
    "<slug:sha256>": "0000",
    "<int:number>": "999999999",
    "<int:auditor_id>": lambda: auditor_id(),
    "letters/<slug:kind>/<slug:form>": "letters/notice/docx",
    "letters/<slug:kind>": "letters/notice",
    "letter/<slug:form>": "letter/docx",
    "export/<slug:kind>/<slug:form>": "export/findings/csv",
    # 2025 is not frozen, and its checklist is last year's again.
    "checklists/<int:fiscal_year>/<slug:stream>": "checklists/2025/external_audit",
    "export/<slug:kind>": "export/csv",
    "items/<int:pk>": lambda: f"items/{item_of('external_audit', 'E00')}",
    "plans/year/<fiscal_year:fiscal_year>/teams/<str:code>": "plans/year/2024/teams/I2024-101",
    "plans/year/<fiscal_year:fiscal_year>/auditors/<path:number>": "plans/year/2025/auditors/S001",
    "remove/<slug:kind>/<int:pk>": "remove/busy/999999999",
    "plans/<fiscal_year:first>/cells/<str:code>": "plans/2023/cells/101",
    "plans/<fiscal_year:first>/facts/<str:code>": "plans/2023/facts/101",
    "drafts/<int:pk>/why/<str:code>": "drafts/999999999/why/101",
    "drafts/<int:pk>": "drafts/999999999",
    "rules/<int:pk>/drop": "rules/999999999/drop",
    "<fiscal_year:first>": "2023",
    "<fiscal_year:year>": "2024",
    "<slug:form>": "xlsx",
    "<fiscal_year:fiscal_year>": "2024",
    "import/<slug:kind>": "import/departments",
    "done/<int:event>": "done/0",
    "templates/<slug:kind>": "templates/year",
    "download/<slug:kind>": "download/html",
    "<path:figure_id>": "external.mean",
    "passkeys/<int:pk>": "passkeys/1",
    "<str:login>": "clerk",
    "<path:number>": "S001",
    "<int:valid_from>/<path:code>": "2000/101",
    "dismiss/<int:pk>": "dismiss/999999999",
    "firms/<int:pk>": "firms/999999999",
    "posts/<int:pk>": "posts/999999999",
    "education/<int:fiscal_year>": lambda: f"education/{this_fiscal_year()}",
    "readings/<int:pk>": "readings/999999999",  # each sees the own ones only
    "materials/<int:pk>": lambda: f"materials/{ReadingMaterial.objects.get().pk}",
    "education/cases/<int:pk>": lambda: (
        f"education/cases/{Case.objects.order_by('pk').values_list('pk', flat=True)[0]}"
    ),
    "exercises/<int:pk>": lambda: f"exercises/{Exercise.objects.get().pk}",
    "<int:position>": "1",
    "<int:account>": lambda: account_named("auditor").pk,
}


def auditor_id() -> int:
    """The key of the auditor of the audit under way."""
    found = EngagementAuditor.objects.filter(engagement__code="W25-101").get()
    return int(found.pk)


def item_of(stream: str, code: str, fiscal_year: int = 2025) -> int:
    """The key of an item of the town."""
    found = ControlItem.objects.get(checklist__stream=stream, checklist__fiscal_year=fiscal_year, code=code)
    return int(found.pk)


def address(pattern: str) -> str:
    """A real address of a pattern of the matrix; what only the database knows is asked of it."""
    for part, example in EXAMPLES.items():
        if part in pattern:
            pattern = pattern.replace(part, str(example() if callable(example) else example))
    assert "<" not in pattern, f"{pattern}: give an example"
    return f"/{pattern}"
