"""Which pages does the frame offer to the person who looks at it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kansa.apps.people.queries import demo_password
from kansa.core.permission import ROLES_JA, Actor, allows
from kansa.sample.accounts import DEMO_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the frame, for whoever may do one of the verbs (everybody when there are none).

    `app` marks it on all pages of that app.
    """

    words: str | Promise
    url_name: str
    verbs: tuple[str, ...]
    unless: str = ""  # who may do this has another entry that leads there

    @property
    def app(self) -> str:
        """The namespace of the page."""
        return self.url_name.partition(":")[0]


ENTRIES = (
    Entry(gettext_lazy("ホーム"), "annual_report:home", ()),
    Entry(gettext_lazy("年度"), "annual_report:years", ("read_report",)),
    Entry(gettext_lazy("監査計画"), "scheduling:laps", ("read_plan",)),
    Entry(gettext_lazy("監査"), "audits:engagements", ("read_engagements",)),
    Entry(gettext_lazy("検出事項"), "findings:board", ("read_engagements",)),
    Entry(gettext_lazy("研修"), "education:home", ("take_education",)),
    Entry(gettext_lazy("課所等"), "annual_report:department", ("read_department",)),
)
# Behind 「点検・訓練」: what is asked of all staff and of all machines once a year.
EXERCISE_ENTRIES = (
    Entry(gettext_lazy("自己点検"), "self_inspection:campaigns", ("manage_inspection",)),
    Entry(gettext_lazy("自己点検"), "self_inspection:results", ("read_inspection",), unless="manage_inspection"),
    Entry(gettext_lazy("メール訓練"), "drills:campaigns", ("manage_drills", "approve_drills")),
    Entry(gettext_lazy("技術的診断"), "diagnosis:overview", ("read_diagnosis",)),
)
# Behind 「管理」: what is set up once or seldom.
OFFICE_ENTRIES = (
    Entry(gettext_lazy("はじめに"), "annual_report:start", ("import", "manage_accounts")),
    Entry(gettext_lazy("文書の雛形"), "audits:templates", ("manage_letters",)),
    Entry(gettext_lazy("アカウント"), "people:accounts", ("manage_accounts",)),
    Entry(gettext_lazy("組織"), "people:organisation", ("manage_organisation",)),
    Entry(gettext_lazy("職員名簿"), "people:staff", ("manage_organisation",)),
    Entry(gettext_lazy("メール送信"), "mail:home", ("manage_mail", "manage_relay")),
    Entry(gettext_lazy("操作記録"), "trail:events", ("read_trail",)),
    Entry(gettext_lazy("チェックリスト"), "controls:checklists", ("manage_checklist",)),
    Entry(gettext_lazy("取込み"), "annual_report:imports", ("import", "manage_accounts")),
    Entry(gettext_lazy("取込様式"), "annual_report:templates", ("import", "manage_accounts")),
)


def demo_accounts() -> list[dict[str, str]]:
    """The accounts of the sample city with their passwords, for the sign-in page of the demo."""
    return [
        {
            "login": one.login,
            "name_ja": one.name_ja,
            "role_ja": ROLES_JA.get(one.role, "役割なし"),
            "password": demo_password(one.login),
        }
        for one in DEMO_ACCOUNTS
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the frame as the templates want it."""

    words: str | Promise
    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Links behind one word."""

    words: str | Promise
    entries: tuple[Link, ...]


@lru_cache(maxsize=100)
def offered(roles: frozenset[str]) -> tuple[tuple[Link, ...], tuple[Menu, ...]]:
    """The links and the menus that people in these roles may follow.

    The same for everybody in the roles, and looked up for every page: worked out once a process.
    """

    def among(entries: tuple[Entry, ...]) -> tuple[Link, ...]:
        return tuple(
            Link(entry.words, reverse(entry.url_name), entry.url_name)
            for entry in entries
            if (not entry.verbs or any(allows(roles, verb) for verb in entry.verbs))
            and not (entry.unless and allows(roles, entry.unless))
        )

    exercises = among(EXERCISE_ENTRIES)
    # A menu of one entry would be a needless step.
    plain, menu = (exercises, ()) if len(exercises) == 1 else ((), exercises)
    menus = (Menu(gettext_lazy("点検・訓練"), menu), Menu(gettext_lazy("管理"), among(OFFICE_ENTRIES)))
    return (*among(ENTRIES), *plain), tuple(one for one in menus if one.entries)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the actor and the links; nothing for a stranger."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "is_demo": settings.DEMO, "demo_accounts": demo_accounts() if settings.DEMO else []}
    entries, menus = offered(actor.roles)
    return {"actor": actor, "is_demo": settings.DEMO, "entries": entries, "menus": menus}
