"""What lives here. Reads of findings: of one, of an engagement, of the board, of rollouts, and as frozen values.
Who comes here. The pages of this app, the freeze of the year, and whoever moves an engagement on.
May import. This app's models, the apps below, Django and the pure packages.
Must not. Write; show a finding to another department.
To add one. A read is one function in the module whose question it shares, and a line below when others need it.
"""

from kansa.apps.findings.queries.facts import finding_facts, is_complete, unraised
from kansa.apps.findings.queries.frozen import findings
from kansa.apps.findings.queries.standing import Standing, loaded, roles_for, standing_of, standings

__all__ = [
    "Standing",
    "finding_facts",
    "findings",
    "is_complete",
    "loaded",
    "roles_for",
    "standing_of",
    "standings",
    "unraised",
]
