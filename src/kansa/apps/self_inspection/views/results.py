"""What came out of a self-inspection: all of it for office and CISO, the own part for a head?"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.controls.queries import lineage_view
from kansa.apps.self_inspection.forms import ResultsForm, when_decided
from kansa.apps.self_inspection.models import Campaign
from kansa.apps.self_inspection.queries import NotDecided, results_of, years_counted
from kansa.apps.self_inspection.queries.result_files import MEDIA
from kansa.apps.self_inspection.queries.result_lines import (
    VIEWS_JA,
    Line,
    Scope,
    asked_results,
    bureaus_of,
    city_line,
    line_of,
    result_frame,
    view_lines,
    wanted_lines,
)
from kansa.apps.self_inspection.views import result_pictures as pictures
from kansa.apps.self_inspection.views.result_shown import effect_rows, heat_rows, item_lines, like_words, teach_lines
from kansa.apps.trail.forms import permitted
from kansa.core.errors import NotComputable
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.core.publication import CITY, department_group
from kansa.core.results import BANDS, DIRECTIONS_JA, TEACH_RULE_JA, YearResults
from kansa.core.streams import SELF_INSPECTION

AT_ONCE = 100  # departments of the heat map on one page; of more the bureaus come first
ON_PAGE = 80  # lines of a list on one page, as many as its picture shows


def found_results(actor: Actor, fiscal_year: int) -> tuple[YearResults, Scope]:
    """The results of a counted year and what of them the person sees. Raises Http404."""
    found = asked_results(actor, fiscal_year)
    if found is None:
        raise Http404(_("この年度の自己点検の集計はありません。"))
    return found


def page_of(request: HttpRequest, lines: list[Line]) -> dict[str, Any]:
    """A long list by search, bureau, order and page; a short one as it is."""
    form = ResultsForm(request.GET, bureaus_of(lines))
    page: Page[Any] = Paginator(wanted_lines(lines, form.wanted()), ON_PAGE).get_page(request.GET.get("page"))
    return {
        "form": form if len(lines) > ON_PAGE else None,
        "page": page,
        "lines": list(page.object_list),
        "all_count": len(lines),
    }


@require_safe
def result_list(request: HttpRequest) -> HttpResponse:
    """The years with a tally, asked with kansa or imported."""
    actor = permitted(request, "read_inspection")
    lines = []
    for fiscal_year in years_counted(actor.municipality_id):
        try:
            city = city_line(results_of(actor.municipality_id, fiscal_year))
        except NotDecided:
            city = None
        lines.append((fiscal_year, era_year_ja(fiscal_year), city))
    return render(request, "self_inspection/result_list.html", {"lines": lines})


@require_safe
@when_decided
def result_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The overview: rate, change and its parts, response, every item."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    moves = [results.movement(item) for item in results.table.items]
    bureaus = view_lines(results, "bureaus" if scope.reads_all else "departments", scope)
    comparison = results.comparison
    context = result_frame(results, scope, "overview") | {
        "city": city_line(results),
        "counts": results.rate(CITY).counts,
        "like": like_words(results, CITY),
        "undivided_ja": comparison.reason_ja if isinstance(comparison, NotComputable) else "",
        "effects": effect_rows(results),
        "waterfall": pictures.waterfall_picture(results),
        "groups": bureaus,
        "responses": pictures.response_picture(_("回答率"), bureaus),
        "items": item_lines(moves, results.table.places),
        "items_picture": pictures.items_picture(_("項目別の遵守率"), moves),
        "movements": [(words, sum(one.direction == code for one in moves)) for code, words in DIRECTIONS_JA.items()],
        "campaign": Campaign.objects.visible_to(actor)
        .filter(checklist__fiscal_year=fiscal_year, checklist__stream=SELF_INSPECTION)
        .first(),
    }
    return render(request, "self_inspection/result.html", context)


@require_safe
@when_decided
def heat_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Department × item; of a large city bureau × item first, and from there the departments of one bureau."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    groups = view_lines(results, "departments", scope)
    bureaus = bureaus_of(groups)
    bureau = request.GET.get("bureau")
    is_large = len(groups) > AT_ONCE and scope.reads_all
    by_bureau = is_large and bureau not in bureaus
    shown = groups if bureau not in bureaus else [one for one in groups if one.bureau_ja == bureau]
    if by_bureau:
        shown = view_lines(results, "bureaus", scope)
    page: Page[Any] = Paginator(shown, AT_ONCE).get_page(request.GET.get("page"))
    context = result_frame(results, scope, "map") | {
        "items": results.table.items,
        "city": heat_rows(results, [city_line(results)])[0],
        "rows": heat_rows(results, list(page.object_list)),
        "page": page,
        "bureaus": bureaus if len(bureaus) > 1 else [],
        "bureau": bureau if bureau in bureaus else None,
        "by_bureau": by_bureau,
        "is_large": is_large,
        "bands": BANDS[::-1],
    }
    return render(request, "self_inspection/result_map.html", context)


@require_safe
@when_decided
def group_page(request: HttpRequest, fiscal_year: int, view: str) -> HttpResponse:
    """Rates by bureau, department, kind of department or job type."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    context = result_frame(results, scope, view)
    if view not in context["views"]:
        raise Http404(_("この区分の結果はありません。"))
    context |= page_of(request, view_lines(results, view, scope))
    context |= {
        "view": view,
        "title": VIEWS_JA[view],
        "city": city_line(results),
        "rates": pictures.rates_picture(_("遵守率"), context["lines"]),
        "responses": pictures.response_picture(_("回答率"), context["lines"]),
    }
    return render(request, "self_inspection/result_groups.html", context)


