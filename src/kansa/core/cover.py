"""Under which department and job type are answers stored, so that what is stored never points to fewer than k people?

A cell is a department and a job type. Which items somebody answered tells the job type too, so all people of a stored
cell are asked the same items, and a cell holds k people or more (docs/adr/0027).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from kansa.core.errors import RuleError
from kansa.core.job_types import joined, labels_of

Cell = tuple[int, str]  # department, job type as core.job_types.joined


def counted_together(people: Mapping[int, int], bureaus: Mapping[int, str], k: int) -> dict[int, int]:
    """Department -> the department its answers are counted in, which has at least k people (each key: a department).

    A department of fewer than k goes to the smallest one of its bureau that has k. A bureau without one is pooled in
    its largest department if that makes k. Else its people go to the smallest cover of the city, or all that are left
    are pooled. Ties go by key. Raises RuleError when all together are fewer than k.

    >>> counted_together({1: 2, 2: 9, 3: 7}, {1: "総務部", 2: "総務部", 3: "市民部"}, 5)
    {1: 2, 2: 2, 3: 3}
    >>> counted_together({1: 2, 2: 3, 3: 1}, {1: "総務部", 2: "総務部", 3: "市民部"}, 5)
    {1: 2, 2: 2, 3: 2}
    """
    found: dict[int, int] = {}
    covers: list[tuple[int, int]] = []
    left: list[int] = []
    members: dict[str, list[int]] = {}
    for key in sorted(people):
        members.setdefault(bureaus[key], []).append(key)
    for _bureau, inside in sorted(members.items()):
        large = [(people[key], key) for key in inside if people[key] >= k]
        small = [key for key in inside if people[key] < k]
        found |= {key: key for _count, key in large}
        if small and not large and sum(people[key] for key in small) >= k:
            large = [(sum(people[key] for key in small), largest_of(people, small))]
        if large:
            found |= dict.fromkeys(small, min(large)[1])
        else:
            left += small
        covers += large
    if left and not covers and sum(people[key] for key in left) < k:
        reason = f"対象者が全部で{k}人に足りないため、回答者が分かってしまいます。「記名」で実施してください。"
        raise RuleError("too_few_people", reason)
    found |= dict.fromkeys(left, min(covers)[1] if covers else largest_of(people, left) if left else 0)
    return dict(sorted(found.items()))


def largest_of(people: Mapping[int, int], keys: Collection[int]) -> int:
    """The department with the most people; of equal ones the first."""
    return min(keys, key=lambda key: (-people[key], key))


def counted_as(people: Mapping[str, int], k: int, addressed: Collection[str] = ()) -> dict[str, str]:
    """Job type -> the job type its people are asked and counted as, which has at least k people in the whole city.

    A job type of fewer than k people loses one label after the other: first one that no item is `addressed` to, then
    the rarest. Where those without a job type are too few, the smallest job types join them. A sum below k stays.

    >>> counted_as({"": 50, "保育士": 9, "システム管理者、保育士": 2, "電算担当": 1}, 5)
    {'': '', '保育士': '保育士', 'システム管理者、保育士': '保育士', '電算担当': ''}
    """
    heads = Counter[str]()
    for job_type, count in people.items():
        heads.update(dict.fromkeys(labels_of(job_type), count))
    found = {job_type: job_type for job_type in people}
    totals = Counter(people)

    def move(own: str, other: str) -> None:
        totals[other] += totals.pop(own)
        found.update({one: other for one, now in found.items() if now == own})

    for size in range(max((len(labels_of(one)) for one in people), default=0), 0, -1):
        for own in sorted(one for one in totals if len(labels_of(one)) == size and 0 < totals[one] < k):
            labels = labels_of(own)
            lost = min(labels, key=lambda label: (label in addressed, heads[label], label))
            move(own, joined(label for label in labels if label != lost))
    while 0 < totals[""] < k and len(totals) > 1:
        move(min((one for one in totals if one), key=lambda one: (totals[one], one)), "")
    return found


def cover_cells(
    people: Mapping[Cell, int], bureaus: Mapping[int, str], k: int, addressed: Collection[str] = ()
) -> dict[Cell, Cell]:
    """Cell -> the cell that its answers are stored under: at least k people, who are all asked the same items.

    `addressed`: the job types that some item is asked of. Raises RuleError when all together are fewer than k.

    >>> cover_cells({(1, ""): 9, (1, "保育士"): 2, (2, "保育士"): 4}, {1: "福祉部", 2: "福祉部"}, 5)
    {(1, ''): (1, ''), (1, '保育士'): (2, '保育士'), (2, '保育士'): (2, '保育士')}
    """
    totals = Counter[str]()
    for (_department, job_type), count in people.items():
        totals[job_type] += count
    names = counted_as(totals, k, addressed)
    by_name: dict[str, Counter[int]] = {}
    for (department, job_type), count in people.items():
        by_name.setdefault(names[job_type], Counter())[department] += count
    covers = {name: counted_together(counts, bureaus, k) for name, counts in by_name.items()}
    return {cell: (covers[names[cell[1]]][cell[0]], names[cell[1]]) for cell in sorted(people)}
