"""How alike do auditors judge the cases of an exercise, and what should each of them read again?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kansa.apps.controls.queries import scale_levels, year_rules, year_settings
from kansa.apps.education.models import Exercise, ExerciseAnswer, ExerciseCase, ExerciseSitting
from kansa.core.agreement import (
    REASONS_JA,
    TENDENCIES_JA,
    Agreement,
    Between,
    CaseAgreement,
    agreement,
    between,
    by_case,
    reread,
    tendency,
)
from kansa.core.errors import NotComputable
from kansa.core.rounding import printed
from kansa.core.year import NOT_APPLICABLE, NOT_JUDGED

FEWEST_OTHERS = 3  # a spread over fewer others would tell what one of them answered


@dataclass(frozen=True, slots=True)
class Measure:
    """A printed measure, or the reason why it has no value."""

    shown: str
    reason_ja: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison in words: shares, kappa, tendency."""

    exact: Measure
    within_one: Measure
    kappa: Measure
    tendency_ja: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in an auditor's result: what was expected, what was given, and how the others lie."""

    place: ExerciseCase
    expected: str
    given: str
    note_ja: str
    reason_ja: str  # why to read it again; "" for no need
    spread: tuple[tuple[str, int], ...]  # sign -> others who gave it; empty while there are too few

    @property
    def is_same(self) -> bool:
        """Whether the auditor judged as expected."""
        return self.expected == self.given


@dataclass(frozen=True, slots=True)
class OwnResult:
    """One auditor's result."""

    sitting: ExerciseSitting
    told: Told
    lines: tuple[CaseLine, ...]
    exact_count: int

    @property
    def again(self) -> tuple[CaseLine, ...]:
        """The cases to read again."""
        return tuple(line for line in self.lines if line.reason_ja)


@dataclass(frozen=True, slots=True)
class AuditorLine:
    """One auditor in the office's overview."""

    sitting: ExerciseSitting
    told: Told
    reread_count: int


@dataclass(frozen=True, slots=True)
class ExerciseResults:
    """All auditors who handed in: each against the reference, with each other, case by case, and reference × given."""

    auditors: tuple[AuditorLine, ...]
    running: tuple[ExerciseSitting, ...]
    together: Told
    uncomputable_count: int
    cases: tuple[tuple[ExerciseCase, CaseAgreement, tuple[str, ...], tuple[tuple[str, int], ...]], ...]
    signs: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[int, ...]], ...]


def sign_of(state: str, level: int | None) -> str:
    """A judgement as one character, as `core.year` has it."""
    return str(level) if state == "judged" else NOT_APPLICABLE


def percent(value: Fraction) -> str:
    """A share with one decimal."""
    return f"{printed(value * 100, 1)} %"


def measure(read: Callable[[], Fraction], show: Callable[[Fraction], str]) -> Measure:
    """A measure as it is printed; "－" with its reason where there is nothing to compute."""
    try:
        return Measure(show(read()))
    except NotComputable as fault:
        return Measure("－", fault.reason_ja)


def told_of(compared: Agreement | Between) -> Told:
    """A comparison in words; the tendency only against the reference."""
    kappa = (lambda: compared.kappa) if isinstance(compared, Agreement) else (lambda: compared.mean_kappa)
    tendency_ja = ""
    if isinstance(compared, Agreement) and compared.pair_count:
        tendency_ja = TENDENCIES_JA[tendency(compared.mean_difference)]
    return Told(
        measure(lambda: compared.exact_rate, percent),
        measure(lambda: compared.within_one_rate, percent),
        measure(kappa, lambda value: printed(value, 2)),
        tendency_ja,
    )


def levels_of(municipality_id: int, fiscal_year: int) -> list[int]:
    """The levels to choose from, highest first; 4 to 0 while the year has no scale."""
    return sorted(scale_levels(municipality_id, [fiscal_year]).get(fiscal_year, set(range(5))), reverse=True)


def places_of(exercise: Exercise) -> list[ExerciseCase]:
    """The cases of an exercise in their order."""
    rows = ExerciseCase.objects.filter(municipality_id=exercise.municipality_id, exercise=exercise)
    return list(rows.select_related("case").order_by("position"))


