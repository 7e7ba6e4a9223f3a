"""What lives here. Writes of auditor education: materials and study time, cases and their check, exercises and answers.
Who comes here. The pages.
May import. education.models, education.queries, trail, plan, people and the pure packages.
Must not. Publish a case with something unseen in it; write for another auditor than the one who acts.
To add one. An act is one function in the module of its subject, with `require` in its first line.
"""

from kansa.apps.education.actions.cases import publish_case, save_case, withdraw_case
from kansa.apps.education.actions.exercises import (
    ExerciseWords,
    answer_case,
    begin_exercise,
    finish_exercise,
    publish_exercise,
    save_exercise,
)
from kansa.apps.education.actions.reading import (
    IsFrozen,
    MaterialWords,
    correct_reading,
    record_reading,
    save_material,
    start_reading,
    stop_reading,
)

__all__ = [
    "ExerciseWords",
    "IsFrozen",
    "MaterialWords",
    "answer_case",
    "begin_exercise",
    "correct_reading",
    "finish_exercise",
    "publish_case",
    "publish_exercise",
    "record_reading",
    "save_case",
    "save_exercise",
    "save_material",
    "start_reading",
    "stop_reading",
    "withdraw_case",
]
