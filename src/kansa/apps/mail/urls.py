"""Under which addresses are relays, domains, batches and bounces looked after?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.mail.views import batches, boxes, domains, relays

app_name = "mail"
urlpatterns = [
    path("mail/", batches.home, name="home"),
    path("mail/relays/add/", relays.add_page, name="add_relay"),
    path("mail/relays/<int:pk>/", relays.relay_page, name="relay"),
    path("mail/relays/<int:pk>/test/", relays.test_page, name="test_relay"),
    path("mail/relays/<int:pk>/retire/", relays.retire_page, name="retire_relay"),
    path("mail/domains/", domains.domains_page, name="domains"),
    path("mail/domains/<int:pk>/", domains.domain_page, name="domain"),
    path("mail/domains/<int:pk>/<slug:act>/", domains.act_page, name="domain_act"),
    path("mail/addresses/", domains.keeping_page, name="keeping"),
    path("mail/bounces/", boxes.bounces_page, name="bounces"),
    path("mail/bounces/mailbox/", boxes.mailbox_page, name="mailbox"),
    path("mail/bounces/read/", boxes.read_page, name="read_bounces"),
    path("mail/batches/<int:pk>/", batches.batch_page, name="batch"),
    path("mail/batches/<int:pk>/progress/", batches.progress_part, name="progress"),
    path("mail/batches/<int:pk>/move/", batches.move_page, name="move"),
    path("mail/batches/<int:pk>/unknown/", batches.unknown_page, name="unknown"),
]
