"""Which frozen form of a year do its reports read?"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from datetime import date, datetime

from kansa.apps.annual_report.models import Confirmation, FrozenYear
from kansa.core.errors import RuleError
from kansa.core.permission import Actor, can
from kansa.core.year import YearData
from kansa.document.frozen import load


@dataclass(frozen=True, slots=True)
class FrozenForm:
    """A frozen version without its body."""

    pk: int
    fiscal_year: int
    version: int
    sha256: str
    reason_ja: str
    frozen_by: str
    frozen_at: datetime
    confirmed_on: date | None

    @property
    def is_draft(self) -> bool:
        """Whether the report is still marked 案."""
        return self.confirmed_on is None


def frozen_years(actor: Actor) -> tuple[FrozenForm, ...]:
    """Every frozen version of the actor's municipality, newest year and version first. Two queries."""
    require_reading(actor)
    confirmed = dict(Confirmation.objects.visible_to(actor).values_list("frozen_year_id", "approved_on"))
    rows = (
        FrozenYear.objects.visible_to(actor)
        .order_by("-fiscal_year", "-version")
        .values_list("pk", "fiscal_year", "version", "sha256", "reason_ja", "frozen_by", "frozen_at")
    )
    return tuple(FrozenForm(*row, confirmed.get(row[0])) for row in rows)


def is_frozen(municipality_id: int, fiscal_year: int) -> bool:
    """Whether the year has a frozen version."""
    return FrozenYear.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year).exists()


def latest_frozen(actor: Actor, fiscal_year: int) -> FrozenForm | None:
    """The newest version of a year; None when it was never frozen."""
    return next((form for form in frozen_years(actor) if form.fiscal_year == fiscal_year), None)


def frozen_bytes(actor: Actor, fiscal_year: int, version: int | None = None) -> bytes:
    """The canonical JSON of a version (the newest by default).

    Raises RuleError: not allowed, not frozen, no such version, or the stored bytes no longer match their hash.
    """
    require_reading(actor)
    rows = FrozenYear.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
    if version is not None:
        rows = rows.filter(version=version)
    row = rows.order_by("version").last()
    if row is None:
        reason = f"{fiscal_year}年度はまだ凍結していません。先に「kansa freeze {fiscal_year}」を実行してください。"
        raise RuleError("not_frozen", reason)
    try:
        body = zlib.decompress(bytes(row.body))
    except zlib.error:
        body = b""
    if hashlib.sha256(body).hexdigest() != row.sha256:
        reason = f"{fiscal_year}年度 第{row.version}版の凍結データが壊れています。控えから戻してください。"
        raise RuleError("frozen_damaged", reason)
    return body


def frozen_year(actor: Actor, fiscal_year: int, version: int | None = None) -> YearData:
    """The frozen year as values; raises as `frozen_bytes`, and InputError for a schema this program cannot read."""
    return load(frozen_bytes(actor, fiscal_year, version))


def confirmation_of(actor: Actor, fiscal_year: int, version: int) -> Confirmation | None:
    """The approval of a version; None while it is a draft."""
    require_reading(actor)
    rows = Confirmation.objects.visible_to(actor)
    return rows.filter(frozen_year__fiscal_year=fiscal_year, frozen_year__version=version).first()


def require_reading(actor: Actor) -> None:
    """Raises RuleError when the actor may not read reports."""
    if not can(actor, "read_report"):
        raise RuleError("not_allowed", "報告書を見る権限がありません。")
