"""Which diagnosis does the demo show? Two years of the sample city's zones, taken over as an office would."""

from __future__ import annotations

from kansa.core.errors import RuleError
from kansa.core.permission import Actor


def add_demo_diagnosis(actor: Actor) -> str:
    """Registers the assets, carries the advisories in and takes every report over; its sentence for the console.

    Nothing happens a second time. Raises RuleError with the reason when a file is refused.
    """
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kansa.apps.annual_report.actions import import_file
    from kansa.apps.diagnosis import actions
    from kansa.apps.diagnosis.models import AdvisoryUpload, Scan, ScanUpload
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
    zones = actions.zones_of(actor.municipality_id)
    for one in sample.reports:
        facts = actions.UploadFacts(one.fiscal_year, zones[one.zone], kind=one.kind)
        upload = actions.hand_in(actor, SimpleUploadedFile(one.name, one.data), facts)
        upload = ScanUpload.objects.get(pk=upload.pk)
        if upload.state != "read":
            raise RuleError("sample_refused", f"{one.name}：{upload.reason_ja}")
        actions.apply_upload(actor, upload)
    return f"診断結果{len(sample.reports)}件を取り込みました。"
