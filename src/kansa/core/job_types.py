"""Which job types (職種) does a person have, as one text, and who is asked an item?

A person may have several: システム管理者 who is also 個人番号利用事務. Answers are stored and counted under one text
that holds them all in a fixed order, so that every respondent stands in one row of the tally, and the rows whose text
holds a job type add up to it.
"""

from __future__ import annotations

from collections.abc import Iterable

MARK = "、"
LONGEST_JOB_TYPE = 200  # letters of the text of one person, the marks between included


def joined(labels: Iterable[str]) -> str:
    """Job types as one text: blanks trimmed, each once, in the order of their characters; "" for none.

    >>> joined(["個人番号利用事務", " システム管理者", "個人番号利用事務"])
    'システム管理者、個人番号利用事務'
    """
    return MARK.join(sorted({text for label in labels if (text := " ".join(label.split()))}))


def labels_of(job_type: str) -> tuple[str, ...]:
    """The job types of such a text.

    >>> labels_of("システム管理者、個人番号利用事務")
    ('システム管理者', '個人番号利用事務')
    """
    return tuple(job_type.split(MARK)) if job_type else ()


def is_asked_of(asked_of: str, job_type: str) -> bool:
    """Whether an item that these are asked ("" = all) is asked somebody with this job type.

    >>> is_asked_of("電算担当", "保育士、電算担当"), is_asked_of("保育士", ""), is_asked_of("", "")
    (True, False, True)
    """
    return not asked_of or not set(labels_of(asked_of)).isdisjoint(labels_of(job_type))
