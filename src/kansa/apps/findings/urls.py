"""Under which addresses do the findings, the acts on them, and the rollouts answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.findings.views import acting, board, finding, measuring, raising, rollouts

app_name = "findings"
urlpatterns = [
    path("findings/", board.board_page, name="board"),
    path("findings/export/<slug:kind>/", board.export, name="export"),
    path("findings/<int:pk>/", finding.finding_page, name="finding"),
    path("findings/<int:pk>/edit/", raising.edit, name="edit"),
    path("findings/<int:pk>/recurrence/", raising.recurrence, name="recurrence"),
    path("findings/<int:pk>/rollout/", rollouts.order, name="order"),
    path("findings/<int:pk>/do/<slug:act>/", acting.act_page, name="act"),
    path("findings/evidence/<int:pk>/", finding.evidence, name="evidence"),
    path("findings/evidence/<int:pk>/remove/", finding.remove_evidence, name="remove_evidence"),
    path("engagements/<int:fiscal_year>/<str:code>/findings/new/", raising.new_finding, name="new"),
    path("engagements/<int:fiscal_year>/<str:code>/findings/plans-due/", board.plans_due, name="plans_due"),
    path("engagements/<int:fiscal_year>/<str:code>/findings/beside/<path:item_code>/", raising.beside, name="beside"),
    path("diagnosis/measures/<int:pk>/finding/", measuring.of_measure, name="of_measure"),
    path("rollouts/", rollouts.rollout_list, name="rollouts"),
    path("rollouts/<int:pk>/", rollouts.rollout_page, name="rollout"),
    path("rollouts/answers/<int:pk>/", rollouts.answer_page, name="answer"),
]
