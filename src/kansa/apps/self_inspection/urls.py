"""Under which addresses is a self-inspection held, and under which does the staff answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.self_inspection.views import answering, campaigns, contents, reminders, results, sheets

app_name = "self_inspection"
ONE = "inspections/<int:pk>/"
WORKPLACE = f"{ONE}departments/<int:department>/"
OWN = "answer/<int:pk>/"
RESULT = "inspections/results/<fiscal_year:fiscal_year>/"
urlpatterns = [
    path("inspections/", campaigns.campaign_list, name="campaigns"),
    path("inspections/add/<fiscal_year:fiscal_year>/", campaigns.add_page, name="add"),
    path(ONE, campaigns.campaign_page, name="campaign"),
    path(f"{ONE}edit/", campaigns.edit_page, name="edit"),
    path(f"{ONE}move/", campaigns.move_page, name="move"),
    path(f"{ONE}trial/", campaigns.trial_page, name="trial"),
    path(f"{ONE}items/", contents.items_page, name="items"),
    path(f"{ONE}levels/", contents.levels_page, name="levels"),
    path(f"{ONE}levels/<str:kind>/", contents.levels_file, name="levels_file"),
    path(f"{ONE}comments/<str:kind>/", contents.comments_file, name="comments"),
    path(f"{ONE}excluded/", campaigns.excluded_page, name="excluded"),
    path(f"{ONE}silent/", campaigns.silent_page, name="silent"),
    path(f"{ONE}slips/<int:department>/", campaigns.slips_page, name="slips"),
    path(f"{ONE}departments/<int:department>/", campaigns.department_page, name="department"),
    path(f"{ONE}progress/", campaigns.progress_part, name="progress"),
    path(f"{ONE}reminders/", reminders.reminders_page, name="reminders"),
    path(f"{ONE}reminders/rule/", reminders.rule_page, name="reminder_rule"),
    path(f"{ONE}reminders/<int:number>/cancel/", reminders.cancel_page, name="cancel_reminder"),
    path(f"{ONE}reminders/<int:number>/slips/", reminders.slips_page, name="reminder_slips"),
    path("inspections/results/", results.result_list, name="results"),
    path(RESULT, results.result_page, name="result"),
    path(f"{RESULT}map/", results.heat_page, name="result_map"),
    path(f"{RESULT}teach/", results.teach_page, name="result_teach"),
    path(f"{RESULT}by/<slug:view>/", results.group_page, name="result_groups"),
    path(f"{RESULT}departments/<path:code>/", results.department_page, name="result_department"),
    path(f"{RESULT}items/<path:code>/", results.item_page, name="result_item"),
    path(f"{RESULT}files/<str:form>", results.result_file, name="result_file"),
    path(f"{ONE}workplaces/", sheets.workplaces_page, name="workplaces"),
    path(f"{WORKPLACE}sheet/", sheets.sheet_page, name="sheet"),
    path(f"{WORKPLACE}sheet/file/", sheets.sheet_file, name="sheet_file"),
    path(f"{WORKPLACE}sheet/take/", sheets.take_page, name="take_sheet"),
    path(f"{WORKPLACE}paper/", sheets.paper_page, name="paper"),
    path(f"{WORKPLACE}batch/", sheets.batch_page, name="batch"),
    # For people without an account too: whoever holds a key or the code of a slip.
    path("answer/", answering.code_page, name="code"),
    path("answer/type/", answering.type_page, name="type"),
    path("answer/key/<slug:key>/", answering.key_page, name="key"),
    path(OWN, answering.start_page, name="answer"),
    path(f"{OWN}begin/", answering.begin_page, name="begin"),
    path(f"{OWN}all/", answering.all_page, name="answer_all"),
    path(f"{OWN}items/<int:position>/", answering.item_page, name="answer_item"),
    path(f"{OWN}receipt/", answering.receipt_page, name="receipt"),
    path(f"{OWN}leave/", answering.leave_page, name="leave"),
]
