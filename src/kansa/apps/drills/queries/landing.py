"""Whose link is this, and what does its page show? At most two queries, however many recipients a campaign has.

The page is the same for everybody who got the same mail, so it is made once for each group and kept as bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from kansa.apps.drills.models import DrillCampaign, DrillGroup, DrillRecipient
from kansa.apps.drills.queries.keys import link_hash, municipality_in, questionnaire_hash
from kansa.core.mail_drill.phish_scale import CUES
from kansa.core.mail_drill.scenario import Cue, Scenario, from_json

ANSWERING = ("approved", "running", "paused", "ended")  # states in which links lead somewhere
MOST_PAGES = 200
# (group, version of the campaign) -> page; one process keeps its own.
PAGES: dict[tuple[int, int], bytes] = {}


@dataclass(frozen=True, slots=True)
class Target:
    """What a token leads to."""

    municipality_id: int
    campaign_id: int
    group_id: int
    event_token: str
    version: int


def target_of(token: str, now: datetime) -> Target | None:
    """The target of a token; None for another's, an expired or a made-up one. One query, by the token's hash."""
    municipality_id = municipality_in(token)
    if municipality_id is None:
        return None
    rows = DrillRecipient.objects.filter(
        municipality_id=municipality_id,
        link_token=link_hash(token),
        campaign__state__in=ANSWERING,
        campaign__reveals_until__gte=now,
    ).values_list("municipality_id", "campaign_id", "group_id", "event_token", "campaign__version")
    for row in rows[:1]:
        return Target(*row)
    return None


def reveal_page(target: Target) -> bytes:
    """The page of the target's group. One query the first time, none afterwards."""
    key = target.group_id, target.version
    found = PAGES.get(key)
    if found is None:
        if len(PAGES) >= MOST_PAGES:
            PAGES.clear()
        rows = DrillGroup.objects.filter(municipality_id=target.municipality_id, pk=target.group_id)
        group = rows.select_related("campaign").get()
        found = PAGES[key] = reveal_html(from_json(group.content), group.campaign).encode()
    return found


@dataclass(frozen=True, slots=True)
class MarkedCue:
    """A cue with its number on the page."""

    number: int
    name_ja: str
    quote_ja: str
    explanation_ja: str


def reveal_html(scenario: Scenario, campaign: DrillCampaign) -> str:
    """The reveal page of one text: the mail with its cues marked, and what to do next time."""
    cues = [
        MarkedCue(number, CUES[cue.code][1], cue.quote_ja, cue.explanation_ja)
        for number, cue in enumerate(in_order(scenario), 1)
    ]
    marks = {cue.number: cue.quote_ja for cue in cues if cue.quote_ja}
    texts = Marking(marks)
    context = {
        "cues": cues,
        "sender": texts.marked(scenario.sender_name_ja),
        "subject": texts.marked(scenario.subject_ja),
        "blocks": [(block.kind, texts.marked(block.text)) for block in scenario.blocks],
        "attachment": texts.marked(scenario.attachment_name_ja),
        "scenario": scenario,
        "campaign": campaign,
    }
    return render_to_string("drills/reveal.html", context)


def in_order(scenario: Scenario) -> list[Cue]:
    """The cues as a reader meets them from top to bottom; those that no words show come last."""
    text = "\n".join([scenario.sender_name_ja, scenario.subject_ja, scenario.attachment_name_ja, *scenario.words[2:]])

    def place(cue: Cue) -> int:
        return text.find(cue.quote_ja) if cue.quote_ja else len(text)

    return sorted(scenario.cues, key=place)


class Marking:
    """Marks each quotation once, at its first place in the order of the mail; placeholders show what they stand for."""

    def __init__(self, quotes: Mapping[int, str]) -> None:
        self.left = dict(quotes)

    def marked(self, text: str) -> SafeString:
        """The text with its quotations in <mark>, everything else escaped."""
        places = sorted(self._places(text), key=lambda place: (place[0], -place[1]))
        parts: list[str] = []
        at = 0
        for start, end, number in places:
            if start < at:  # inside a quotation that is marked already: only its number is added
                parts.append(f'<sup class="cue">{number}</sup>')
                continue
            quoted = conditional_escape(text[start:end])
            parts.append(f'{conditional_escape(text[at:start])}<mark>{quoted}</mark><sup class="cue">{number}</sup>')
            at = end
        parts.append(conditional_escape(text[at:]))
        return mark_safe("".join(parts).replace("{", "（").replace("}", "）"))

    def _places(self, text: str) -> Iterable[tuple[int, int, int]]:
        for number, quote in list(self.left.items()):
            start = text.find(quote)
            if start >= 0:
                del self.left[number]
                yield start, start + len(quote), number


def questionnaire_of(token: str, today: date) -> DrillCampaign | None:
    """The campaign whose questionnaire has this link; None when there is none or it is over."""
    municipality_id = municipality_in(token)
    if municipality_id is None:
        return None
    found: DrillCampaign | None = (
        DrillCampaign.objects.filter(
            municipality_id=municipality_id,
            questionnaire_token=questionnaire_hash(token),
            questionnaire_until__gte=today,
            state__in=("running", "paused", "ended"),
        )
        .select_related("drill")
        .first()
    )
    return found
