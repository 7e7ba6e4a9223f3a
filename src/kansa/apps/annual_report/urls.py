"""Under which addresses do the years, the report, its figures and the import templates answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.annual_report.views import (
    contradictions,
    department,
    downloads,
    drill_tables,
    figures,
    freezing,
    home,
    importing,
    past,
    report,
    start,
    years,
)

app_name = "annual_report"
urlpatterns = [
    path("", home.home, name="home"),
    path("start/", start.start_page, name="start"),
    path("start/year/", start.begin_page, name="begin"),
    path("department/", department.department_page, name="department"),
    path("years/", years.year_list, name="years"),
    path("templates/", downloads.template_list, name="templates"),
    path("templates/<slug:kind>/", downloads.template_file, name="template"),
    path("import/", importing.kind_list, name="imports"),
    path("import/apply/", importing.apply_import, name="apply_import"),
    path("import/done/<int:event>/", importing.imported_page, name="imported"),
    path("import/drill-table/", drill_tables.drill_table_page, name="drill_table"),
    path("import/drill-table/columns/", drill_tables.drill_columns_page, name="drill_columns"),
    path(
        "import/drill-table/mappings/<int:pk>/remove/",
        drill_tables.remove_drill_mapping_page,
        name="remove_drill_mapping",
    ),
    path("import/past-answers/", past.past_page, name="past"),
    path("import/past-answers/columns/", past.columns_page, name="past_columns"),
    path("import/past-answers/mappings/<int:pk>/", past.mapping_file, name="mapping_file"),
    path("import/<slug:kind>/", importing.import_page, name="import"),
    path("years/<fiscal_year:fiscal_year>/export/<slug:kind>/<slug:form>/", importing.export_file, name="export"),
    path("years/<fiscal_year:fiscal_year>/", years.year_page, name="year"),
    path(
        "inspections/results/<fiscal_year:fiscal_year>/contradictions/",
        contradictions.contradictions_page,
        name="contradictions",
    ),
    path(
        "inspections/results/<fiscal_year:fiscal_year>/contradictions/files/<str:form>",
        contradictions.contradictions_file,
        name="contradictions_file",
    ),
    path("years/<fiscal_year:fiscal_year>/freeze/", freezing.freeze_page, name="freeze"),
    path("years/<fiscal_year:fiscal_year>/confirm/", freezing.confirm_page, name="confirm"),
    path("years/<fiscal_year:fiscal_year>/report/", report.report_page, name="report"),
    path("years/<fiscal_year:fiscal_year>/download/<slug:kind>/", downloads.report_file, name="download"),
    path("years/<fiscal_year:fiscal_year>/figures/", figures.figure_list, name="figures"),
    # A figure id may hold a department's code and a bureau's name, so any characters.
    path("years/<fiscal_year:fiscal_year>/figures/<path:figure_id>/", figures.figure_page, name="figure"),
]
