"""When may a plan break a rule? Facts never; a rule with a reason that the trail keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from kansa.core.errors import InputError, Place, Refusal


class Broken(Protocol):
    """What a checker says of one broken rule."""

    @property
    def rule(self) -> str:
        """Its code."""

    @property
    def reason_ja(self) -> str:
        """What is wrong, in words."""

    @property
    def is_overridable(self) -> bool:
        """Whether a person may keep it with a reason."""


AnyBroken = TypeVar("AnyBroken", bound=Broken)


def refuse_breaches(found: Iterable[AnyBroken], reason_ja: str, never: Collection[str] = ()) -> tuple[AnyBroken, ...]:
    """Raises InputError for what no reason overrides (rules of `never` too) and for rules broken without a reason.

    Gives what was broken with a reason.
    """
    broken = tuple(found)
    facts = [one for one in broken if not one.is_overridable or one.rule in never]
    if facts:
        raise InputError(*(Refusal("plan_impossible", one.reason_ja) for one in facts))
    if broken and not reason_ja.strip():
        reason = "条件に合わない所があります。このまま決めるときは、理由を入力してください。"
        told = [Refusal("rule_broken", one.reason_ja) for one in broken]
        raise InputError(*told, Refusal("reason_needed", reason, Place(column="理由")))
    return broken
