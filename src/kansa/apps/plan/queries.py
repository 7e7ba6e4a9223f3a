"""Which plan, engagements and trainings does a year have, who may open them, and what stands against an auditor?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from kansa.apps.people.models import Succession
from kansa.apps.people.queries import departments, posts_of
from kansa.apps.plan import models
from kansa.apps.trail.queries import SOURCE_VALUES, many_rows, sourced
from kansa.core import year
from kansa.core.audit_rules import AuditRules
from kansa.core.errors import RuleError
from kansa.core.flow import STATES, STATES_JA, may_edit
from kansa.core.independence import Assignment, AuditorFacts, Concern, IndependenceRules, Post, concerns
from kansa.core.permission import Actor, can, roles_towards


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """An engagement before its judgements are put to it; `pk` is the key of its row."""

    pk: int
    value: year.Engagement


def plan_cells(municipality_id: int, first_year: int, last_year: int) -> tuple[year.PlanCell, ...]:
    """監査中期計画 of these fiscal years, by year, department and stream."""
    rows = (
        models.PlanCell.objects.filter(municipality_id=municipality_id, fiscal_year__range=(first_year, last_year))
        .order_by("fiscal_year", "department__code", "stream")
        .values_list("fiscal_year", "department__code", "stream", *SOURCE_VALUES)
    )
    return tuple(year.PlanCell(*sourced(row)) for row in rows)


def engagement_rows(municipality_id: int, fiscal_year: int) -> tuple[EngagementRow, ...]:
    """Engagements of a year by code, without levels; the source is the engagement's own row. Two queries."""
    auditors = Counter(
        models.EngagementAuditor.objects.filter(
            municipality_id=municipality_id, engagement__fiscal_year=fiscal_year
        ).values_list("engagement_id", flat=True)
    )
    rows = (
        models.Engagement.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
        .order_by("code")
        .values_list(
            "pk",
            "code",
            "stream",
            "method",
            "department__code",
            "started_on",
            "ended_on",
            "is_special",
            *SOURCE_VALUES,
        )
    )
    found = []
    for pk, code, stream, method, department, started_on, ended_on, is_special, *source in rows:
        value = year.Engagement(
            code=code,
            stream=stream,
            method=method,
            department_code=department or "",
            started_on=started_on.isoformat() if started_on else "",
            ended_on=ended_on.isoformat() if ended_on else "",
            auditor_count=auditors[pk],
            special=is_special,
            sources=many_rows([(source[0], source[1], source[2])]),
        )
        found.append(EngagementRow(pk, value))
    return tuple(found)


def trainings(municipality_id: int, fiscal_year: int) -> tuple[year.Training, ...]:
    """監査員研修 by session, in order of day, kind and title."""
    rows = models.TrainingAttendance.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year
    ).values_list("held_on", "kind", "title_ja", "minutes", *SOURCE_VALUES)
    sessions: dict[tuple[object, ...], list[tuple[str | None, str, int]]] = {}
    for held_on, kind, title_ja, minutes, *source in rows:
        key = (held_on.isoformat(), kind, title_ja, minutes)
        sessions.setdefault(key, []).append((source[0], source[1], source[2]))
    return tuple(
        year.Training(str(kind), str(title_ja), str(held_on), int(str(minutes)), len(sources), many_rows(sources))
        for (held_on, kind, title_ja, minutes), sources in sorted(sessions.items(), key=lambda pair: str(pair[0]))
    )


def engagements_by_code(municipality_id: int, fiscal_years: Iterable[int]) -> dict[tuple[int, str], models.Engagement]:
    """(fiscal year, code) -> engagement with its department; one query."""
    rows = models.Engagement.objects.filter(
        municipality_id=municipality_id, fiscal_year__in=sorted(set(fiscal_years))
    ).select_related("department")
    return {(row.fiscal_year, row.code): row for row in rows}


@dataclass(frozen=True, slots=True)
class EngagementAccess:
    """An engagement as one person meets it: its row with department and firm, and the person's roles towards it."""

    engagement: models.Engagement
    roles: frozenset[str]

    def may(self, what: str) -> bool:
        """Whether the person may edit `what` (one of core.flow.EDITABLE) in the state the engagement is in."""
        return may_edit(self.engagement.state, what, self.roles)

    def may_ever(self, what: str) -> bool:
        """Whether the person may edit `what` in some state."""
        return any(may_edit(state, what, self.roles) for state in STATES)


