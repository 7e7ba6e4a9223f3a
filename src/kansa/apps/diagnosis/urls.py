"""Under which addresses do the pages of technical diagnosis answer?"""

from __future__ import annotations

from django.urls import path

from kansa.apps.diagnosis.views import (
    assets,
    mappings,
    measures,
    measures_list,
    overview,
    patches,
    scans,
    tray,
    vulnerabilities,
    zones,
)

app_name = "diagnosis"
ASSET = "diagnosis/assets/<int:pk>/"
UPLOAD = "diagnosis/uploads/<int:pk>/"
ADVISORIES = "diagnosis/advisories/"
MAPPINGS = "diagnosis/mappings/"
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
    # Advisories carried in, inventories, firms' tables, zones.
    path(ADVISORIES, patches.advisories_page, name="advisories"),
    path(f"{ADVISORIES}<int:pk>/remove/", patches.remove_advisories_page, name="remove_advisories"),
    path(f"{ADVISORIES}uploads/<int:pk>/", patches.advisory_look_page, name="advisory_look"),
    path(f"{ADVISORIES}uploads/<int:pk>/progress/", patches.advisory_progress_part, name="advisory_progress"),
    path(f"{ADVISORIES}keys/", patches.keys_page, name="keys"),
    path(f"{ADVISORIES}keys/<int:pk>/revoke/", patches.revoke_key_page, name="revoke_key"),
    path("diagnosis/inventories/", patches.inventory_page, name="inventories"),
    path("diagnosis/inventories/scripts/<slug:name>/", patches.script_file, name="script"),
    path(f"{UPLOAD}stated/", patches.state_page, name="state_inventories"),
    path(f"{UPLOAD}mapping/", mappings.map_table_page, name="map_table"),
    path(MAPPINGS, mappings.mapping_list, name="mappings"),
    path(f"{MAPPINGS}<int:pk>/", mappings.edit_mapping, name="edit_mapping"),
    path(f"{MAPPINGS}<int:pk>/remove/", mappings.remove_mapping_page, name="remove_mapping"),
    path("diagnosis/zones/", zones.zones_page, name="zones"),
    path("diagnosis/zones/<int:pk>/", zones.zone_page, name="zone"),
    path("diagnosis/measures/", measures.queue_page, name="measures"),
    path("diagnosis/measures/proposed/", measures.proposals_page, name="measure_proposals"),
    path("diagnosis/measures/list/", measures_list.list_page, name="measure_list"),
    path("diagnosis/measures/list.xlsx", measures_list.list_file, name="measure_list_file"),
    path(MEASURE, measures.measure_page, name="measure"),
    path(f"{MEASURE}decide/", measures.decide_page, name="decide_measure"),
]
