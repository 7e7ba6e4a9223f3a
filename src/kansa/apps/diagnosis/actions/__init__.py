"""What lives here. The acts of technical diagnosis: register, reports taken over, hosts of the tray, kinds set by hand.
Who comes here. The views of this app, the command line, the import of tables, the worker.
May import. The models and queries of this app and of the apps below, the pure packages.
Must not. Keep half of a report; close what a scan did not cover.
To add one. An act is one function in the module of its subject, one verb for the trail, and a line below.
"""

from kansa.apps.diagnosis.actions.assets import plan_assets, save_asset

__all__ = ["plan_assets", "save_asset"]
