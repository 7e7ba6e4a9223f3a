"""What does each page of the wizard ask, and what does its button keep?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time

from django import forms
from django.http import QueryDict
from django.utils import timezone

from kansa.apps.drills.actions import (
    Division,
    change_plan,
    divide,
    leave_out,
    listed_people,
    send_preflight,
    set_texts,
)
from kansa.apps.drills.forms import (
    BasicsForm,
    ExclusionsForm,
    GroupsForm,
    NoticesForm,
    PreflightForm,
    SenderForm,
    WindowForm,
)
from kansa.apps.drills.models import DrillCampaign, DrillRecipient
from kansa.apps.drills.queries.library import texts_of
from kansa.apps.drills.queries.planned import QUIET_MINUTES, planned_groups, preflight_lines
from kansa.apps.mail.queries import relays_of, verified_domains
from kansa.apps.people.queries import departments
from kansa.core.mail_drill.phish_scale import DIFFICULTIES_JA
from kansa.core.permission import Actor

DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Page:
    """A form, what its button does, and what the page shows beside it."""

    form: forms.Form
    save: Callable[[], object]
    context: dict[str, object] = field(default_factory=dict)


def basics(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """Purpose and use of the results."""
    names = ("purpose_ja", "use_of_results_ja", "may_follow_up", "follow_up_until")
    start = {name: getattr(campaign, name) for name in names} | {"name_ja": campaign.drill.name_ja}
    form = BasicsForm(data, initial=start | {"is_education": bool(campaign.use_of_results_ja)})
    return Page(form, lambda: change_plan(actor, campaign, form.words()))


def sender(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """Sender, relay, domains and where links lead."""
    relays = list(relays_of(actor))
    domains = sorted(verified_domains(actor.municipality_id))
    start = {name: getattr(campaign, name) for name in ("sender_address", "landing_address", "report_address")}
    start |= {"relay_id": campaign.relay_id, "domains": campaign.domains.split()}
    form = SenderForm(data, initial=start, relays=[(one.pk, one.name_ja) for one in relays], domains=domains)
    return Page(
        form, lambda: change_plan(actor, campaign, form.words()), {"relays": relays, "has_domains": bool(domains)}
    )


def groups(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """Who takes part, and how people are divided."""
    year = campaign.drill.fiscal_year
    choices = [(one.code, f"{one.bureau_ja} {one.name_ja}") for one in departments(actor.municipality_id, year)]
    form = GroupsForm(data, departments=choices)

    def save() -> object:
        said = form.cleaned_data
        return divide(actor, campaign.pk, Division(said["method"], said["count"], frozenset(said["departments"])))

    return Page(form, save, {"groups": planned_groups(campaign)})


def texts(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """A text for each group; those that may not be used yet are not offered."""
    there = planned_groups(campaign)
    usable = [
        (one.text.code, f"{one.text.title_ja}（{DIFFICULTIES_JA[one.difficulty]}）")
        for one in texts_of(actor)
        if one.difficulty
    ]
    form = forms.Form(data, initial={one.group.code: one.group.scenario_code for one in there})
    for one in there:
        form.fields[one.group.code] = forms.ChoiceField(label=one.group.name_ja, choices=usable)
    return Page(form, lambda: set_texts(actor, campaign.pk, form.cleaned_data), {"groups": there})


def exclusions(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """Who gets nothing, and why. The numbers are read out of the sealed rows of the draft, for this page only."""
    start = ""
    if campaign.state == "draft":
        left_out = [one for one in listed_people(campaign) if one.excluded_reason_ja]
        start = "\n".join(f"{one.staff_number},{one.excluded_reason_ja}" for one in left_out)
    form = ExclusionsForm(data, initial={"people": start})
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk, "state": "excluded"}
    context: dict[str, object] = {"excluded_count": DrillRecipient.objects.filter(**own).count()}
    return Page(form, lambda: leave_out(actor, campaign.pk, form.reasons()) + 1, context)


def window(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """When and how fast."""
    names = ("opens_at", "closes_at", "any_day", "closed_days", "pace_per_minute", "pace_per_domain", "keep_until")
    start = {name: getattr(campaign, name) for name in names}
    start |= {
        "day_begins": as_time(campaign.day_begins_minute),
        "day_ends": as_time(campaign.day_ends_minute),
        "reveals_until": timezone.localtime(campaign.reveals_until).date(),
    }
    form = WindowForm(data, initial=start)
    return Page(form, lambda: change_plan(actor, campaign, form.words()))


def as_time(minute: int) -> time:
    """A minute of the day; the end of the day is shown as its last minute."""
    minute = min(minute, DAY_MINUTES - 1)
    return time(minute // 60, minute % 60)


def notices(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """What is told to whom."""
    form = NoticesForm(data, initial={name: getattr(campaign, name) for name in NoticesForm.base_fields})
    return Page(form, lambda: change_plan(actor, campaign, form.words()))


def preflight(actor: Actor, campaign: DrillCampaign, data: QueryDict | None) -> Page:
    """Test mails, and which machines followed their links."""
    form = PreflightForm(data)
    lines = preflight_lines(campaign)
    context: dict[str, object] = {
        "lines": lines,
        "quiet_minutes": QUIET_MINUTES,
        "machine_count": sum(bool(line.fetches) for line in lines),
    }
    return Page(form, lambda: send_preflight(actor, campaign.pk, form.cleaned_data["addresses"].split()) + 1, context)


PAGES: dict[str, Callable[[Actor, DrillCampaign, QueryDict | None], Page]] = {
    one.__name__: one for one in (basics, sender, groups, texts, exclusions, window, notices, preflight)
}