def rows_of(exercise: Exercise, places: Sequence[ExerciseCase], accounts: Sequence[int]) -> dict[int, str]:
    """Account -> its judgements as one text, one character a case. One query."""
    signs: dict[int, dict[int, str]] = {account: {} for account in accounts}
    answers = ExerciseAnswer.objects.filter(
        municipality_id=exercise.municipality_id, place__exercise=exercise, account_id__in=accounts
    )
    for account, place, state, level in answers.values_list("account_id", "place_id", "state", "level"):
        signs[account][place] = sign_of(state, level)
    return {account: "".join(found.get(place.pk, NOT_JUDGED) for place in places) for account, found in signs.items()}


def conforms_from(exercise: Exercise) -> int:
    """From which level on an item conforms in the exercise's year."""
    settings = year_settings(exercise.municipality_id, exercise.fiscal_year)
    return year_rules(exercise.municipality_id, exercise.fiscal_year, settings).conforms_from


def reference_of(places: Sequence[ExerciseCase]) -> str:
    """The expected judgements as one text."""
    return "".join(sign_of(place.case.state, place.case.level) for place in places)


def spread_of(signs: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Sign -> how many gave it, best level first, 対象外 last."""
    return tuple(sorted(Counter(signs).items(), key=lambda pair: (pair[0] == NOT_APPLICABLE, -ord(pair[0]))))


def own_result(exercise: Exercise, sitting: ExerciseSitting) -> OwnResult:
    """The result of an auditor who handed in, beside the reference and the others without names."""
    places = places_of(exercise)
    finished = ExerciseSitting.objects.filter(
        municipality_id=exercise.municipality_id, exercise=exercise, finished_at__isnull=False
    )
    rows = rows_of(exercise, places, [*finished.values_list("account_id", flat=True), sitting.account_id])
    own = rows.pop(sitting.account_id)
    reference = reference_of(places)
    codes = [str(place.pk) for place in places]
    again = {one.case: REASONS_JA[one.reason] for one in reread(codes, reference, own, conforms_from(exercise))}
    answers = ExerciseAnswer.objects.filter(
        municipality_id=exercise.municipality_id, place__exercise=exercise, account_id=sitting.account_id
    )
    notes = dict(answers.values_list("place_id", "note_ja"))
    is_shown = len(rows) >= FEWEST_OTHERS
    lines = tuple(
        CaseLine(
            place,
            reference[number],
            own[number],
            notes.get(place.pk, ""),
            again.get(str(place.pk), ""),
            spread_of([row[number] for row in rows.values()]) if is_shown else (),
        )
        for number, place in enumerate(places)
    )
    exact_count = sum(1 for line in lines if line.is_same)
    return OwnResult(sitting, told_of(agreement(reference, own)), lines, exact_count)


def exercise_results(exercise: Exercise) -> ExerciseResults:
    """Everybody who handed in, for the office."""
    places = places_of(exercise)
    sittings = list(
        ExerciseSitting.objects.filter(municipality_id=exercise.municipality_id, exercise=exercise)
        .select_related("account")
        .order_by("account__name_ja", "pk")
    )
    finished = [one for one in sittings if one.finished_at is not None]
    rows = rows_of(exercise, places, [one.account_id for one in finished])
    reference, codes = reference_of(places), [str(place.pk) for place in places]
    limit = conforms_from(exercise)
    auditors = tuple(
        AuditorLine(
            one,
            told_of(agreement(reference, rows[one.account_id])),
            len(reread(codes, reference, rows[one.account_id], limit)),
        )
        for one in finished
    )
    everybody = between({str(account): row for account, row in rows.items()})
    cases = by_case(codes, reference, {str(account): row for account, row in rows.items()})
    given = [spread_of([row[number] for row in rows.values()]) for number in range(len(places))]
    signs = (*map(str, levels_of(exercise.municipality_id, exercise.fiscal_year)), NOT_APPLICABLE)
    return ExerciseResults(
        auditors=auditors,
        running=tuple(one for one in sittings if one.finished_at is None),
        together=told_of(everybody),
        uncomputable_count=everybody.uncomputable_count,
        cases=tuple(
            (place, case, tuple(REASONS_JA[reason] for reason in case.reasons), spread)
            for place, case, spread in zip(places, cases, given, strict=True)
        ),
        signs=signs,
        matrix=matrix_of(reference, list(rows.values()), signs),
    )


def matrix_of(reference: str, rows: Sequence[str], signs: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Expected sign -> how often each sign was given, over all auditors."""
    pairs = Counter((right, given) for row in rows for right, given in zip(reference, row, strict=True))
    return tuple((right, tuple(pairs[right, given] for given in signs)) for right in signs if right in reference)
