"""What lives here. The acts of technical diagnosis: register, reports taken over, hosts of the tray, kinds set by hand.
Who comes here. The views of this app, the command line, the import of tables, the worker.
May import. The models and queries of this app and of the apps below, the pure packages.
Must not. Keep half of a report; close what a scan did not cover.
To add one. An act is one function in the module of its subject, one verb for the trail, and a line below.
"""

from kansa.apps.diagnosis.actions.advisories import (
    add_key,
    apply_advisories,
    cancel_advisories,
    hand_in_advisories,
    process_advisories,
    remove_advisories,
    revoke_key,
)
from kansa.apps.diagnosis.actions.assets import plan_assets, save_asset
from kansa.apps.diagnosis.actions.kinds import set_kind
from kansa.apps.diagnosis.actions.mappings import remove_mapping, save_mapping
from kansa.apps.diagnosis.actions.taking import ScanFacts, Taken, outline_of, take_scan
from kansa.apps.diagnosis.actions.tray import assign_host, register_host
from kansa.apps.diagnosis.actions.uploads import (
    UploadFacts,
    apply_upload,
    cancel_upload,
    hand_in,
    process_upload,
    state_facts,
)
from kansa.apps.diagnosis.actions.zones import ZoneFacts, remove_zone, save_zone, zones_of

__all__ = [
    "ScanFacts",
    "Taken",
    "UploadFacts",
    "ZoneFacts",
    "add_key",
    "apply_advisories",
    "apply_upload",
    "assign_host",
    "cancel_advisories",
    "cancel_upload",
    "hand_in",
    "hand_in_advisories",
    "outline_of",
    "plan_assets",
    "process_advisories",
    "process_upload",
    "register_host",
    "remove_advisories",
    "remove_mapping",
    "remove_zone",
    "revoke_key",
    "save_asset",
    "save_mapping",
    "save_zone",
    "set_kind",
    "state_facts",
    "take_scan",
    "zones_of",
]
