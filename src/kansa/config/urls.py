"""Under which addresses do the apps answer?"""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

import kansa.config.converters  # noqa: F401 (registered before the apps' addresses are read)
from kansa.apps.annual_report.queries import is_frozen
from kansa.apps.controls.actions import Holds
from kansa.apps.education.views.reading import correct_page
from kansa.apps.self_inspection.queries import is_asked
from kansa.config.health import healthz
from kansa.config.sign_in_urls import sign_in_urls

handler500 = "kansa.config.faults.server_fault"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("account/", include(sign_in_urls(has_single_sign_on=bool(settings.SOCIALACCOUNT_PROVIDERS)))),
    path("", include("kansa.apps.drills.urls")),
    path("", include("kansa.apps.trail.urls")),
    path("", include("kansa.apps.people.urls")),
    path("", include("kansa.apps.mail.urls")),
    path("", include("kansa.apps.assessment.urls")),  # before audits: "matrix" is no code of an audit
    path("", include("kansa.apps.audits.urls")),
    path("", include("kansa.apps.scheduling.urls")),
    path("", include("kansa.apps.self_inspection.urls")),
    # Which years are frozen, and which items are being answered, is known above; the checklists below only ask.
    path("", include("kansa.apps.controls.urls"), {"holds": Holds(is_frozen, is_asked)}),
    path("education/readings/<int:pk>/", correct_page, {"is_frozen": is_frozen}, name="correct_reading"),
    path("", include("kansa.apps.education.urls")),
    path("", include("kansa.apps.annual_report.urls")),
    path("", include("kansa.apps.findings.urls")),
    path("", include("kansa.apps.diagnosis.urls")),
]
