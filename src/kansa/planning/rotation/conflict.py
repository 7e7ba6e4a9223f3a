"""Why is there no plan: which rules contradict each other, and what is the cheapest way out?

First the kinds of rules, left out one after another; then, among these kinds, the single rules; then one solve in which
every rule has a price. Core and repair are verified without the solver (proof.py, checker.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kansa.core.errors import RuleError
from kansa.planning.program import Search
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.model import Instance, Model, build, elastic, stated
from kansa.planning.rotation.objective import add_objective
from kansa.planning.rotation.proof import is_contradiction
from kansa.planning.rotation.task import accepted, input_sha256
from kansa.planning.rotation.values import PlanCell, RotationPlan, RotationTask
from kansa.planning.rotation.words import KINDS_JA, PRICES, RuleInstance, relaxed_ja, rule_ja

# Beyond this number of rules the contradiction is one of counting: the kinds and their numbers say more than names.
MOST_INSTANCES = 40
STOPPED_JA = "矛盾の原因を調べ終える前に、時間切れ又は中止となりました。時間を延ばしてやり直してください。"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One rule that gives way in the cheapest repair, by how much, at which price."""

    rule: RuleInstance
    amount: int
    price: int
    text_ja: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a task has no plan.

    `kinds`: kinds of rules of which none can be left out. `rules`: rules that contradict each other; `is_minimal`: none
    of them can be left out. `is_proved`: enumeration without the solver found the same; None when there were too many
    cases. `repair`: what gives way, cheapest in all; `cells`: a plan that then keeps everything else;
    `is_repair_verified`: the checker finds exactly these breaches in it, no other.
    """

    kinds: tuple[str, ...]
    rules: tuple[RuleInstance, ...]
    is_minimal: bool
    is_proved: bool | None
    repair: tuple[Relaxation, ...]
    cells: tuple[PlanCell, ...]
    is_repair_verified: bool
    sentences_ja: tuple[str, ...]

    @property
    def price(self) -> int:
        """The price of the whole repair."""
        return sum(one.price for one in self.repair)


def diagnose(task: RotationTask, search: Search | None = None, prices: Mapping[str, int] = PRICES) -> Diagnosis | None:
    """Why there is no plan; None when there is one. Raises InputError; RuleError when the search was stopped."""
    asked = accepted(task)
    model = build(asked)
    limit = search or Search()
    if not _is_infeasible(model, model.instances, limit):
        return None
    kinds, pool = _kinds(model, limit)
    core, is_minimal = _core(model, pool, limit)
    repair, cells = _repair(model, prices, limit)
    rules = tuple(_instance_value(asked, one) for one in core)
    return Diagnosis(
        kinds=kinds,
        rules=rules,
        is_minimal=is_minimal,
        is_proved=is_contradiction(asked, rules) if is_minimal else None,
        repair=repair,
        cells=cells,
        is_repair_verified=_is_verified(asked, repair, cells),
        sentences_ja=tuple(_sentences(asked, kinds, rules, repair)),
    )


def repaired(task: RotationTask, search: Search | None = None, prices: Mapping[str, int] = PRICES) -> RotationPlan:
    """The best plan among those of the cheapest repair. Its breaches are those of the repair, no other."""
    asked = accepted(task)
    limit = search or Search()
    model = build(asked)
    broken = _slack_values(model, prices, limit)
    add_objective(model, is_relaxed=True)
    program, slacks = elastic(model, prices)
    for slack, value in zip(slacks, broken, strict=True):
        program.cost[slack.variable] = 0
        program.upper[slack.variable] = value
    outcome = program.solve(limit)
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


def _is_infeasible(model: Model, instances: Sequence[Instance], search: Search) -> bool:
    status = stated(model, instances).solve(search).status
    if status == "unknown":
        raise RuleError("stopped", STOPPED_JA)
    return status == "infeasible"


def _sharpened(model: Model, instances: Sequence[Instance]) -> list[Instance]:
    """Those that the certificate of the relaxation names; all when the contradiction is one of wholeness."""
    program = stated(model, instances)
    owners = [None] * len(model.program.rows) + [one for one in instances for _ in one.rows]
    named = {id(owners[row]) for row in program.contradiction() if owners[row] is not None}
    return [one for one in instances if id(one) in named] or list(instances)


def _kinds(model: Model, search: Search) -> tuple[tuple[str, ...], list[Instance]]:
    """The kinds in conflict by leaving kinds out, those that give way most easily last; and their instances."""
    kinds = {one.kind for one in _sharpened(model, model.instances)}
    for kind in sorted(kinds, key=_obstinacy):
        rest = [one for one in model.instances if one.kind in kinds - {kind}]
        if _is_infeasible(model, rest, search):
            kinds = {one.kind for one in _sharpened(model, rest)} & kinds
    pool = _sharpened(model, [one for one in model.instances if one.kind in kinds])
    return tuple(sorted(kinds, key=_obstinacy)), pool


def _obstinacy(kind: str) -> tuple[int, str]:
    return -PRICES.get(kind, 0), kind


def _core(model: Model, pool: list[Instance], search: Search) -> tuple[list[Instance], bool]:
    """The smallest set of rules by leaving out one after another; not tried where too many count together."""
    if len(pool) > MOST_INSTANCES:
        pool = _sharpened(model, _halved(model, pool, lambda rest: _is_infeasible(model, rest, search)))
    if len(pool) > MOST_INSTANCES:
        return pool, False
    for one in list(pool):
        if not any(kept is one for kept in pool):
            continue
        rest = [kept for kept in pool if kept is not one]
        if _is_infeasible(model, rest, search):
            pool = _sharpened(model, rest)
    return pool, True


def _halved(model: Model, pool: list[Instance], is_infeasible: Callable[[list[Instance]], bool]) -> list[Instance]:
    """Leaves out ever smaller runs of rules while the rest still contradicts itself; at most about twenty solves."""
    size = len(pool) // 2
    for _ in range(3):
        start = 0
        while start < len(pool) and size:
            rest = pool[:start] + pool[start + size :]
            if rest and is_infeasible(rest):
                pool = rest
            else:
                start += size
        size //= 2
    return pool


def _slack_values(model: Model, prices: Mapping[str, int], search: Search) -> list[int]:
    program, slacks = elastic(model, prices)
    outcome = program.solve(search)
    if outcome.objective is None:
        raise RuleError("stopped", STOPPED_JA)
    return [outcome.values[slack.variable] for slack in slacks]


def _repair(
    model: Model, prices: Mapping[str, int], search: Search
) -> tuple[tuple[Relaxation, ...], tuple[PlanCell, ...]]:
    program, slacks = elastic(model, prices)
    outcome = program.solve(search)
    if outcome.objective is None:
        raise RuleError("stopped", STOPPED_JA)
    amounts: Counter[int] = Counter()
    for slack in slacks:
        amounts[id(slack.instance)] += outcome.values[slack.variable]
    names = {one.code: one.name_ja for one in model.task.departments}
    found = []
    for one in model.instances:
        amount = amounts[id(one)]
        if amount:
            name = names.get(one.department_code, "")
            words = relaxed_ja(one.kind, name, one.fiscal_year, amount, one.name_ja)
            rule = _instance_value(model.task, one)
            found.append(Relaxation(rule, amount, amount * prices[one.kind], words))
    return tuple(found), model.cells(outcome.values)


def _instance_value(task: RotationTask, one: Instance) -> RuleInstance:
    names = {department.code: department.name_ja for department in task.departments}
    words = rule_ja(one.kind, names.get(one.department_code, ""), one.fiscal_year, one.name_ja)
    return RuleInstance(one.kind, one.department_code, one.fiscal_year, words)


def _is_verified(task: RotationTask, repair: Sequence[Relaxation], cells: Sequence[PlanCell]) -> bool:
    """The checker finds what gave way and nothing else. A group is known by its kind: its first member may differ."""

    def key(kind: str, code: str, year: int | None) -> tuple[str, str, int | None]:
        return (kind, "", None) if kind == "same_year" else (kind, code, year)

    allowed = {key(one.rule.kind, one.rule.department_code, one.rule.fiscal_year) for one in repair}
    found = {key(one.rule, one.department_code, one.fiscal_year) for one in breaches(task, cells)}
    return found == allowed


def _sentences(
    task: RotationTask, kinds: Sequence[str], rules: Sequence[RuleInstance], repair: Sequence[Relaxation]
) -> list[str]:
    shown = "、".join(f"「{KINDS_JA[kind]}」" for kind in kinds)
    said = [f"この条件を全て守る計画はありません。互いに矛盾している条件の種類は{shown}です。"]
    if len(rules) > MOST_INSTANCES:
        counts = Counter(one.kind for one in rules)
        parts = "、".join(f"{KINDS_JA[kind]}（{counts[kind]}件）" for kind in kinds)
        said.append(f"数が合いません：{parts}。")
        if set(kinds) == {"once", "capacity_most"}:
            limits = sum(one.at_most or 0 for one in task.rules.capacities)
            said.append(f"監査する課所等は{counts['once']}、件数の上限の合計は{limits}です。")
        said += [f"・{one.text_ja}" for one in rules if counts[one.kind] <= 10]
    else:
        said += [f"・{one.text_ja}" for one in rules]
    if repair:
        said.append("最も影響の小さい直し方：" + "".join(one.text_ja for one in repair))
    return said
