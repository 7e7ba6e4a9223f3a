"""What lives here. Reads of auditor education: drafts and residues of cases, results of exercises, who is trained.
Who comes here. The pages, the actions, and whoever assigns auditors or writes the training record.
May import. education.models, the queries of the apps below, and the pure packages.
Must not. Write; give one auditor another one's answers with a name.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.education.queries.cases import (
    CaseWords,
    SourceResidue,
    case_residues,
    case_words,
    draft_of,
    names_of,
    unused_findings,
)
from kansa.apps.education.queries.exercises import (
    ExerciseResults,
    OwnResult,
    exercise_results,
    levels_of,
    own_result,
)
from kansa.apps.education.queries.training import (
    TrainingLine,
    TrainingRecord,
    is_trained,
    reading_minutes,
    training_record,
    untrained,
)

__all__ = [
    "CaseWords",
    "ExerciseResults",
    "OwnResult",
    "SourceResidue",
    "TrainingLine",
    "TrainingRecord",
    "case_residues",
    "case_words",
    "draft_of",
    "exercise_results",
    "is_trained",
    "levels_of",
    "names_of",
    "own_result",
    "reading_minutes",
    "training_record",
    "untrained",
    "unused_findings",
]
