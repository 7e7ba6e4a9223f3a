"""What may this copy hold? What the one before it held comes in, what this one holds goes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.apps.self_inspection.actions import HeldCampaign, Run, campaigns_now, held_after, write_held


@dataclass(frozen=True, slots=True)
class Choice:
    """What is known before a copy: by campaign what the last one held.

    `is_lost`: there is a last one, and it is not at hand, so that nothing of such campaigns can be taken.
    """

    last: Mapping[int, HeldCampaign] = field(default_factory=dict)
    is_lost: bool = False


def choose(run: Run, choice: Choice) -> list[HeldCampaign]:
    """Leaves out of the copy what it may not hold; sessions too, which are keys to sign in with."""
    found = []
    for now in campaigns_now(run):
        held = HeldCampaign(now.campaign, now.number + 1)
        if not choice.is_lost:
            held = held_after(run, now, choice.last.get(now.campaign))
        write_held(run, now, held)
        found.append(held)
    run("DELETE FROM django_session", [])
    return found
