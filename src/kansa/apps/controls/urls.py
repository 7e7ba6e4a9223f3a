"""Under which addresses do the checklists and a year's rules answer? `holds` comes from config.urls."""

from __future__ import annotations

from django.urls import path

from kansa.apps.controls.views import items, lists, rules, texts

app_name = "controls"
ONE = "checklists/<int:fiscal_year>/<slug:stream>/"
urlpatterns = [
    path("years/<fiscal_year:fiscal_year>/rules/", rules.rules_page, name="rules"),
    path("years/<fiscal_year:fiscal_year>/rules/copy/", rules.copy_page, name="copy_rules"),
    path("years/<fiscal_year:fiscal_year>/texts/", texts.texts_page, name="texts"),
    path("checklists/", lists.checklist_list, name="checklists"),
    path(ONE, lists.checklist_page, name="checklist"),
    path(f"{ONE}copy/", lists.copy_page, name="copy"),
    path(f"{ONE}prior/", lists.take_over_page, name="take_over"),
    path(f"{ONE}print/", lists.print_page, name="print"),
    path(f"{ONE}export/<slug:kind>/", lists.export_file, name="export"),
    path(f"{ONE}guideline/", items.guideline_page, name="guideline"),
    path(f"{ONE}add/", items.add_page, name="add"),
    path(f"{ONE}items/<int:pk>/", items.item_page, name="item"),
    path(f"{ONE}items/<int:pk>/drop/", items.drop_page, name="drop"),
    path(f"{ONE}items/<int:pk>/restore/", items.restore_page, name="restore"),
]
