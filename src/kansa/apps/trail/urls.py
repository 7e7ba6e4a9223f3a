"""Under which addresses does the record of acts answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.trail import views

app_name = "trail"
urlpatterns = [
    path("trail/", views.event_list, name="events"),
    path("trail/export/", views.export, name="export"),
    path("trail/seals/", views.seal_list, name="seals"),
]
