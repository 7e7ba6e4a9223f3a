"""Under which addresses do the plans answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.scheduling.views import calendar, drafts, laps, papers, rules, teams, years

app_name = "scheduling"
LAP = "plans/<fiscal_year:first>"
ANNUAL = f"{LAP}/annual/<fiscal_year:year>"
OF_LAP, OF_YEAR = {"kind": "medium_term_plan"}, {"kind": "annual_plan"}
YEAR = "plans/year/<fiscal_year:fiscal_year>"
DRAFT = f"{YEAR}/drafts/<int:pk>"
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
    path(f"{YEAR}/", years.year_page, name="year"),
    path(f"{YEAR}/engagements/", years.create_engagements, name="create_engagements"),
    path(f"{YEAR}/auditors/", years.auditors_page, name="year_auditors"),
    path(f"{YEAR}/copy/", years.copy_auditors, name="copy_auditors"),
    path(f"{YEAR}/availability/", years.import_busy, name="import_busy"),
    path(f"{YEAR}/auditors/<path:number>/", years.auditor_page, name="year_auditor"),
    path(f"{YEAR}/rules/", years.year_rules_page, name="year_rules"),
    path(f"{YEAR}/days/", years.days_page, name="year_days"),
    path(f"{YEAR}/remove/<slug:kind>/<int:pk>/", years.remove_row, name="year_remove"),
    path(f"{YEAR}/solve/", teams.solve_teams_page, name="solve_teams"),
    path(f"{DRAFT}/", teams.teams_draft_page, name="teams_draft"),
    path(f"{DRAFT}/progress/", teams.teams_progress, name="teams_progress"),
    path(f"{DRAFT}/accept/", teams.accept_teams, name="accept_teams"),
    path(f"{DRAFT}/discard/", teams.discard_teams, name="discard_teams"),
    path(f"{DRAFT}/stop/", teams.stop_teams, name="stop_teams"),
    path(f"{DRAFT}/why/<str:code>/", teams.why_not_page, name="why_not"),
    path(f"{YEAR}/teams/<str:code>/", teams.team_page, name="year_team"),
    path(f"{YEAR}/teams/<str:code>/rules/", teams.add_team_rule, name="add_team_rule"),
    path("calendar/<fiscal_year:fiscal_year>/", calendar.calendar_page, name="calendar"),
    path("calendar/<fiscal_year:fiscal_year>/audits.ics", calendar.calendar_file, name="calendar_file"),
]
