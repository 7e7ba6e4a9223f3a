"""What lives here. Reads of assets, scans, the tray, vulnerabilities with their states, and the figures of a year.
Who comes here. The views and actions of this app; the annual report and the findings of a diagnosis.
May import. The models of this app and of the apps below, the pure packages.
Must not. Write; show a host, an address or a version to whoever may not see its asset.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.diagnosis.queries.assets import asset_records
from kansa.apps.diagnosis.queries.figures import diagnosis_of_year, summary

__all__ = ["asset_records", "diagnosis_of_year", "summary"]