def engagement_for(actor: Actor, fiscal_year: int, code: str, write: str | None = None) -> EngagementAccess:
    """The first line of every page and act about one engagement. Two queries.

    `write`: what is to be edited, one of core.flow.EDITABLE; None to look only. Raises PermissionDenied (403) without
    the verb or without a role that ever edits it, Http404 for an engagement that is not the person's to see, RuleError
    (not_in_this_state) when it cannot be edited now.
    """
    if not can(actor, "read_engagements"):
        raise PermissionDenied
    rows = models.Engagement.objects.visible_to(actor).select_related("department", "firm")
    engagement = rows.filter(fiscal_year=fiscal_year, code=code).first()
    if engagement is None:
        raise Http404(f"実施計画「{code}」は、{fiscal_year}年度に登録されていないか、見る権限がありません。")
    access = EngagementAccess(engagement, roles_in(actor, engagement))
    if write is None or access.may(write):
        return access
    if not access.may_ever(write):
        raise PermissionDenied
    raise RuleError(
        "not_in_this_state",
        f"この監査は「{STATES_JA[engagement.state]}」のため、今は変更できません。画面を読み直してください。",
    )


def roles_in(actor: Actor, engagement: models.Engagement) -> frozenset[str]:
    """The person's roles towards this engagement; one query."""
    numbers = models.EngagementAuditor.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, staff__isnull=False
    ).values_list("staff__staff_number", flat=True)
    return roles_towards(
        actor,
        department=engagement.department_id,
        firm=engagement.firm_id,
        auditor_numbers=frozenset(numbers),
    )


def concerns_about(
    engagement: models.Engagement,
    people: Mapping[str, bool],
    rules: AuditRules,
    *,
    untrained: Collection[str] | None = None,
    asks_mutual: bool = True,
) -> dict[str, tuple[Concern, ...]]:
    """Staff number -> what stands against this person auditing here; nothing does for the whole city.

    `people`: staff number -> whether the person is staff; of one who is not, only former posts count. `untrained`: who
    lacks the training of the year, None when nobody asks. At most five queries, however many people.
    """
    department = engagement.department
    if department is None:
        return dict.fromkeys(people, ())
    municipality, year_of = engagement.municipality_id, engagement.fiscal_year
    first = year_of - max(rules.former_post_years, 1)
    posts = posts_of(municipality, [number for number in people if number], first)
    known = {number: is_staff for number, is_staff in people.items() if is_staff or posts.get(number)}
    if not known:
        return dict.fromkeys(people, ())
    asked = IndependenceRules(
        rules.former_post_years, rules.former_post_rule, rules.mutual_audit_rule, wants_training=untrained is not None
    )
    links = renamings(municipality, first, year_of + 1)
    made = mutual(engagement) if asks_mutual and any(known.values()) else ()

    def look(names: Mapping[str, str]) -> dict[str, tuple[Concern, ...]]:
        return {
            number: concerns(
                AuditorFacts(
                    tuple(Post(*post) for post in posts.get(number, ())), is_staff, number not in (untrained or ())
                ),
                department.code,
                year_of,
                asked,
                links,
                made if is_staff else (),
                names,
            )
            for number, is_staff in known.items()
        }

    found = look({})
    if any(found.values()):  # names are words of a reason: they are read only when there is one
        found = look({one.code: one.name_ja for one in departments(municipality, year_of)})
    return {**dict.fromkeys(people, ()), **found}


def renamings(municipality_id: int, first_year: int, last_year: int) -> tuple[year.Succession, ...]:
    """Who stands for whom by what took effect in these fiscal years; closings lead nowhere. One query."""
    rows = Succession.objects.filter(municipality_id=municipality_id, fiscal_year__range=(first_year, last_year))
    found = rows.values_list("fiscal_year", "kind", "predecessor__code", "successor__code")
    return tuple(year.Succession(*row) for row in found)


def mutual(engagement: models.Engagement) -> tuple[Assignment, ...]:
    """Whom the staff of the audited department audit this year. One query."""
    rows = models.EngagementAuditor.objects.filter(
        municipality_id=engagement.municipality_id,
        engagement__fiscal_year=engagement.fiscal_year,
        engagement__department__isnull=False,
        staff__department=engagement.department_id,
    )
    pairs = rows.values_list("staff__department__code", "engagement__department__code")
    return tuple(Assignment(str(own), str(auditee)) for own, auditee in pairs.distinct())
