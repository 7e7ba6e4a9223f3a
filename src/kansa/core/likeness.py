"""Which departments that were not audited are likely to share a finding, and why? Never a finding itself.

Two tiers. A shared cause (system, procedure, premises) reaches every department that shares it: certain, without a
probability. Otherwise departments are ranked: the rate of the item, shrunk towards all items, then the rate in the kind
of department, shrunk towards the item, and two likelihood ratios, from the last audit and from the self-inspection.
Everything is counts, fractions and products, so each reason can be printed with its numbers.
Worked examples: docs/spec/19-likeness.md.
Source: beta-binomial shrinkage with s pseudo-departments (s = 1/rho - 1); naive Bayes in odds form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NotComputable
from kansa.core.fiscal import official_digits

TITLE_JA = "確認をお勧めする所属"
CAUSES_JA = {
    "shared_system": "共通のシステム",
    "shared_procedure": "共通の手続",
    "shared_premises": "共通の施設",
    "individual": "所属に固有",
}
LAST_AUDITS_JA = {"found": "検出あり", "not_found": "検出なし", "unknown": "不明"}
BANDS_JA = {"low": "少ない", "middle": "中程度", "high": "多い", "unknown": "不明"}
UNKNOWN = "unknown"

PSEUDO_COUNT = 4  # departments that every rate borrows from the wider group
LOW_TO, MIDDLE_TO = Fraction(5, 100), Fraction(15, 100)


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known about a department and an item before looking: last audit and self-inspection, or unknown."""

    department: str
    kind: str
    last_audit: str  # one of LAST_AUDITS_JA
    band: str  # one of BANDS_JA


@dataclass(frozen=True, slots=True)
class Observed:
    """One item judged in one department this year, with what was known of it before."""

    item: str
    signs: Signs
    is_found: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Found among all; both counts are printed with the reasons."""

    found: int
    total: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely a department shares the finding: exact odds and their parts, None where nothing is known."""

    department: str
    rate: Fraction  # of the item in this kind of department, shrunk twice
    last_audit_ratio: Fraction | None
    band_ratio: Fraction | None
    odds: Fraction
    reasons_ja: tuple[str, ...]

    @property
    def probability(self) -> Fraction:
        """The odds as a probability, strictly between 0 and 1."""
        return self.odds / (1 + self.odds)


@dataclass(frozen=True, slots=True)
class CalibrationBand:
    """Predictions of one band against what was found later."""

    lowest: Fraction
    count: int
    predicted_mean: Fraction
    found_rate: Fraction


def noncompliance_band(rate: Fraction | None, low_to: Fraction = LOW_TO, middle_to: Fraction = MIDDLE_TO) -> str:
    """low, middle or high for the share of 「いいえ」 to the linked question, 0..1; unknown for None."""
    if rate is None:
        return UNKNOWN
    return "low" if rate <= low_to else "middle" if rate <= middle_to else "high"


def sharing(
    cause: str, shared: str, used: Mapping[str, Collection[str]], already: Collection[str] = ()
) -> tuple[str, ...]:
    """Every department that uses what is shared, without those where it was found; none for an individual cause.

    `used` has department -> systems, procedures and premises. Raises ValueError for an unknown cause.
    """
    if cause not in CAUSES_JA:
        raise ValueError(f"unknown cause {cause!r}")
    if cause == "individual":
        return ()
    return tuple(sorted(name for name, things in used.items() if shared in things and name not in already))


def _tally(observed: Iterable[Observed]) -> Tally:
    found = [one.is_found for one in observed]
    return Tally(sum(found), len(found))


def _shrunk(tally: Tally, towards: Fraction) -> Fraction:
    return (tally.found + PSEUDO_COUNT * towards) / (tally.total + PSEUDO_COUNT)


def _odds(rate: Fraction) -> Fraction:
    return rate / (1 - rate)


