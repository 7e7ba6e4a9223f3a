"""What came out of a campaign so far: counts, ranges, speed, tables with their small cells hidden, effects of rules?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from kansa.apps.drills.models import DrillAnswer, DrillCampaign, DrillHit, DrillRecipient, DrillTally
from kansa.apps.people.models import Department
from kansa.apps.trail.queries import streamed
from kansa.core.mail_drill.course import course_of
from kansa.core.mail_drill.events import ALL, FIXED, Acts, Effects, Hit, Settings, acts_of, judge_all
from kansa.core.mail_drill.results import (
    QUESTIONNAIRE_ANSWERS,
    Counts,
    Outcome,
    Range,
    Shown,
    Speed,
    classes_shown,
    counts_of,
    departments_shown,
    speed_of,
)
from kansa.formats.writers.gophish import GophishPerson

CITY = ""  # the top of the tree of departments
BUREAU = "bureau:"  # before the name of a bureau, where departments stand by code


def settings_of(campaign: DrillCampaign) -> Settings:
    """The rules of a campaign; kansa's own where it says nothing."""
    given = dict(campaign.rules)
    if "on" in given:
        given["on"] = frozenset(given["on"])
    if "networks" in given:
        given["networks"] = tuple(given["networks"])
    return Settings(**given)


@contextmanager
def hit_rows(campaign: DrillCampaign) -> Iterator[Iterator[tuple[str, Hit]]]:
    """The raw hits, ordered by recipient, a few thousand at a time."""
    rows = DrillHit.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    values = rows.order_by("event_token").values_list(
        "event_token", "kind", "at", "method", "address", "agent", "prefetch", "channel"
    )
    with streamed(values, 5000) as found:
        yield ((token, Hit._make(rest)) for token, *rest in found)


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcomes under one set of rules."""

    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> Counts:
        """People of the whole list."""
        return counts_of(self.outcomes)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every recipient under the strictest, the chosen and the loosest reading, and what each rule would do."""

    strict: Reading
    chosen: Reading
    loose: Reading
    effects: Effects
    first_sent_at: datetime | None


def judged_outcomes(campaign: DrillCampaign, settings: Settings | None = None) -> Judgement:
    """Judges the raw hits anew. Three queries; memory for one line per recipient."""
    settings = settings or settings_of(campaign)
    rows = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    people = {
        row[0]: row[1:]
        for row in rows.values_list(
            "event_token",
            "department__code",
            "job_type_ja",
            "group__difficulty",
            "state",
            "bounced_at",
            "is_absent",
            "relayed_at",
        ).order_by("position")
    }
    sent: dict[str, datetime | None] = {token: row[-1] for token, row in people.items()}
    effects = Effects()
    masks = (ALL, settings.mask, FIXED)
    acts: tuple[dict[str, Acts], ...] = ({}, {}, {})
    with ExitStack() as reading:
        for token, judged in judge_all(lambda: reading.enter_context(hit_rows(campaign)), sent, settings):
            effects.add(judged)
            for mask, found in zip(masks, acts, strict=True):
                found[token] = acts_of(judged, mask)
    strict, chosen, loose = (Reading(tuple(_outcomes(people, found))) for found in acts)
    first = min((moment for moment in sent.values() if moment is not None), default=None)
    return Judgement(strict, chosen, loose, effects, first)


def _outcomes(people: Mapping[str, tuple], acts: Mapping[str, Acts]) -> Iterator[Outcome]:
    none = Acts({}, frozenset(), has_hits=False)
    for token, (department, job_type, difficulty, state, bounced_at, is_absent, _) in people.items():
        yield Outcome(department, job_type, difficulty, state, bounced_at is not None, is_absent, acts.get(token, none))


@dataclass(frozen=True, slots=True)
class DrillResult:
    """Everything that a page, an export or the closing may show of a campaign. No row is a person."""

    counts: Counts
    ranges: dict[str, Range]  # opened, clicked, reported
    speed: Speed
    departments: dict[str, Shown]  # by code; bureaus by name; "" is the city
    bureaus: dict[str, tuple[str, ...]]  # name -> codes of its departments
    names: dict[str, str]  # code -> name
    job_types: dict[str, Shown]
    difficulties: dict[str, Shown]
    course: dict[str, int]  # core.mail_drill.course
    effects: Effects
    warnings: list[str]

    def name_of(self, code: str) -> str:
        """The name of a department, or of the bureau that `code` stands for."""
        return code.removeprefix(BUREAU) if code.startswith(BUREAU) else self.names.get(code, "")


def grouped_counts(outcomes: tuple[Outcome, ...], name: str) -> dict[str, Counts]:
    """Counts by department, job_type or difficulty."""
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(getattr(one, name), []).append(one)
    return {key: counts_of(groups[key]) for key in sorted(groups)}


