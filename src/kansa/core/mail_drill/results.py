"""What came out of a drill: how many people, of whom, how soon; and what of it may be shown?

Counts are people, each counted once. A rate names numerator and denominator, of which four are in use. A drill of
another difficulty is another measure: two years are compared class by class (`adjusted`). What is shown by department
has its small cells and their complements suppressed; by job type and difficulty the same people are shown again in
numbers rounded to multiples of k, so that no difference of two tables gives a small cell away.
Worked examples: docs/spec/23-mail-drill.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from kansa.core.errors import NothingJudged
from kansa.core.mail_drill.events import Acts
from kansa.core.suppression import REASONS_JA, suppress

RECIPIENT_STATES_JA = {
    "waiting": "送信待ち",
    "accepted": "中継サーバーが受け付けた",
    "failed": "送信できなかった",
    "expired": "期限までに送信できなかった",
    "excluded": "対象から除外",
    "cancelled": "停止により取りやめ",
    "unknown": "不明（送信の途中で停止した）",
}
RECIPIENT_STATES = tuple(RECIPIENT_STATES_JA)
SENT_STATES = ("accepted",)

COUNTS_JA = {
    "listed": "名簿の人数",
    "sent": "送信した人数（中継サーバーが受け付けた人数）",
    "delivered": "届いた人数（送信した人数から、不達の通知があった人数を引いたもの）",
    "present": "届いて、期間中に在勤していた人数",
    "opened": "メールを表示した記録又はクリックのある人数（参考）",
    "clicked": "リンク又は添付ファイルを開いた人数",
    "reported": "報告した人数",
    "reported_after_click": "開いた後に報告した人数",
    "reported_without_click": "開かずに報告した人数",
    "undecided": "人か機器か判断できないクリックだけがある人数",
    "machine_only": "機器によるアクセスだけがある人数",
}
COUNTS = tuple(COUNTS_JA)
DIMENSIONS_JA = {"city": "全体", "department": "所属別", "job_type": "職種別", "difficulty": "難易度別"}
DIMENSIONS = tuple(DIMENSIONS_JA)
# What is told of a department. Finer columns would be nearly always zero there, and zero tells of everybody.
DEPARTMENT_COUNTS = ("listed", "sent", "delivered", "clicked", "reported")
_ACTS = ("clicked", "reported")
DENOMINATORS = ("sent", "delivered", "present", "opened")
QUESTIONNAIRE_ANSWERS_JA = {
    "noticed_before": "開く前に気付いた",
    "opened_reported": "開いたが、報告した",
    "opened_not_reported": "開いて、報告しなかった",
    "noticed_not_reported": "気付いたが、報告しなかった",
    "did_not_see": "メールを見ていない",
}
QUESTIONNAIRE_ANSWERS = tuple(QUESTIONNAIRE_ANSWERS_JA)
_BAND_BELOW = 20  # people: of fewer, 0 % and 100 % would say what everybody did


@dataclass(frozen=True, slots=True)
class Outcome:
    """One recipient at the end: where, which mail, what became of it, what was done."""

    department: str
    job_type: str
    difficulty: str
    state: str
    is_bounced: bool
    is_absent: bool
    acts: Acts

    @property
    def was_sent(self) -> bool:
        """The relay took it; or it is unknown, and somebody acted on it."""
        return self.state in SENT_STATES or (self.state == "unknown" and bool(self.acts.first))

    @property
    def was_delivered(self) -> bool:
        """Sent and not bounced; whoever acted on the mail had it delivered, whatever a bounce says."""
        return self.was_sent and (not self.is_bounced or bool(self.acts.first))


Counts = dict[str, int]


def counts_of(outcomes: Iterable[Outcome]) -> Counts:
    """People by what happened; every word of COUNTS. Only acts of people to whom the mail was delivered count."""
    found = dict.fromkeys(COUNTS, 0)
    for one in outcomes:
        found["listed"] += 1
        found["sent"] += one.was_sent
        if not one.was_delivered:
            continue
        first = one.acts.first
        clicked, reported = first.get("clicked"), first.get("reported")
        found["delivered"] += 1
        found["present"] += not one.is_absent or bool(first)
        found["opened"] += "opened" in first or clicked is not None
        found["clicked"] += clicked is not None
        found["reported"] += reported is not None
        after = clicked is not None and reported is not None and clicked <= reported
        found["reported_after_click"] += after
        found["reported_without_click"] += reported is not None and clicked is None
        found["undecided"] += "clicked" in one.acts.undecided
        found["machine_only"] += one.acts.is_machine_only
    return found


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with the words of both sides."""

    value: Fraction
    numerator: int
    denominator: int
    formula_ja: str


