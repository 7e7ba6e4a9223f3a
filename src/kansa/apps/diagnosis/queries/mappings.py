"""Which mappings of firms' tables are saved, and what does an unknown table look like?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import storages
from django.http import Http404

from kansa.apps.diagnosis.models import ScanUpload, TableMapping
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.scans import Report, reports_of


def mappings_of(actor: Actor) -> list[TableMapping]:
    """The saved mappings by name."""
    return list(TableMapping.objects.visible_to(actor).select_related("updated_by").order_by("name"))


def mapping_of(actor: Actor, pk: int) -> TableMapping:
    """One saved mapping. Raises Http404."""
    found: TableMapping | None = TableMapping.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(f"列の対応{pk}はありません。")
    return found


@contextmanager
def table_of(upload: ScanUpload) -> Iterator[Report]:
    """The first file of an upload, to be looked at. Raises InputError; RuleError when it holds none."""
    with storages["restricted"].open(upload.stored_name) as stream:
        report = next(iter(reports_of(stream, upload.name, clock=time.monotonic)), None)
        if report is None:
            raise RuleError("no_report", "診断ツールの報告書がありません。")
        yield report