def result_of(campaign: DrillCampaign, settings: Settings | None = None) -> DrillResult:
    """The result of a campaign that is not closed yet, as it may be shown."""
    settings = settings or settings_of(campaign)
    judged = judged_outcomes(campaign, settings)
    outcomes, k = judged.chosen.outcomes, campaign.small_cell_k
    rows = grouped_counts(outcomes, "department")
    names, bureaus = _places(campaign, list(rows))
    tree: dict[str, tuple[str, ...]] = {f"{BUREAU}{name}": codes for name, codes in bureaus.items()}
    tree[CITY] = tuple(tree)
    readings = (judged.strict.counts, judged.chosen.counts, judged.loose.counts)
    return DrillResult(
        counts=readings[1],
        ranges={act: Range(*(one[act] for one in readings)) for act in ("opened", "clicked", "reported")},
        speed=speed_of(outcomes, judged.first_sent_at),
        departments=departments_shown(rows, tree, k) if rows else {},
        bureaus=bureaus,
        names=names,
        job_types=classes_shown(grouped_counts(outcomes, "job_type"), k),
        difficulties=classes_shown(grouped_counts(outcomes, "difficulty"), k),
        course=course_of(outcomes, judged.first_sent_at),
        effects=judged.effects,
        warnings=judged.effects.warnings(settings),
    )


def _places(campaign: DrillCampaign, codes: list[str]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Names of departments, and the departments of each bureau."""
    rows = Department.objects.filter(
        municipality_id=campaign.municipality_id,
        pk__in=DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk).values(
            "department_id"
        ),
    )
    names: dict[str, str] = {}
    bureaus: dict[str, list[str]] = {}
    for department in rows.order_by("code", "valid_from"):
        if department.code not in names:
            bureaus.setdefault(department.bureau_ja, []).append(department.code)
        names[department.code] = department.name_ja
    return names, {name: tuple(found) for name, found in sorted(bureaus.items())}


def questionnaire_counts(campaign: DrillCampaign) -> dict[str, int]:
    """Answers of the questionnaire by word, every word there. Apart from every hit; no department below k."""
    rows = DrillAnswer.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    found = Counter(rows.values_list("noticed", flat=True))
    return {word: found[word] for word in QUESTIONNAIRE_ANSWERS}


def city_counts(campaign: DrillCampaign) -> dict[str, int | None]:
    """The counts and moments of the whole city, from the hits or, once closed, from what was kept."""
    if campaign.state == "closed":
        rows = DrillTally.objects.filter(
            municipality_id=campaign.municipality_id, campaign_id=campaign.pk, dimension="city"
        )
        return dict(rows.get().counts)
    return city_line(result_of(campaign))


def city_line(result: DrillResult) -> dict[str, int | None]:
    """What is kept of the whole city."""
    speed = result.speed
    return {
        **result.counts,
        "first_click_minutes": speed.first_click_minutes,
        "first_report_minutes": speed.first_report_minutes,
        "reports_before_first_click": speed.reports_before_first_click,
        **{f"strict_{act}": one.strict for act, one in result.ranges.items()},
        **{f"loose_{act}": one.loose for act, one in result.ranges.items()},
        **result.course,
    }


def asked_departments(campaign: DrillCampaign) -> list[Department]:
    """The departments that may be named in the questionnaire: those of the drill's year, each once."""
    fiscal_year = campaign.drill.fiscal_year
    rows = Department.objects.filter(municipality_id=campaign.municipality_id, valid_from__lte=fiscal_year)
    current = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=fiscal_year))
    return list(current.order_by("code"))


def gophish_people(campaign: DrillCampaign) -> list[GophishPerson]:
    """The recipients as GoPhish would have them, numbered anew by chance at each call: two exports cannot be joined.

    No department, job type or position in the list goes with them, so nothing that is suppressed can be counted out.
    Everybody was sent the mail at the moment of the first one, and acted as long after it as he or she did after the
    own: whoever knows when a colleague's mail came would find that line by its second.
    """
    rows = DrillRecipient.objects.filter(municipality_id=campaign.municipality_id, campaign_id=campaign.pk)
    sent = list(rows.order_by("position").values_list("relayed_at", "bounced_at", "state"))
    judged = judged_outcomes(campaign)
    begun = judged.first_sent_at
    found = [
        (
            begun if one.was_sent else None,
            bounced is not None or state == "failed",
            tuple(sorted((act, _moved(moment, at, begun)) for act, moment in one.acts.first.items())),
        )
        for (at, bounced, state), one in zip(sent, judged.chosen.outcomes, strict=True)
        if state != "excluded"
    ]
    random.SystemRandom().shuffle(found)
    return [
        GophishPerson(number, at, is_failed=is_failed and not acts, acts=acts)
        for number, (at, is_failed, acts) in enumerate(found, 1)
    ]


def _moved(moment: datetime, sent_at: datetime | None, begun: datetime | None) -> datetime:
    """As long after the first mail as it was after the own one."""
    return begun + (moment - sent_at) if begun is not None and sent_at is not None else moment