def rate(counts: Mapping[str, int], numerator: str, denominator: str) -> Rate:
    """The share, 0..1, with its formula in words. Raises NothingJudged when the denominator is 0."""
    if counts[denominator] <= 0:
        raise NothingJudged(f"「{COUNTS_JA[denominator]}」が0のため算出できない")
    formula = f"{COUNTS_JA[numerator]} ÷ {COUNTS_JA[denominator]}"
    return Rate(Fraction(counts[numerator], counts[denominator]), counts[numerator], counts[denominator], formula)


@dataclass(frozen=True, slots=True)
class Speed:
    """How soon. Minutes are whole, from the first mail that the relay took; None when it did not happen."""

    first_click_minutes: int | None
    first_report_minutes: int | None
    reports_before_first_click: int
    report_count: int


def speed_of(outcomes: Iterable[Outcome], first_sent_at: datetime | None) -> Speed:
    """The first click, the first report, and how many reported before anybody clicked."""
    reached = [one.acts.first for one in outcomes if one.was_delivered]
    reports = sorted(first["reported"] for first in reached if "reported" in first)
    click = min((first["clicked"] for first in reached if "clicked" in first), default=None)

    def minutes(moment: datetime | None) -> int | None:
        if moment is None or first_sent_at is None or moment < first_sent_at:
            return None
        return (moment - first_sent_at) // timedelta(minutes=1)

    before = sum(click is None or moment < click for moment in reports)
    return Speed(minutes(click), minutes(reports[0] if reports else None), before, len(reports))


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The rates of two years as if both had sent the same mix of mails. `covered`: share of this year's people."""

    this_rate: Fraction
    prior_rate: Fraction
    covered: Fraction

    @property
    def change(self) -> Fraction:
        """This year minus the year before, -1..1."""
        return self.this_rate - self.prior_rate


def adjusted(this: Mapping[str, tuple[int, int]], prior: Mapping[str, tuple[int, int]]) -> Adjusted:
    """Direct standardisation over the difficulty classes that both years used: class -> (clicked, delivered).

    The weight of a class is its share of the people of both years together. Raises NothingJudged without a common one.

    >>> found = adjusted({"least": (5, 100), "very": (45, 300)}, {"least": (24, 300), "very": (20, 100)})
    >>> found.this_rate, found.prior_rate
    (Fraction(1, 10), Fraction(7, 50))
    """
    common = [name for name in sorted(this) if this[name][1] > 0 and prior.get(name, (0, 0))[1] > 0]
    if not common:
        raise NothingJudged("両年度に共通する難易度の訓練メールがないため、難易度をそろえた比較はできない")
    weights = {name: this[name][1] + prior[name][1] for name in common}
    total = sum(weights.values())

    def standard(year: Mapping[str, tuple[int, int]]) -> Fraction:
        return sum((Fraction(year[name][0] * weights[name], year[name][1] * total) for name in common), Fraction(0))

    people = sum(delivered for _, delivered in this.values())
    return Adjusted(standard(this), standard(prior), Fraction(sum(this[name][1] for name in common), people))


Shown = dict[str, int | str]  # word of COUNTS -> the number, or the reason why it is not shown


def is_telling(count: int, people: int) -> bool:
    """Whether 0 or everybody of so few would say of each of them what he or she did."""
    return 0 < people < _BAND_BELOW and count in (0, people)


