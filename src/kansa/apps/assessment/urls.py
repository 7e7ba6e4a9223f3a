"""Under which addresses does the judging room answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.assessment.views import apart, evidence, excel, item, matrix, preliminary, worksheet

ENGAGEMENT = "engagements/<fiscal_year:fiscal_year>/<str:code>"

app_name = "assessment"
urlpatterns = [
    path("engagements/<fiscal_year:fiscal_year>/matrix/", matrix.matrix, name="matrix"),
    path("engagements/<fiscal_year:fiscal_year>/matrix/picture/", matrix.picture, name="matrix_picture"),
    path(f"{ENGAGEMENT}/worksheet/", worksheet.worksheet, name="worksheet"),
    path(f"{ENGAGEMENT}/worksheet/paper/", worksheet.paper, name="paper"),
    path(f"{ENGAGEMENT}/worksheet/review/", worksheet.review_items, name="review"),
    # An item's code may hold a slash.
    path(f"{ENGAGEMENT}/worksheet/items/<path:item_code>/", item.item, name="item"),
    path(f"{ENGAGEMENT}/worksheet/reconcile/", apart.reconcile, name="reconcile"),
    path(f"{ENGAGEMENT}/worksheet/excel/", excel.excel, name="excel"),
    path(f"{ENGAGEMENT}/worksheet/excel/<slug:sha256>/", excel.merge, name="merge"),
    path(f"{ENGAGEMENT}/preliminary/", preliminary.survey, name="survey"),
    path(f"{ENGAGEMENT}/preliminary/items/<path:item_code>/", preliminary.question, name="question"),
    path(f"{ENGAGEMENT}/evidence/", evidence.add, name="add_evidence"),
    path(f"{ENGAGEMENT}/evidence/<int:number>/", evidence.show, name="evidence"),
    path(f"{ENGAGEMENT}/evidence/<int:number>/remove/", evidence.remove, name="remove_evidence"),
]
