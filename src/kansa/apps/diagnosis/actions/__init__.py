"""What lives here. The acts of technical diagnosis: register, reports taken over, hosts of the tray, kinds set by hand.
Who comes here. The views of this app, the command line, the import of tables, the worker.
May import. The models and queries of this app and of the apps below, the pure packages.
Must not. Keep half of a report; close what a scan did not cover.
To add one. An act is one function in the module of its subject, one verb for the trail, and a line below.
"""

from kansa.apps.diagnosis.actions.assets import plan_assets, save_asset
from kansa.apps.diagnosis.actions.kinds import set_kind
from kansa.apps.diagnosis.actions.taking import ScanFacts, Taken, outline_of, take_scan
from kansa.apps.diagnosis.actions.tray import assign_host, register_host
from kansa.apps.diagnosis.actions.uploads import UploadFacts, apply_upload, cancel_upload, hand_in, process_upload
from kansa.apps.diagnosis.actions.zones import zones_of

__all__ = [
    "ScanFacts",
    "Taken",
    "UploadFacts",
    "apply_upload",
    "assign_host",
    "cancel_upload",
    "hand_in",
    "outline_of",
    "plan_assets",
    "process_upload",
    "register_host",
    "save_asset",
    "set_kind",
    "take_scan",
    "zones_of",
]