@require_safe
@when_decided
def department_page(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """One department beside the city, item by item."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    place = results.table.department.get(code)
    if place is None or not scope.sees(code):
        raise Http404(_("この所属の結果はありません。"))
    group = department_group(code)
    line = line_of(results, "departments", group, (code, place.name_ja, place.bureau_ja))
    moves = [results.movement(item, group) for item in results.table.items]
    context = result_frame(results, scope, "departments") | {
        "line": line,
        "city": city_line(results),
        "like": like_words(results, group),
        "items": item_lines(moves, results.table.places, [results.rate(CITY, one.item.code) for one in moves]),
        "picture": pictures.items_picture(_("項目別の遵守率"), moves),
    }
    return render(request, "self_inspection/result_department.html", context)


@require_safe
@when_decided
def item_page(request: HttpRequest, fiscal_year: int, code: str) -> HttpResponse:
    """One item: its words and where they come from, its rate through the years, by department and job type."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    if code not in {item.code for item in results.table.items}:
        raise Http404(_("この項目はありません。"))
    shown = page_of(request, view_lines(results, "departments", scope, code))
    others: dict[str, list[Line]] = {
        words: view_lines(results, view, scope, code)
        for view, words in (("bureaus", VIEWS_JA["bureaus"]), ("job_types", VIEWS_JA["job_types"]))
    }
    lineage = lineage_view(actor.municipality_id, fiscal_year, SELF_INSPECTION)
    years = item_years(actor, fiscal_year, code)
    context = (
        result_frame(results, scope, "item")
        | shown
        | {
            "movement": item_lines([results.movement(results.item(code))], results.table.places)[0],
            "lineage": next((one for one in lineage.lines if one.item.code == code), None),
            "years": years,
            "years_picture": pictures.years_picture(_("年度ごとの遵守率"), [(one[0], one[2]) for one in years]),
            "picture": pictures.rates_picture(_("所属ごとの遵守率"), shown["lines"]),
            "others": {words: found for words, found in others.items() if found},
        }
    )
    return render(request, "self_inspection/result_item.html", context)


def item_years(actor: Actor, fiscal_year: int, code: str) -> list[tuple[str, str, Any]]:
    """Year, code then and the city's rate, oldest first, as far back as the item has a predecessor with a tally."""
    found = []
    counted = years_counted(actor.municipality_id)
    while fiscal_year in counted:
        results = results_of(actor.municipality_id, fiscal_year)
        item = next((one for one in results.table.items if one.code == code), None)
        if item is None:
            break
        found.append((era_year_ja(fiscal_year), code, results.rate(CITY, code)))
        fiscal_year, code = fiscal_year - 1, item.prior_code
    return found[::-1]


@require_safe
@when_decided
def teach_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The items to teach first, with the rule and the reasons."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    context = result_frame(results, scope, "teach") | {
        "lines": teach_lines(results),
        "rule_ja": TEACH_RULE_JA,
        "picture": pictures.items_picture(_("先に教える項目の遵守率"), [one.movement for one in results.to_teach]),
    }
    return render(request, "self_inspection/result_teach.html", context)


@require_safe
@when_decided
def result_file(request: HttpRequest, fiscal_year: int, form: str) -> HttpResponse:
    """The results as a file: what the person may see on the pages, and no more."""
    actor = permitted(request, "read_inspection")
    results, scope = found_results(actor, fiscal_year)
    if form not in MEDIA:
        raise Http404(_("この形式のファイルはありません。"))
    media, write = MEDIA[form]
    answer = HttpResponse(write(results, scope), content_type=media)
    name_ja = quote(f"自己点検結果_{era_year_ja(fiscal_year)}_{form}", safe="")
    name = f"kansa-self-inspection-{fiscal_year}-{form}"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{name_ja}"
    return answer
