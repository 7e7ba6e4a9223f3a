"""By which rules is a fiscal year judged and carried out, and how does the audit director change them?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kansa.apps.controls.actions import Holds, RulesKey, change_rules, copy_rules
from kansa.apps.controls.forms import RULE_GROUPS, RULE_KEYS, RulesForm
from kansa.apps.controls.queries import StatedRules, stated_rules
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor, can
from kansa.formats.readers.settings import BY_KEY


def shown_rules(stated: StatedRules) -> list[tuple[str, object, list[tuple[str, str, str]]]]:
    """For reading: every group with the name, the value and the meaning of each rule."""
    return [
        (
            code,
            title,
            [(BY_KEY[key].name_ja, BY_KEY[key].shown(stated.rules[key]), BY_KEY[key].explanation_ja) for key in keys],
        )
        for code, title, keys in RULE_GROUPS
    ]


def standing_otherwise(form: RulesForm, stated: StatedRules) -> list[tuple[str, str]]:
    """What stands now where the form says something else: for whoever saves after somebody else did."""
    rules = [(BY_KEY[key].name_ja, BY_KEY[key].shown(stated.rules[key]), key) for key in RULE_KEYS]
    levels = [
        (f"レベル{level} {part_ja}", words[place], f"{part}_{level}")
        for level, words in sorted(stated.levels.items(), reverse=True)
        for place, (part, part_ja) in enumerate((("label", "表示"), ("criterion", "基準")))
    ]
    return [(name, value) for name, value, field in (*rules, *levels) if str(form[field].value() or "") != value]


def shown_page(actor: Actor, key: RulesKey, stated: StatedRules, form: RulesForm) -> dict[str, object]:
    """What the page prints."""
    closed = key.is_frozen(actor.municipality_id, key.fiscal_year)
    before = stated_rules(actor.municipality_id, key.fiscal_year - 1)
    is_late = form.is_bound and form["stamp"].value() != stated.stamp
    return {
        "fiscal_year": key.fiscal_year,
        "year_ja": era_year_ja(key.fiscal_year),
        "now": stated.stamp,
        "otherwise": standing_otherwise(form, stated) if is_late else [],
        "is_frozen": closed,
        "may_change": can(actor, "manage_rules"),
        "form": form if can(actor, "manage_rules") and not closed else None,
        "groups": shown_rules(stated),
        "scale": sorted(((level, *words) for level, words in stated.levels.items()), reverse=True),
        "can_copy": bool(before.stated - stated.stated or (before.levels and not stated.levels)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request: HttpRequest, fiscal_year: int, holds: Holds) -> HttpResponse:
    """The rules in force; a form for whoever may change them while the year is not frozen."""
    actor = permitted(request, "read_report")
    if request.method == "POST":
        permitted(request, "manage_rules")
    key = RulesKey(fiscal_year, holds.is_frozen)
    stated = stated_rules(actor.municipality_id, fiscal_year)
    form = RulesForm(request.POST or None, stated=stated)
    if request.method == "POST":
        done = submit(form, lambda: change_rules(actor, key, form.rules(), form.scale(), form.cleaned_data["stamp"]))
        if done is not None:
            messages.success(
                request, _("年度の規則を保存しました。") if done.event else _("変わったところはありません。")
            )
            return redirect("controls:rules", fiscal_year)
    return render(request, "controls/rules.html", shown_page(actor, key, stated, form))


@require_POST
def copy_page(request: HttpRequest, fiscal_year: int, holds: Holds) -> HttpResponse:
    """Takes over what this year does not say itself."""
    actor = permitted(request, "manage_rules")
    key = RulesKey(fiscal_year, holds.is_frozen)
    attempt(request, lambda: copy_rules(actor, key), _("前年度の規則を引き継ぎました。"))
    return redirect("controls:rules", fiscal_year)
