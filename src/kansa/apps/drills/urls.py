"""Under which addresses is a drill planned and sent, where do its links lead, and where is a mail checked?

The landing pages are short, because they stand in mails; each belongs to `config.middleware.landing_pages`.
"""

from __future__ import annotations

from django.urls import path

from kansa.apps.drills.views import (
    checking,
    landing,
    results,
    results_intake,
    wizard,
    wizard_scenarios,
    wizard_sending,
)

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
    path("drills/", wizard.campaigns_page, name="campaigns"),
    path("drills/add/", wizard.add_page, name="add"),
    path("drills/texts/", wizard_scenarios.scenarios_page, name="scenarios"),
    path("drills/texts/write/", wizard_scenarios.write_page, name="write_scenario"),
    path("drills/texts/<slug:text>/", wizard_scenarios.scenario_page, name="scenario"),
    path("drills/texts/<slug:text>/edit/", wizard_scenarios.edit_page, name="edit_scenario"),
    path("drills/texts/<slug:text>/as/<slug:shape>/", wizard_scenarios.preview_page, name="preview_scenario"),
    path("drills/<int:pk>/", wizard.campaign_page, name="campaign"),
    path("drills/<int:pk>/plan/<slug:step>/", wizard.step_page, name="step"),
    path("drills/<int:pk>/summary/", wizard_sending.summary_page, name="summary"),
    path("drills/<int:pk>/progress/", wizard_sending.progress_part, name="progress"),
    path("drills/<int:pk>/move/", wizard_sending.move_page, name="move"),
]
