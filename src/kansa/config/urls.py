"""Under which addresses do the apps answer?"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from kansa.config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("kansa.apps.annual_report.urls")),
]
