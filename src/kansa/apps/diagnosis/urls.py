"""Under which addresses do the pages of technical diagnosis answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.diagnosis.views import assets, measures, measures_list, overview, scans, tray, vulnerabilities

app_name = "diagnosis"
ASSET = "diagnosis/assets/<int:pk>/"
UPLOAD = "diagnosis/uploads/<int:pk>/"
MEASURE = "diagnosis/measures/<int:pk>/"
urlpatterns = [
    path("diagnosis/", overview.overview_page, name="overview"),
    path("diagnosis/assets/", assets.register_page, name="assets"),
    path("diagnosis/assets/add/", assets.add_page, name="add_asset"),
    path(ASSET, assets.asset_page, name="asset"),
    path(f"{ASSET}edit/", assets.edit_page, name="edit_asset"),
    path("diagnosis/tray/", tray.tray_page, name="tray"),
    path("diagnosis/tray/<int:pk>/", tray.host_page, name="tray_host"),
    path("diagnosis/scans/", scans.scan_list, name="scans"),
    path("diagnosis/scans/upload/", scans.upload_page, name="upload"),
    path("diagnosis/scans/<int:pk>/", scans.scan_page, name="scan"),
    path(UPLOAD, scans.look_page, name="look"),
    path(f"{UPLOAD}progress/", scans.progress_part, name="progress"),
    path("diagnosis/vulnerabilities/<int:pk>/", vulnerabilities.vulnerability_page, name="vulnerability"),
    path("diagnosis/measures/", measures.queue_page, name="measures"),
    path("diagnosis/measures/proposed/", measures.proposals_page, name="measure_proposals"),
    path("diagnosis/measures/list/", measures_list.list_page, name="measure_list"),
    path("diagnosis/measures/list.xlsx", measures_list.list_file, name="measure_list_file"),
    path(MEASURE, measures.measure_page, name="measure"),
    path(f"{MEASURE}decide/", measures.decide_page, name="decide_measure"),
]
