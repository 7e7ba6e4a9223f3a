"""Which items does the worksheet of an engagement have, and how far is it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kansa.apps.assessment.actions import review
from kansa.apps.assessment.queries import worksheet_for
from kansa.apps.assessment.queries.independence import independence_concerns
from kansa.apps.assessment.queries.sheet import LINEAGE_JA, SheetLine, evidence_of, scale_of, sheet_lines
from kansa.apps.controls.queries import audit_rules, year_rules, year_settings
from kansa.apps.plan.queries import EngagementAccess
from kansa.apps.trail.forms import attempt, permitted
from kansa.core.flow import STATES_JA
from kansa.core.permission import AUDITORS, OFFICE, Actor

FILTERS: dict[str, str | Promise] = {
    "": _("全て"),
    "waiting": _("未判定"),
    "short": _("不適合"),
    "left_out": _("対象外"),
    "changed": _("見直し・追加"),
}


@dataclass(frozen=True, slots=True)
class Domain:
    """The items of one domain that are shown."""

    name_ja: str
    lines: list[SheetLine]


def own_account(actor: Actor, access: EngagementAccess, mode: str) -> int | None:
    """The account whose own judgements are shown: an auditor's, where two judge apart."""
    return actor.account_id if mode == "apart" and access.roles & AUDITORS else None


def matches(line: SheetLine, wanted: str, conforms_from: int) -> bool:
    """Whether a line passes the filter."""
    if wanted == "waiting":
        return not line.mark
    if wanted == "short":
        return line.level is not None and line.level < conforms_from
    if wanted == "left_out":
        return line.mark == "N"
    return wanted != "changed" or line.lineage in ("revised", "added")


def by_domain(lines: Iterable[SheetLine]) -> list[Domain]:
    """The lines under their domains, in checklist order."""
    return [Domain(name, list(found)) for name, found in groupby(lines, key=lambda line: line.domain_ja)]


def sheet_context(actor: Actor, access: EngagementAccess) -> dict[str, object]:
    """What every page of the worksheet shows at its head."""
    engagement = access.engagement
    mode = audit_rules(engagement.municipality_id, engagement.fiscal_year).judging_mode
    lines = sheet_lines(engagement, own_account(actor, access, mode))
    return {
        "access": access,
        "engagement": engagement,
        "state_ja": STATES_JA[engagement.state],
        "mode": mode,
        "lines": lines,
        "judged_count": sum(1 for line in lines if line.mark),
        "may_judge": access.may("judgement"),
        "may_export": bool(access.roles & (AUDITORS | OFFICE)),
    }


@require_safe
def worksheet(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Every item in one line, under its domain."""
    actor = permitted(request, "read_engagements")
    context = sheet_context(actor, worksheet_for(actor, fiscal_year, code))
    rules = year_rules(actor.municipality_id, fiscal_year, year_settings(actor.municipality_id, fiscal_year))
    lines: list[SheetLine] = context["lines"]  # type: ignore[assignment]
    asked = request.GET.get("show", "")
    wanted = asked if asked in FILTERS else ""
    engagement = context["access"].engagement  # type: ignore[attr-defined]
    context |= {
        "domains": by_domain(line for line in lines if matches(line, wanted, rules.conforms_from)),
        "filters": [
            (name, words, sum(matches(line, name, rules.conforms_from) for line in lines))
            for name, words in FILTERS.items()
        ],
        "wanted": wanted,
        "first": next((line for line in lines if not line.mark), lines[0] if lines else None),
        "lineages": LINEAGE_JA,
        "unreviewed": [line.code for line in lines if line.mark and not line.is_reviewed],
        "evidence": evidence_of(engagement, None),
        "concerns": independence_concerns(actor, engagement) if context["may_judge"] else (),
    }
    return render(request, "assessment/worksheet.html", context)


@require_safe
def paper(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """The worksheet as a paper form, all of it or one domain."""
    actor = permitted(request, "read_engagements")
    context = sheet_context(actor, worksheet_for(actor, fiscal_year, code))
    lines: list[SheetLine] = context["lines"]  # type: ignore[assignment]
    names = list(dict.fromkeys(line.domain_ja for line in lines))
    domain = request.GET.get("domain", "")
    shown = [line for line in lines if domain not in names or line.domain_ja == domain]
    context |= {"domains": by_domain(shown), "names": names, "domain": domain}
    context["scale"] = scale_of(context["access"].engagement)  # type: ignore[attr-defined]
    return render(request, "assessment/paper.html", context)


@require_POST
def review_items(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """Another auditor marks judgements as reviewed."""
    actor = permitted(request, "read_engagements")
    worksheet_for(actor, fiscal_year, code)
    codes = request.POST.getlist("item")
    attempt(request, lambda: review(actor, fiscal_year, code, codes), str(_("査読済みとしました。")))
    return redirect("assessment:worksheet", fiscal_year, code)
