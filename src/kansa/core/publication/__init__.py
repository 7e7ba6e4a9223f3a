"""What lives here. The decision which counts of a self-inspection are printed exactly, as a band, or not at all.
Who comes here. The figures of the report, the result pages and their exports: all print by one decision.
May import. core and the standard library.
Must not. Compute a rate or print a text; know which page a cell stands on.
To add one. A view of the same people is its sums and hidden cells in views, and a stage in deciding.
"""

from kansa.core.publication.deciding import Publication, publish
from kansa.core.publication.kept import VERSION, KeptGroup, kept_groups, kept_publication
from kansa.core.publication.table import (
    CITY,
    EXACT,
    HIDDEN,
    TOTAL,
    AnswerRow,
    AnswerTable,
    Cell,
    Counted,
    bureau_group,
    department_group,
    job_type_group,
    kind_group,
    sum_of,
)

__all__ = [
    "CITY",
    "EXACT",
    "HIDDEN",
    "TOTAL",
    "VERSION",
    "AnswerRow",
    "AnswerTable",
    "Cell",
    "Counted",
    "KeptGroup",
    "Publication",
    "bureau_group",
    "department_group",
    "job_type_group",
    "kept_groups",
    "kept_publication",
    "kind_group",
    "publish",
    "sum_of",
]
