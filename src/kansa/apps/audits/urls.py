"""Under which addresses do the audits, their letters and the templates answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.audits.views import engagements, letters

app_name = "audits"
ONE = "engagements/<fiscal_year:fiscal_year>/<str:code>"
RECORD = "education/<int:fiscal_year>/records/<int:account>"
urlpatterns = [
    path("engagements/", engagements.engagement_list, name="engagements"),
    path("engagements/<fiscal_year:fiscal_year>/", engagements.engagement_list, name="engagements_of"),
    path("engagements/<fiscal_year:fiscal_year>/new/", engagements.new_engagement, name="new"),
    path("engagements/<fiscal_year:fiscal_year>/close-recorded/", engagements.close_recorded, name="close_recorded"),
    path(f"{ONE}/", engagements.engagement_page, name="engagement"),
    path(f"{ONE}/edit/", engagements.edit_engagement, name="edit"),
    path(f"{ONE}/move/", engagements.move_engagement, name="move"),
    path(f"{ONE}/auditors/", engagements.assign_auditor, name="assign"),
    path(
        f"{ONE}/auditors/<int:auditor_id>/unassign/",
        engagements.change_auditor,
        {"act": "unassign"},
        name="unassign",
    ),
    path(f"{ONE}/auditors/<int:auditor_id>/lead/", engagements.change_auditor, {"act": "lead"}, name="lead"),
    path(f"{ONE}/letters/<slug:kind>/", letters.letter_page, name="letter"),
    path(f"{ONE}/letters/<slug:kind>/<slug:form>/", letters.letter_file, name="letter_file"),
    path("rollouts/<int:pk>/letter/", letters.rollout_letter_page, name="rollout_letter"),
    path("rollouts/<int:pk>/letter/<slug:form>/", letters.rollout_letter_file, name="rollout_letter_file"),
    path(f"{RECORD}/letter/", letters.training_letter_page, name="training_letter"),
    path(f"{RECORD}/letter/<slug:form>/", letters.training_letter_file, name="training_letter_file"),
    path("letters/", letters.template_list, name="templates"),
    path("letters/<slug:kind>/", letters.template_page, name="template"),
    path("letters/<slug:kind>/file/", letters.template_file, name="template_file"),
    path("letters/<slug:kind>/withdraw/", letters.withdraw_template, name="withdraw"),
]
