"""How does a copy say what it holds of campaigns under way, so that the next one can follow it?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from kansa.apps.self_inspection.actions import HeldCampaign, HeldGroup
from kansa.core.copies import GroupState


def written(held: Iterable[HeldCampaign]) -> bytes:
    """As JSON, in an order that tells nothing: rows by their tokens, people by the roster."""
    return json.dumps([written_campaign(one) for one in held], ensure_ascii=False, sort_keys=True).encode()


def written_campaign(held: HeldCampaign) -> dict[str, Any]:
    """One campaign."""
    groups = [
        {
            "cell": list(cell),
            "taken_number": one.taken_number,
            "begun": sorted(one.state.begun),
            "answers": {token: list(row) for token, row in sorted(one.state.answers.items())},
        }
        for cell, one in sorted(held.groups.items())
    ]
    return {
        "campaign": held.campaign,
        "number": held.number,
        "groups": groups,
        "comments": sorted([item, token, text] for (item, token), text in held.comments.items()),
        "serials": sorted(held.serials),
    }


def read(data: bytes) -> tuple[HeldCampaign, ...]:
    """What `written` wrote."""
    return tuple(read_campaign(one) for one in json.loads(data))


def read_campaign(told: dict[str, Any]) -> HeldCampaign:
    """One campaign."""
    groups = {
        (one["cell"][0], one["cell"][1]): HeldGroup(
            GroupState(frozenset(one["begun"]), {token: tuple(row) for token, row in one["answers"].items()}),
            one["taken_number"],
        )
        for one in told["groups"]
    }
    comments = {(item, token): text for item, token, text in told["comments"]}
    return HeldCampaign(told["campaign"], told["number"], groups, comments, frozenset(told["serials"]))
