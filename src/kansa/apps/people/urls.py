"""Under which addresses do the pages of accounts and of the organisation answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.people import views

app_name = "people"
urlpatterns = [
    path("own/", views.own_page, name="own"),
]
