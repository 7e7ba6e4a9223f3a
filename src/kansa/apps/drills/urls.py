"""Under which addresses do the links of training mails lead, and where is a mail checked?

The landing pages are short, because they stand in mails; each belongs to `config.middleware.landing_pages`.
"""

from __future__ import annotations

from django.urls import path

from kansa.apps.drills.views import checking, landing

app_name = "drills"
LINK = "m/<slug:token>/"
urlpatterns = [
    path(LINK, landing.link_page, name="link"),
    path(f"{LINK}p.png", landing.beacon, name="beacon"),
    path(f"{LINK}a", landing.attachment_page, name="attachment"),
    path(f"{LINK}a.png", landing.attachment_beacon, name="attachment_beacon"),
    path(f"{LINK}c", landing.canary, name="canary"),
    path(f"{LINK}r", landing.report_page, name="report"),
    path(f"{LINK}read", landing.read_page, name="read"),
    path("q/<slug:token>/", landing.questionnaire_page, name="questionnaire"),
    path("drills/check/", checking.check_page, name="check"),
]
