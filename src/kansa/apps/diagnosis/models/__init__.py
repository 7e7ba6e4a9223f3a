"""What lives here. The tables of technical diagnosis: assets, scans, vulnerabilities, what is decided about them.
Who comes here. The queries and actions of this app, and the findings of a diagnosis.
May import. plan, people and trail models, Django and the pure packages.
Must not. Hold a rule that a database constraint could hold; keep a state that cannot be made again from observations.
To add one. A table in the module of its subject and a line below.
"""

from kansa.apps.diagnosis.models.advisories import AdvisoryFile, AdvisoryKey, AdvisoryUpload, TableMapping
from kansa.apps.diagnosis.models.assets import (
    IMPORTANCES_JA,
    Asset,
    AssetYear,
    NetworkZone,
    OfAssetQuerySet,
    asset_scope,
)
from kansa.apps.diagnosis.models.decisions import Decision, Measure, MeasureTarget
from kansa.apps.diagnosis.models.scans import UPLOAD_STATES_JA, Scan, ScanCoverage, ScanUpload, scan_scope
from kansa.apps.diagnosis.models.vulnerabilities import (
    Observation,
    ObservedText,
    Vulnerability,
    VulnerabilityYear,
    Weakness,
    WeaknessCve,
)

__all__ = [
    "IMPORTANCES_JA",
    "UPLOAD_STATES_JA",
    "AdvisoryFile",
    "AdvisoryKey",
    "AdvisoryUpload",
    "Asset",
    "AssetYear",
    "Decision",
    "Measure",
    "MeasureTarget",
    "NetworkZone",
    "Observation",
    "ObservedText",
    "OfAssetQuerySet",
    "Scan",
    "ScanCoverage",
    "ScanUpload",
    "TableMapping",
    "Vulnerability",
    "VulnerabilityYear",
    "Weakness",
    "WeaknessCve",
    "asset_scope",
    "scan_scope",
]