def departments_shown(
    rows: Mapping[str, Mapping[str, int]], tree: Mapping[str, Sequence[str]], k: int
) -> dict[str, Shown]:
    """The counts of departments and of what they are grouped in, with what must not be known left out.

    `rows`: department -> counts; `tree`: parent -> children, the whole city at its top. A department with fewer than k
    people reached is hidden in every column; in each column also one where nobody or everybody of a few did it. Then
    each column hides what would give those away.
    """
    sums = {name: dict(row) for name, row in rows.items()}
    for parent in tree:
        below = _leaves(parent, tree)
        sums[parent] = {count: sum(rows[name][count] for name in below) for count in DEPARTMENT_COUNTS}
    people = {name: row["delivered"] for name, row in rows.items()}
    shown: dict[str, Shown] = {name: {} for name in sums}
    for count in DEPARTMENT_COUNTS:
        telling: set[str] = set()
        if count in _ACTS:
            telling = {name for name, row in sums.items() if is_telling(row[count], row["delivered"])}
        hidden = suppress(tree, people, k, also=telling)
        for name, row in sums.items():
            shown[name][count] = REASONS_JA[hidden[name]] if name in hidden else row[count]
    return shown


def _leaves(cell: str, tree: Mapping[str, Sequence[str]]) -> list[str]:
    if cell not in tree:
        return [cell]
    return [leaf for child in tree[cell] for leaf in _leaves(child, tree)]


def rounded_to(number: int, k: int) -> int:
    """The nearest multiple of k, half up.

    >>> [rounded_to(number, 5) for number in (2, 3, 7, 8)]
    [0, 5, 5, 10]
    """
    return (2 * number + k) // (2 * k) * k


def classes_shown(rows: Mapping[str, Mapping[str, int]], k: int) -> dict[str, Shown]:
    """Counts of job types or difficulties: hidden below k people reached, else rounded to multiples of k.

    The same people stand in the table of departments; exact numbers in both would let a reader subtract.
    """
    shown: dict[str, Shown] = {}
    for name, row in rows.items():
        if 0 < row["delivered"] < k:
            shown[name] = dict.fromkeys(COUNTS, REASONS_JA["primary"])
        else:
            shown[name] = {count: rounded_to(row[count], k) for count in COUNTS}
    return shown


def answers_hidden(answers: Mapping[str, int]) -> dict[str, str]:
    """Departments whose answers are not told, with the reason; `answers`: department -> how many gave it.

    Below 20 answers a nought or an "everybody" would speak of each person; the rows that would give such a one away by
    subtraction from the whole go with it. One row stays or goes in all its columns.

    >>> sorted(answers_hidden({"101": 3, "102": 25, "103": 40}))
    ['101', '102']
    """
    return suppress({"": tuple(sorted(answers))}, answers, _BAND_BELOW) if answers else {}


@dataclass(frozen=True, slots=True)
class RateWords:
    """A rate that is printed: its name, the words of COUNTS on both sides, and whether it is for reference only."""

    name_ja: str
    numerator: str
    denominator: str
    is_reference: bool = False


RATES = {
    "open_rate": RateWords("開封率", "clicked", "delivered"),
    "report_rate": RateWords("報告率", "reported", "delivered"),
    "report_rate_among_clicked": RateWords("開いた人の報告率", "reported_after_click", "clicked"),
    "open_rate_of_sent": RateWords("開封率（送信した人に対して）", "clicked", "sent", is_reference=True),
    "open_rate_of_present": RateWords("開封率（在勤していた人に対して）", "clicked", "present", is_reference=True),
    "click_among_opened": RateWords("表示した人のうち開いた割合", "clicked", "opened", is_reference=True),
    "display_rate": RateWords("メールを表示した割合", "opened", "delivered", is_reference=True),
}


@dataclass(frozen=True, slots=True)
class Range:
    """People who clicked: by the strictest reading, by the rules that were chosen, by the loosest."""

    strict: int
    chosen: int
    loose: int
