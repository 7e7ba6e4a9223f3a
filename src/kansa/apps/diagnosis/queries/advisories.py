"""Which advisories are in force, how old is each, and where is its index?

An index is made from its file whenever it is missing: a backup may leave the indexes out.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.http import Http404

from kansa.apps.diagnosis.models import AdvisoryFile, AdvisoryKey, AdvisoryUpload, Scan
from kansa.core.advisory_days import as_of_ja
from kansa.core.permission import Actor
from kansa.formats.advisories import kind_of, read_advisories
from kansa.formats.scans import reports_of
from kansa.patches import Indexes, build_index
from kansa.patches.bundle import LIMITS

# Of these there are several files that stand side by side; of the others the newest file says it all.
SIDE_BY_SIDE = frozenset({"debian_index", "updateinfo", "csaf", "osv", "microsoft_cvrf", "cve_records", "jvn"})
# These say of a CVE how bad it is, and of no host that it lacks something.
GENERAL = frozenset({"kev", "kev_csv", "ssvc", "cve_records", "epss", "jvn", "debian_release"})
CATALOGUES = {"kev_csv": "kev"}  # the same list in another form


def stored_original(file: AdvisoryFile) -> str:
    """Where the file itself is kept, packed."""
    return f"originals/{file.municipality_id}/{file.sha256}.gz"


def stored_index(file: AdvisoryFile) -> str:
    """Where its index is kept. The release is part of the name: an index of packages does not say its own."""
    release = f"-{file.release.replace(':', '-')}" if file.release else ""
    return f"index/{file.municipality_id}/{file.sha256}{release}.sqlite"


def index_path(file: AdvisoryFile) -> Path:
    """The index, made anew when it is missing. Raises InputError when its file cannot be read any more."""
    path = Path(storages["advisories"].path(stored_index(file)))
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _original(file) as plain:
            report = next(reports_of(plain, file.name, LIMITS))
            build_index(path, read_advisories(report, kind_of(report)), file.release)
    return path


@contextmanager
def _original(file: AdvisoryFile) -> Iterator[tempfile.SpooledTemporaryFile[bytes]]:
    with (
        storages["advisories"].open(stored_original(file)) as packed,
        gzip.open(packed) as stream,
        tempfile.SpooledTemporaryFile(max_size=16 * 1024**2) as plain,
    ):
        shutil.copyfileobj(stream, plain)
        yield plain


def files_kept(municipality_id: int) -> list[AdvisoryFile]:
    """Every file that was not removed, the newest of its kind first."""
    rows = AdvisoryFile.objects.filter(municipality_id=municipality_id, removed_at__isnull=True)
    return sorted(rows.select_related("added_by"), key=_age_key, reverse=True)


def _age_key(file: AdvisoryFile) -> tuple[date, object, int]:
    return (file.as_of or date.min, file.added_at, file.pk)


def files_in_force(municipality_id: int) -> list[AdvisoryFile]:
    """The newest file of each kind and release; those that stand side by side by their names."""
    found: dict[tuple[str, str, str], AdvisoryFile] = {}
    for file in files_kept(municipality_id):
        name = file.name if file.kind in SIDE_BY_SIDE else ""
        found.setdefault((CATALOGUES.get(file.kind, file.kind), file.release, name), file)
    return sorted(found.values(), key=lambda one: (one.kind, one.release, one.name))


@contextmanager
def opened(files: Iterable[AdvisoryFile]) -> Iterator[Indexes]:
    """The indexes of these files, read together."""
    with Indexes([index_path(one) for one in files]) as indexes:
        yield indexes


def speaking_of(files: Iterable[AdvisoryFile], family: str, release: str) -> list[AdvisoryFile]:
    """Those of the files by which a host of this release is matched."""
    wanted = "windows" if family == "windows" else release
    builds = ("microsoft_builds",) if family == "windows" else ()
    return [one for one in files if one.kind not in GENERAL and (wanted in one.releases or one.kind in builds)]


def days_of(files: Iterable[AdvisoryFile]) -> list[list[str]]:
    """Kind, release, day and short hash of each, as a scan keeps them."""
    return [
        [one.kind, one.release, one.as_of.isoformat() if one.as_of else "", one.sha256[:12]]
        for one in sorted(files, key=lambda one: (one.kind, one.release, one.name))
    ]


def year_days_ja(municipality_id: int, fiscal_year: int) -> str:
    """The same of all patch checks of a fiscal year."""
    rows = Scan.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, tool="patch_check")
    return as_of_ja([day for days in rows.values_list("advisory_days", flat=True) for day in days])


@dataclass(frozen=True, slots=True)
class AdvisoryLine:
    """A file on the page. `age_days` None: its day is not known."""

    file: AdvisoryFile
    is_in_force: bool
    age_days: int | None

    @property
    def is_old(self) -> bool:
        """Whether it is too old to rely on, or nobody knows."""
        return self.is_in_force and (self.age_days is None or self.age_days > settings.ADVISORY_DAYS)


def advisory_lines(actor: Actor, today: date) -> list[AdvisoryLine]:
    """The files with their age, those in force first."""
    in_force = {one.pk for one in files_in_force(actor.municipality_id)}
    lines = [
        AdvisoryLine(one, one.pk in in_force, (today - one.as_of).days if one.as_of else None)
        for one in files_kept(actor.municipality_id)
    ]
    return sorted(lines, key=lambda one: (not one.is_in_force, one.file.kind, one.file.release, one.file.name))


def releases_known(municipality_id: int) -> list[str]:
    """Which releases of Linux something was carried in for."""
    found = {name for one in files_in_force(municipality_id) for name in one.releases}
    return sorted(found - {"windows"})


def products_known(municipality_id: int) -> list[str]:
    """Which products of Microsoft something was carried in for."""
    files = [one for one in files_in_force(municipality_id) if "windows" in one.releases]
    with opened(files) as indexes:
        return [name for name in indexes.products() if name.startswith("Windows ")]


def advisory_file(actor: Actor, pk: int) -> AdvisoryFile:
    """One file. Raises Http404."""
    rows = AdvisoryFile.objects.visible_to(actor).filter(pk=pk, removed_at__isnull=True)
    found: AdvisoryFile | None = rows.first()
    if found is None:
        raise Http404(f"照合データ{pk}はありません。")
    return found


def advisory_upload(actor: Actor, pk: int) -> AdvisoryUpload:
    """One bundle that was handed in. Raises Http404."""
    found: AdvisoryUpload | None = AdvisoryUpload.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(f"照合データの登録{pk}はありません。")
    return found


def advisory_uploads_waiting(actor: Actor) -> list[AdvisoryUpload]:
    """Bundles that do not count yet, newest first."""
    rows = AdvisoryUpload.objects.visible_to(actor).exclude(state__in=("applied", "cancelled"))
    return list(rows.order_by("-uploaded_at")[:50])


def keys_of(municipality_id: int) -> list[AdvisoryKey]:
    """The keys in force, by name."""
    rows = AdvisoryKey.objects.filter(municipality_id=municipality_id, revoked_at__isnull=True)
    return list(rows.select_related("added_by").order_by("name"))


def advisory_key(actor: Actor, pk: int) -> AdvisoryKey:
    """One key in force. Raises Http404."""
    rows = AdvisoryKey.objects.visible_to(actor).filter(pk=pk, revoked_at__isnull=True)
    found: AdvisoryKey | None = rows.first()
    if found is None:
        raise Http404(f"公開鍵{pk}はありません。")
    return found
