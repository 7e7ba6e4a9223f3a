"""Under which addresses do the links of training mails lead, and where is a mail checked?

The landing pages are short, because they stand in mails; each belongs to `config.middleware.landing_pages`.
"""

from __future__ import annotations

from django.urls import path

from kansa.apps.drills.views import checking, landing, results, results_intake

app_name = "drills"
LINK = "m/<slug:token>/"
urlpatterns = [
    path(LINK, landing.link_page, name="link"),
    path(f"{LINK}p.png", landing.beacon, name="beacon"),
    path(f"{LINK}a", landing.attachment_page, name="attachment"),
    path(f"{LINK}a.png", landing.attachment_beacon, name="attachment_beacon"),
    path(f"{LINK}c", landing.canary, name="canary"),
    path(f"{LINK}r", landing.report_page, name="report"),
    path(f"{LINK}read", landing.read_page, name="read"),
    path("q/<slug:token>/", landing.questionnaire_page, name="questionnaire"),
    path("drills/check/", checking.check_page, name="check"),
    # Results, and what comes in after the sending.
    path("drills/results/", results.result_list, name="result_list"),
    path("drills/<int:pk>/results/", results.result_page, name="results"),
    path("drills/<int:pk>/results/by/<slug:view>/", results.group_page, name="result_groups"),
    path("drills/<int:pk>/results/years/", results.years_page, name="result_years"),
    path("drills/<int:pk>/results/rules/", results.rules_page, name="rules"),
    path("drills/<int:pk>/results/gophish/", results.gophish_file, name="gophish"),
    path("drills/<int:pk>/results/files/<str:form>", results.result_file, name="result_file"),
    path("drills/<int:pk>/results/answers/", results_intake.answers_page, name="answers"),
    path("drills/<int:pk>/reports/", results_intake.reports_page, name="reports"),
    path("drills/<int:pk>/reports/calls/", results_intake.calls_page, name="calls"),
    path("drills/<int:pk>/reports/mailbox/", results_intake.mailbox_page, name="read_reports"),
    path("drills/<int:pk>/follow-up/", results_intake.follow_up_page, name="follow_up"),
]
