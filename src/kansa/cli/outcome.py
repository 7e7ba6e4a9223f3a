"""How does a command end? Exit codes, Japanese lines for a person, JSON for a machine."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

from kansa.core.errors import InputError, KansaError, RuleError

GOOD, DIFFERS, USAGE, REFUSED, NOT_ALLOWED = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class Outcome:
    """What a command did: the lines a person reads, the data a machine reads, the exit code."""

    lines: list[str]
    data: dict[str, object] = field(default_factory=dict)
    code: int = GOOD


def of_error(fault: KansaError) -> Outcome:
    """A refusal as an outcome."""
    if isinstance(fault, InputError):
        lines = [
            "受け付けられません。何も変更していません。",
            *(f"・{refusal.ja()}［{refusal.code}］" for refusal in fault.refusals),
        ]
        refusals = [
            {
                "code": refusal.code,
                "reason": refusal.reason_ja,
                "file": refusal.place.file,
                "sheet": refusal.place.sheet,
                "row": refusal.place.row,
                "column": refusal.place.column,
            }
            for refusal in fault.refusals
        ]
        return Outcome(lines, {"refusals": refusals}, REFUSED)
    code = fault.code if isinstance(fault, RuleError) else type(fault).__name__
    return Outcome([f"できません：{fault}"], {"rule": code, "reason": str(fault)}, NOT_ALLOWED)


def tell(outcome: Outcome, *, as_json: bool) -> int:
    """Prints the outcome (faults to standard error) and gives the exit code."""
    stream = sys.stdout if outcome.code in (GOOD, DIFFERS) else sys.stderr
    if as_json:
        print(json.dumps({"code": outcome.code, **outcome.data}, ensure_ascii=False, indent=2, default=str))
    else:
        say(outcome.lines, stream)
    return outcome.code


def say(lines: Iterable[str], stream: object = None) -> None:
    """Prints lines; a character that the console cannot show becomes "?" instead of a crash."""
    target = stream if stream is not None else sys.stdout
    encoding = getattr(target, "encoding", None) or "utf-8"
    for line in lines:
        print(line.encode(encoding, "replace").decode(encoding), file=target)  # type: ignore[call-overload]
