"""What is the best choice of whole numbers under linear rules, and how far from the best could it be?

The only module that knows the solver (HiGHS, MIT licence). Everything is an integer: costs, coefficients and bounds,
so that objective and bound can be compared exactly. The same program gives the same solution: seed and threads are
fixed, and a limit of time is a limit on when to stop, reported as such.
Source: https://highs.dev (options `mip_rel_gap`, `random_seed`, `threads`, `time_limit`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import highspy
import numpy as np

UNBOUNDED = 10**9  # of a row: no upper (or, negative, no lower) limit
THREADS = 2
SEED = 20050401


class QuietHighs(highspy.Highs):
    """The solver without its banner, which it would print before anybody could switch it off."""

    def enableCallbacks(self) -> None:
        """The first thing that `__init__` calls."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: seconds since its start, best objective so far (None: no plan yet), bound below it."""

    seconds: float
    objective: int | None
    bound: int | None


@dataclass(frozen=True, slots=True)
class Search:
    """How to search: limit in seconds, seed, who is told of progress, and who may ask to stop (True: stop now)."""

    seconds: float = 60.0
    seed: int = SEED
    on_progress: Callable[[Progress], None] | None = None
    wants_stop: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status`: optimal, feasible (stopped; best kept), infeasible, or unknown (stopped before any plan was found).

    `bound`: no plan can cost less; None when nothing was proved. `solver`: name and version, for the record.
    """

    status: str
    values: tuple[int, ...]
    objective: int | None
    bound: int | None
    seconds: float
    seed: int
    solver: str

    @property
    def gap(self) -> int | None:
        """Objective minus bound; 0 when proved optimal, None when either is unknown."""
        return None if self.objective is None or self.bound is None else self.objective - self.bound


@dataclass(slots=True)
class Program:
    """A minimisation over integer variables, built row by row."""

    lower: list[int] = field(default_factory=list)
    upper: list[int] = field(default_factory=list)
    cost: list[int] = field(default_factory=list)
    rows: list[tuple[int, int, list[int], list[int]]] = field(default_factory=list)

    def variable(self, lower: int = 0, upper: int = 1, cost: int = 0) -> int:
        """A new integer variable; its number. Raises ValueError when no value is left for it."""
        if lower > upper:
            raise ValueError(f"no value between {lower} and {upper}")
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        return len(self.cost) - 1

    def row(self, terms: Iterable[tuple[int, int]], lower: int = -UNBOUNDED, upper: int = UNBOUNDED) -> None:
        """lower <= sum of coefficient x variable <= upper; terms are (variable, coefficient), a variable once each."""
        pairs = [(variable, factor) for variable, factor in terms if factor]
        self.rows.append((lower, upper, [variable for variable, _ in pairs], [factor for _, factor in pairs]))

    def solve(self, search: Search | None = None, start: Iterable[int] | None = None) -> Outcome:
        """The best values. `start`: a known solution to begin from, all variables; a wrong one is ignored."""
        asked = search or Search()
        if not self.cost:
            return self._empty(asked)
        solver = self._loaded(asked)
        if not self.cost:
            # Nothing to choose: the solver calls that an empty model, whatever the rows say.
            is_kept = all(lower <= 0 <= upper for lower, upper, _, _ in self.rows)
            status, cost = ("optimal", 0) if is_kept else ("infeasible", None)
            return Outcome(status, (), cost, cost, 0.0, asked.seed, f"HiGHS {solver.version()}")
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = [float(value) for value in start]
            solver.setSolution(given)
        _listen(solver, asked)
        solver.run()
        return self._outcome(solver, asked)

    def _empty(self, asked: Search) -> Outcome:
        """Nothing to choose: right when every row allows 0. The solver has no answer to an empty program."""
        name = f"HiGHS {QuietHighs().version()}"  # type: ignore[no-untyped-call]
        if all(lower <= 0 <= upper for lower, upper, _, _ in self.rows):
            return Outcome("optimal", (), 0, 0, 0.0, asked.seed, name)
        return Outcome("infeasible", (), None, None, 0.0, asked.seed, name)

    def contradiction(self, seconds: float = 60.0) -> tuple[int, ...]:
        """Numbers of rows that no values satisfy together, whole or not; empty when none are found in that time.

        They are those of a Farkas certificate: sufficient for the contradiction, not always the fewest.
        """
        count = len(self.cost)
        if not count:
            return tuple(number for number, row in enumerate(self.rows) if not row[0] <= 0 <= row[1])
        solver = self._loaded(Search(seconds))
        continuous = np.full(count, int(highspy.HighsVarType.kContinuous), dtype=np.uint8)
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), continuous)
        solver.changeColsCost(count, np.arange(count, dtype=np.int32), np.zeros(count))
        solver.setOptionValue("presolve", "off")  # presolve would see the contradiction without a certificate
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
            return ()
        _, exists, ray = solver.getDualRay()  # type: ignore[attr-defined]  # missing in its stubs
        return tuple(number for number, factor in enumerate(ray) if abs(factor) > 1e-9) if exists else ()

    def is_empty_even_in_fractions(self, seconds: float = 1.0) -> bool:
        """True: no plan keeps the rows, not even one with fractions. False says nothing.

        Where rows contradict by counting this is far quicker than `solve`; where they do not it may take far longer,
        hence the limit.
        """
        solver = self._loaded(Search(seconds))
        solver.setOptionValue("solve_relaxation", True)
        solver.setOptionValue("presolve", "off")  # rows that contradict are found at once; presolve takes far longer
        solver.run()
        return bool(solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible)

    def _loaded(self, asked: Search) -> highspy.Highs:
        solver = QuietHighs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("random_seed", asked.seed % 2**31)
        solver.setOptionValue("threads", THREADS)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 0.999)  # whole costs: a bound nearer than 1 proves the optimum
        solver.setOptionValue("time_limit", float(asked.seconds))
        count = len(self.cost)
        none = np.array([], dtype=np.int32)
        solver.addCols(
            count,
            np.array(self.cost, dtype=np.float64),
            np.array(self.lower, dtype=np.float64),
            np.array(self.upper, dtype=np.float64),
            0,
            none,
            none,
            np.array([], dtype=np.float64),
        )
        whole = np.full(count, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), whole)
        infinity = solver.getInfinity()
        starts: list[int] = []
        columns: list[int] = []
        factors: list[int] = []
        for _, _, row_columns, row_factors in self.rows:
            starts.append(len(columns))
            columns += row_columns
            factors += row_factors
        solver.addRows(
            len(self.rows),
            np.array([-infinity if lower <= -UNBOUNDED else lower for lower, _, _, _ in self.rows], dtype=np.float64),
            np.array([infinity if upper >= UNBOUNDED else upper for _, upper, _, _ in self.rows], dtype=np.float64),
            len(columns),
            np.array(starts, dtype=np.int32),
            np.array(columns, dtype=np.int32),
            np.array(factors, dtype=np.float64),
        )
        return solver

    def _outcome(self, solver: highspy.Highs, asked: Search) -> Outcome:
        seconds = solver.getRunTime()
        status = solver.getModelStatus()
        info = solver.getInfo()
        name = f"HiGHS {solver.version()}"
        # HighsModelStatus.kUnboundedOrInfeasible: every variable here is bounded, so it is infeasible.
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Outcome("infeasible", (), None, None, seconds, asked.seed, name)
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        bound = math.ceil(info.mip_dual_bound - 1e-6) if math.isfinite(info.mip_dual_bound) else None
        if not found:
            return Outcome("unknown", (), None, bound, seconds, asked.seed, name)
        values = tuple(math.floor(value + 0.5) for value in solver.getSolution().col_value)
        objective = sum(cost * value for cost, value in zip(self.cost, values, strict=True))
        is_best = status == highspy.HighsModelStatus.kOptimal
        return Outcome(
            "optimal" if is_best else "feasible",
            values,
            objective,
            objective if is_best else bound,
            seconds,
            asked.seed,
            name,
        )


def _listen(solver: highspy.Highs, asked: Search) -> None:
    """Progress and the wish to stop; without either the solver runs undisturbed."""
    if asked.wants_stop is not None:
        wants_stop = asked.wants_stop

        def interrupt(event: highspy.HighsCallbackEvent) -> None:
            if event.data_in is not None:
                event.data_in.user_interrupt = wants_stop()

        solver.cbMipInterrupt += interrupt
    if asked.on_progress is not None:
        tell = asked.on_progress

        def logged(event: highspy.HighsCallbackEvent) -> None:
            data = event.data_out
            best = math.floor(data.mip_primal_bound + 0.5) if abs(data.mip_primal_bound) < UNBOUNDED * 1000 else None
            bound = math.ceil(data.mip_dual_bound - 1e-6) if abs(data.mip_dual_bound) < UNBOUNDED * 1000 else None
            tell(Progress(data.running_time, best, bound))

        solver.cbMipImprovingSolution += logged
        solver.cbMipLogging += logged
