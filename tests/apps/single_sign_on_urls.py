"""The addresses of a kansa whose environment names a single sign-on."""

from __future__ import annotations

from django.urls import include, path

from kansa.config.sign_in_urls import sign_in_urls
from kansa.config.urls import urlpatterns as usual

urlpatterns = [path("account/", include(sign_in_urls(has_single_sign_on=True))), *usual]