def likely_departments(item: str, observed: Iterable[Observed], candidates: Iterable[Signs]) -> tuple[Likeness, ...]:
    """The candidates ranked by how likely they share the finding of this item, likeliest first, ties by name.

    `observed` is everything judged this year, all items. Raises NotComputable (no_variance) when nothing or everything
    in it was found: then there is nothing to rank by.
    """
    cells = tuple(observed)
    every = _tally(cells)
    if every.found in (0, every.total):
        raise NotComputable("no_variance", "今年度の判定に検出と非検出の両方がないため、順位を付けられない")
    evidence = _evidence(item, cells, Fraction(every.found, every.total))
    found = [_likeness(signs, evidence) for signs in candidates]
    return tuple(sorted(found, key=lambda one: (-one.odds, one.department)))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Everything counted once: the item, the item by kind of department, all cells by what was known before."""

    overall: Fraction
    item: Tally
    kinds: dict[str, Tally]
    last_audits: dict[str, Tally]
    bands: dict[str, Tally]


def _tallies(keyed: Iterable[tuple[str, Observed]]) -> dict[str, Tally]:
    groups: dict[str, list[Observed]] = {}
    for key, cell in keyed:
        groups.setdefault(key, []).append(cell)
    return {key: _tally(inside) for key, inside in groups.items()}


def _evidence(item: str, cells: tuple[Observed, ...], overall: Fraction) -> _Evidence:
    of_item = [cell for cell in cells if cell.item == item]
    return _Evidence(
        overall,
        _tally(of_item),
        _tallies((cell.signs.kind, cell) for cell in of_item),
        _tallies((cell.signs.last_audit, cell) for cell in cells),
        _tallies((cell.signs.band, cell) for cell in cells),
    )


def _likeness(signs: Signs, evidence: _Evidence) -> Likeness:
    nothing, overall = Tally(0, 0), evidence.overall
    kind = evidence.kinds.get(signs.kind, nothing)
    last = evidence.last_audits.get(signs.last_audit, nothing)
    band = evidence.bands.get(signs.band, nothing)
    rate = _shrunk(kind, _shrunk(evidence.item, overall))
    ratios = [
        None if known == UNKNOWN else _odds(_shrunk(tally, overall)) / _odds(overall)
        for known, tally in ((signs.last_audit, last), (signs.band, band))
    ]
    odds = _odds(rate)
    for ratio in ratios:
        odds *= 1 if ratio is None else ratio
    reasons = (
        _rate_reason(evidence.item, kind),
        _last_reason(signs.last_audit, last),
        _band_reason(signs.band, band),
    )
    return Likeness(signs.department, rate, ratios[0], ratios[1], odds, tuple(reason for reason in reasons if reason))


def _rate_reason(item: Tally, kind: Tally) -> str:
    if not item.total:
        return "今年度この項目を判定した所属はない。"
    of_kind = "同じ種別の監査なし"
    if kind.total:
        of_kind = f"同じ種別では{official_digits(kind.total)}所属のうち{official_digits(kind.found)}所属"
    total, found = official_digits(item.total), official_digits(item.found)
    return f"今年度監査した{total}所属のうち{found}所属で同じ項目を検出（{of_kind}）。"


def _last_reason(last: str, tally: Tally) -> str:
    if last == UNKNOWN or not tally.total:
        return ""
    before = "検出があった" if last == "found" else "検出がなかった"
    total, found = official_digits(tally.total), official_digits(tally.found)
    return f"前回の監査で{before}{total}件のうち{found}件で今年度も検出。"


def _band_reason(band: str, tally: Tally) -> str:
    if band == UNKNOWN or not tally.total:
        return ""
    words = {"low": "少ない", "middle": "中程度の", "high": "多い"}[band]
    total, found = official_digits(tally.total), official_digits(tally.found)
    return f"関係する設問の不遵守が{words}{total}件のうち{found}件で今年度検出。"


def calibration(
    outcomes: Iterable[tuple[Fraction, bool]], limits: tuple[Fraction, ...] = (Fraction(1, 4), Fraction(1, 2))
) -> tuple[CalibrationBand, ...]:
    """Predicted probability and what was found later, in bands that begin at 0 and at each limit; empty ones left out.

    To be printed each year beside the ranking, so that everybody sees how far it can be trusted.
    """
    starts = (Fraction(0), *sorted(limits))
    bands: dict[Fraction, list[tuple[Fraction, bool]]] = {}
    for probability, is_found in outcomes:
        lowest = max(start for start in starts if start <= probability)
        bands.setdefault(lowest, []).append((probability, is_found))
    return tuple(
        CalibrationBand(
            lowest,
            len(inside),
            sum((probability for probability, _found in inside), Fraction(0)) / len(inside),
            Fraction(sum(found for _probability, found in inside), len(inside)),
        )
        for lowest, inside in sorted(bands.items())
    )
