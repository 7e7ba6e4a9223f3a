"""Under which addresses do the pages of auditor education answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.education.views import cases, exercises, home, reading, results

app_name = "education"
YEAR = "education/<int:fiscal_year>/"
MATERIAL = "education/materials/<int:pk>/"
CASE = "education/cases/<int:pk>/"
EXERCISE = "education/exercises/<int:pk>/"
urlpatterns = [
    path("education/", home.this_year, name="home"),
    path(YEAR, home.year_page, name="year"),
    path(f"{YEAR}materials/add/", reading.add_material, name="add_material"),
    path(MATERIAL, reading.material_page, name="material"),
    path(f"{MATERIAL}edit/", reading.edit_material, name="edit_material"),
    path(f"{MATERIAL}start/", reading.start_page, name="start_reading"),
    path(f"{MATERIAL}stop/", reading.stop_page, name="stop_reading"),
    path(f"{MATERIAL}time/", reading.time_page, name="record_reading"),
    path("education/cases/", cases.library, name="cases"),
    path("education/cases/findings/", cases.finding_list, name="findings"),
    path("education/cases/add/", cases.add_case, name="add_case"),
    path(CASE, cases.case_page, name="case"),
    path(f"{CASE}edit/", cases.edit_case, name="edit_case"),
    path(f"{CASE}check/", cases.check_page, name="check_case"),
    path(f"{CASE}withdraw/", cases.withdraw_page, name="withdraw_case"),
    path(f"{YEAR}exercises/add/", exercises.add_exercise, name="add_exercise"),
    path(EXERCISE, exercises.exercise_page, name="exercise"),
    path(f"{EXERCISE}edit/", exercises.edit_exercise, name="edit_exercise"),
    path(f"{EXERCISE}publish/", exercises.publish_page, name="publish_exercise"),
    path(f"{EXERCISE}begin/", exercises.begin_page, name="begin_exercise"),
    path(f"{EXERCISE}cases/<int:position>/", exercises.answer_page, name="answer"),
    path(f"{EXERCISE}finish/", exercises.finish_page, name="finish_exercise"),
    path(f"{EXERCISE}results/", results.results_page, name="results"),
    path(f"{EXERCISE}results/<int:account>/", results.person_page, name="person_results"),
    path(f"{YEAR}records/", home.record_list, name="records"),
    path(f"{YEAR}records/<int:account>/", home.record_page, name="record"),
]
