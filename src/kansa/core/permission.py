"""May this person do this act? A table; what is not in it is refused."""

from __future__ import annotations

from dataclasses import dataclass

EMBEDDED_MUNICIPALITY = 1  # the key of the only municipality when kansa runs embedded
VERBS = ("import", "export", "freeze", "confirm", "read_report", "read_trace")

# operator: the console of the office's own machine. viewer: the page served on loopback.
_ALLOWED: dict[str, frozenset[str]] = {
    "operator": frozenset(VERBS),
    "viewer": frozenset({"read_report", "read_trace"}),
}
ROLES = tuple(_ALLOWED)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the municipality, the name that the trail keeps, the role."""

    municipality_id: int
    name: str
    role: str


def can(actor: Actor, verb: str) -> bool:
    """Whether the actor's role allows the verb. Unknown roles and unknown verbs are refused.

    >>> can(Actor(1, "画面", "viewer"), "freeze")
    False
    """
    return verb in _ALLOWED.get(actor.role, frozenset())
