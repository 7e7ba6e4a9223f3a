"""What lives here. Acts on findings: importing, raising, fact check, improvement, verification, rollout.
Who comes here. The pages of this app, the import, and whoever carries an engagement over.
May import. This app's queries and models, the apps below, Django and the pure packages.
Must not. Let auditors write or order the fix; let one person report and verify.
To add one. One act is one function in the module of its subject, with its permission, its trail row, and a line below.
"""

from kansa.apps.findings.actions.importing import plan_findings

__all__ = ["plan_findings"]
