"""Which pages does the frame offer to the person who looks at it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kansa.apps.people.queries import demo_password
from kansa.core.permission import ROLES_JA, Actor, can
from kansa.sample.accounts import DEMO_ACCOUNTS


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the frame, for whoever may do one of the verbs (everybody when there are none).

    `app` marks it on all pages of that app.
    """

    words: str | Promise
    url_name: str
    verbs: tuple[str, ...]

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
    Entry(gettext_lazy("自己点検"), "self_inspection:campaigns", ("manage_inspection",)),
    Entry(gettext_lazy("課所等"), "annual_report:department", ("read_department",)),
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


def offered(actor: Actor, entries: tuple[Entry, ...]) -> list[dict[str, object]]:
    """The entries this person may follow."""
    return [
        {"words": entry.words, "url": reverse(entry.url_name), "name": entry.url_name}
        for entry in entries
        if not entry.verbs or any(can(actor, verb) for verb in entry.verbs)
    ]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the actor and the links; nothing for a stranger."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {"actor": None, "is_demo": settings.DEMO, "demo_accounts": demo_accounts() if settings.DEMO else []}
    return {
        "actor": actor,
        "is_demo": settings.DEMO,
        "entries": offered(actor, ENTRIES),
        "office_entries": offered(actor, OFFICE_ENTRIES),
    }
