"""May this person audit this department? What stands against it, and whether it forbids or only warns.

Own department and what became of it, or what it came from, is always forbidden; former posts, mutual audits and
training follow the rules of the year. Worked examples: docs/spec/17-independence.md.
Source: JIS Q 19011 (independence of auditors); the look-back of k years is the municipality's own rule.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kansa.core.fiscal import era_year_ja
from kansa.core.succession import all_predecessors
from kansa.core.year import Succession

RULES_JA = {"block": "不可", "warn": "注意"}


@dataclass(frozen=True, slots=True)
class Post:
    """Where a person worked in a fiscal year; a person may have several posts in one year."""

    fiscal_year: int
    department_code: str


@dataclass(frozen=True, slots=True)
class AuditorFacts:
    """What is known about a person. One who is not staff needs no post of the year, but former posts count."""

    posts: tuple[Post, ...]
    is_staff: bool
    is_trained: bool  # the training that the year demands is completed


@dataclass(frozen=True, slots=True)
class IndependenceRules:
    """Rules of the year; block or warn."""

    former_post_years: int = 3
    former_post_rule: str = "block"
    mutual_audit_rule: str = "warn"
    wants_training: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """Somebody of one department audits another in the same fiscal year."""

    auditor_department: str
    auditee: str


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that stands against the assignment."""

    code: str
    is_blocking: bool
    reason_ja: str


def concerns(
    auditor: AuditorFacts,
    auditee: str,
    fiscal_year: int,
    rules: IndependenceRules,
    successions: Collection[Succession] = (),
    assignments: Iterable[Assignment] = (),
    names_ja: Mapping[str, str] | None = None,
) -> tuple[Concern, ...]:
    """Everything that stands against this person auditing this department in this year; empty when nothing does.

    Codes are those of their fiscal year; successions are followed over the look-back, and to the next 1 April for the
    own department. `names_ja` has the words for codes. Raises ValueError for a rule that is neither block nor warn.
    """
    if not {rules.former_post_rule, rules.mutual_audit_rule} <= set(RULES_JA):
        raise ValueError(f"a rule is block or warn: {rules!r}")
    names = names_ja or {}
    own = sorted({post.department_code for post in auditor.posts if post.fiscal_year == fiscal_year})
    found = list(_about_own(own, auditor.is_staff, auditee, fiscal_year, rules, successions, names))
    if not any(concern.code == "own_department" for concern in found):
        found += _about_former(auditor.posts, auditee, fiscal_year, rules, successions, names)
    back = {made.auditee for made in assignments if made.auditor_department == auditee}
    for code in own:
        if code in back and code != auditee:
            reason = f"「{names.get(auditee, auditee)}」の職員が「{names.get(code, code)}」を監査します（相互監査）。"
            found.append(Concern("mutual_audit", rules.mutual_audit_rule == "block", reason))
    if rules.wants_training and not auditor.is_trained:
        found.append(Concern("training_missing", True, "この年度に必要な監査員研修を修了していません。"))
    return tuple(found)


def _about_own(
    own: list[str],
    is_staff: bool,
    auditee: str,
    fiscal_year: int,
    rules: IndependenceRules,
    successions: Collection[Succession],
    names: Mapping[str, str],
) -> Iterator[Concern]:
    if is_staff and not own:
        year = era_year_ja(fiscal_year)
        yield Concern("post_unknown", True, f"{year}の所属が分かりません。職員名簿を取り込んでください。")
    if auditee in own:
        yield Concern("own_department", True, f"「{names.get(auditee, auditee)}」は本人の所属です。")
        return
    first = fiscal_year - max(rules.former_post_years, 1)
    for code in own:
        # Forwards only to the next 1 April: a department that will take over the own one.
        before = all_predecessors(successions, code, fiscal_year + 1, first)
        after = all_predecessors(successions, auditee, fiscal_year + 1, first)
        if auditee in before or code in after:
            words = f"「{names.get(auditee, auditee)}」は本人の所属「{names.get(code, code)}」の前身又は後継です。"
            yield Concern("related_department", True, words)


def _about_former(
    posts: tuple[Post, ...],
    auditee: str,
    fiscal_year: int,
    rules: IndependenceRules,
    successions: Collection[Succession],
    names: Mapping[str, str],
) -> Iterator[Concern]:
    for post in sorted(set(posts), key=lambda post: (-post.fiscal_year, post.department_code)):
        if not fiscal_year - rules.former_post_years <= post.fiscal_year < fiscal_year:
            continue
        if post.department_code in all_predecessors(successions, auditee, fiscal_year, post.fiscal_year):
            year, was = era_year_ja(post.fiscal_year), post.department_code
            after = "" if was == auditee else f"（今の「{names.get(auditee, auditee)}」の前身）"
            reason = f"{year}に「{names.get(was, was)}」{after}に在籍していました。"
            yield Concern("former_post", rules.former_post_rule == "block", reason)
