"""Under which addresses do the plans answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.scheduling.views import drafts, laps, papers, rules

app_name = "scheduling"
LAP = "plans/<fiscal_year:first>"
ANNUAL = f"{LAP}/annual/<fiscal_year:year>"
OF_LAP, OF_YEAR = {"kind": "medium_term_plan"}, {"kind": "annual_plan"}
urlpatterns = [
    path("plans/", laps.lap_list, name="laps"),
    path(f"{LAP}/", laps.lap_page, name="lap"),
    path(f"{LAP}/proof/", laps.proof_page, name="proof"),
    path(f"{LAP}/plan/", papers.paper_page, OF_LAP, name="lap_paper"),
    path(f"{LAP}/plan/<slug:form>/", papers.paper_file, OF_LAP, name="lap_file"),
    path(f"{ANNUAL}/", papers.paper_page, OF_YEAR, name="annual_paper"),
    path(f"{ANNUAL}/<slug:form>/", papers.paper_file, OF_YEAR, name="annual_file"),
    path(f"{LAP}/cells/<str:code>/", laps.cell_page, name="cell"),
    path(f"{LAP}/facts/", rules.facts_page, name="facts"),
    path(f"{LAP}/facts/<str:code>/", rules.fact_page, name="fact"),
    path(f"{LAP}/rules/", rules.rules_page, name="rules"),
    path(f"{LAP}/rules/<int:pk>/drop/", rules.drop_rule, name="drop_rule"),
    path(f"{LAP}/weights/", rules.weights_page, name="weights"),
    path(f"{LAP}/limits/", rules.limits_page, name="limits"),
    path(f"{LAP}/solve/", drafts.solve_page, name="solve"),
    path(f"{LAP}/drafts/<int:pk>/", drafts.draft_page, name="draft"),
    path(f"{LAP}/drafts/<int:pk>/progress/", drafts.draft_progress, name="progress"),
    path(f"{LAP}/drafts/<int:pk>/accept/", drafts.accept_draft, name="accept"),
    path(f"{LAP}/drafts/<int:pk>/discard/", drafts.discard_draft, name="discard"),
    path(f"{LAP}/drafts/<int:pk>/stop/", drafts.stop_draft, name="stop"),
    path(f"{LAP}/drafts/<int:pk>/why/<str:code>/", drafts.why_page, name="why"),
]
