"""Who acts in the tests? A fixed cast, by role."""

from __future__ import annotations

from kansa.core.permission import Actor

CITY = 1
OTHER_CITY = 2

CLERK = Actor(CITY, "監査事務局 甲", "operator")
VIEWER = Actor(CITY, "閲覧者", "viewer")
OUTSIDER = Actor(CITY, "部外者", "outsider")
OTHER_CLERK = Actor(OTHER_CITY, "他市の事務局", "operator")
