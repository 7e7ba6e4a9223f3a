"""How are a year's rules and its judging scale changed on the screen?

What is typed is planned and applied like an imported file of settings. A rule is in force as soon as it is saved: every
act reads the rules of its year anew. A frozen year never changes here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction

from kansa.apps.controls import models
from kansa.apps.controls.actions.editing import IsFrozen, typed
from kansa.apps.controls.actions.importing import LEVEL_FIELDS, RULE_FIELDS
from kansa.apps.controls.queries import StatedRules, read_rule, stated_rules, used_levels
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import ChangeSummary, ImportPlan, Row, Typed, apply_plan, compare_table, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.readers.settings import BY_KEY


@dataclass(frozen=True, slots=True)
class RulesKey:
    """The rules of which year, and who can say whether it is frozen."""

    fiscal_year: int
    is_frozen: IsFrozen


def change_rules(
    actor: Actor, key: RulesKey, rules: Mapping[str, str], levels: Mapping[int, tuple[str, str]], stamp: str
) -> ChangeSummary:
    """Saves the rules, canonical texts by key, and the whole scale. `stamp`: of the StatedRules the form was opened on.

    Raises RuleError for a frozen year, for a level that would go although it was judged, and ("conflict") when somebody
    else has changed the rules meanwhile; InputError for rules that contradict each other.
    """
    require(actor, "manage_rules")
    with transaction.atomic():
        standing = open_rules(actor, key)
        wanted = StatedRules({**standing.rules, **rules}, dict(levels))
        if wanted.stamp != standing.stamp and stamp != standing.stamp:
            reason = (
                "年度の規則は、画面を開いた後にほかの人が変えました。今の内容を確かめて、もう一度保存してください。"
            )
            raise RuleError("conflict", reason)
        faults = list(contradictions(wanted))
        if faults:
            raise InputError(*faults)
        gone = sorted(set(standing.levels) - set(levels))
        kept = sorted(set(gone) & used_levels(actor.municipality_id, key.fiscal_year)) if gone else []
        if kept:
            told = "、".join(map(str, kept))
            raise RuleError("level_in_use", f"レベル{told}は、この年度の判定に使われているため取り除けません。")
        return save(actor, key, standing, wanted, "edit")


def copy_rules(actor: Actor, key: RulesKey) -> ChangeSummary:
    """Takes over last year's rules that this year does not say itself, and last year's scale when it has none.

    Raises RuleError for a frozen year and when there is nothing to take over.
    """
    require(actor, "manage_rules")
    with transaction.atomic():
        standing = open_rules(actor, key)
        before = stated_rules(actor.municipality_id, key.fiscal_year - 1)
        missing = {name: before.rules[name] for name in before.stated - standing.stated}
        levels = standing.levels or before.levels
        if not missing and levels == standing.levels:
            raise RuleError("nothing_to_copy", "前年度から引き継ぐ規則がありません。")
        wanted = StatedRules({**standing.rules, **missing}, levels, frozenset(missing))
        return save(actor, key, standing, wanted, "copy")


def open_rules(actor: Actor, key: RulesKey) -> StatedRules:
    """The standing rules, locked until the act is over. Raises RuleError for a frozen year."""
    lock_municipality(actor.municipality_id)
    if key.is_frozen(actor.municipality_id, key.fiscal_year):
        reason = f"{era_year_ja(key.fiscal_year)}の規則は、年度が凍結済みのため変えられません。"
        raise RuleError("frozen_year", reason)
    return stated_rules(actor.municipality_id, key.fiscal_year)


def contradictions(wanted: StatedRules) -> Iterator[Refusal]:
    """A refusal, at its field, for every rule that another rule makes impossible."""

    def refused(name: str, reason_ja: str) -> Refusal:
        return Refusal("bad_rule", reason_ja, Place(column=BY_KEY[name].name_ja))

    rules = wanted.rules
    for name, value in rules.items():
        try:
            read_rule(name, value)
        except ValueError as wrong:
            yield refused(name, str(wrong))
            return
    if Fraction(rules["pass_mark"]) > Fraction(rules["full_mark"]):
        yield refused("pass_mark", "合格点は満点以下にしてください。")
    if wanted.levels and int(rules["conforms_from"]) not in wanted.levels:
        yield refused("conforms_from", "判定基準にあるレベルを入力してください。")
    if int(rules["head_after_days"]) > int(rules["top_after_days"]):
        yield refused("top_after_days", "所属長に知らせる日数以上にしてください。")
    for level, (label, criterion) in wanted.levels.items():
        if not label or not criterion:
            reason = f"レベル{level}の表示と基準の両方を入力してください。"
            yield Refusal("bad_level", reason, Place(column=f"レベル{level}"))


def save(actor: Actor, key: RulesKey, standing: StatedRules, wanted: StatedRules, act: str) -> ChangeSummary:
    """Writes what differs: a rule that has its default and was never said stays unsaid unless `wanted` states it."""
    differing = {name for name, value in wanted.rules.items() if value != standing.rules[name]} | wanted.stated
    said = {name: wanted.rules[name] for name in sorted(differing)}
    shown = {name: standing.rules[name] for name in said}
    place, city = key.fiscal_year, actor.municipality_id
    rules = [Row((place, name, value), typed()) for name, value in said.items()]
    levels = [Row((place, level, *words), typed()) for level, words in sorted(wanted.levels.items())]
    of_year = {"municipality_id": city, "fiscal_year": place}
    tables = (
        compare_table(
            models.FiscalYearRule, RULE_FIELDS, 2, rules, models.FiscalYearRule.objects.filter(**of_year, key__in=said)
        ),
        compare_table(
            models.ScaleLevel, LEVEL_FIELDS, 2, levels, models.ScaleLevel.objects.filter(**of_year), remove=True
        ),
    )
    refusals = tuple(refusal for table in tables for refusal in table.refusals)
    before = {"rules": shown, "scale": told_levels(standing, wanted)}
    after = {"rules": said, "scale": told_levels(wanted, standing)}
    told = Typed("manage_rules", act, f"{place} rules", after, files={}, before=before)
    return apply_plan(actor, ImportPlan("year", tables, refusals), (), told)


def told_levels(stated: StatedRules, other: StatedRules) -> dict[str, str]:
    """Level -> its words, of the levels that the other does not say alike."""
    return {
        str(level): "：".join(words)
        for level, words in sorted(stated.levels.items())
        if other.levels.get(level) != words
    }
