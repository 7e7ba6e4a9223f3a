"""What is the best plan of a lap, and is it proved to be the best?"""

from __future__ import annotations

from kansa.planning.program import Search
from kansa.planning.rotation.model import build, stated
from kansa.planning.rotation.objective import add_objective
from kansa.planning.rotation.task import accepted, input_sha256
from kansa.planning.rotation.values import RotationPlan, RotationTask


def solve_rotation(task: RotationTask, search: Search | None = None) -> RotationPlan:
    """The cheapest plan that keeps every rule; an infeasible one has no cells (see conflict.py).

    The same task in any order gives the same plan, as long as the search is not stopped. Raises InputError.
    """
    asked = accepted(task)
    model = build(asked)
    add_objective(model)
    outcome = stated(model).solve(search)
    return RotationPlan(
        cells=model.cells(outcome.values) if outcome.objective is not None else (),
        status=outcome.status,
        objective=outcome.objective,
        bound=outcome.bound,
        seed=outcome.seed,
        solver=outcome.solver,
        input_sha256=input_sha256(asked),
        seconds=outcome.seconds,
    )
