"""Who looks at a page, and may they?"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from kansa.core.permission import EMBEDDED_MUNICIPALITY, Actor, can

# The server answers to its own machine only, so whoever sits there is the viewer of the embedded municipality.
LOCAL_VIEWER = Actor(EMBEDDED_MUNICIPALITY, name="画面閲覧", role="viewer")


def viewer(verb: str) -> Actor:
    """The person at the screen. Raises PermissionDenied (403) when their role does not allow the verb."""
    if not can(LOCAL_VIEWER, verb):
        raise PermissionDenied
    return LOCAL_VIEWER
