"""What lives here. The papers of planning as words, rows and an Excel sheet: 監査中期計画書 and 年度監査計画書.
Who comes here. The actions that write them and the pages that show their fields.
May import. The queries and models of this app and of the apps below, document.letters, formats.writers.
Must not. Write; decide what a plan holds.
To add one. A module whose function gives a PlanPaper, and its kind in document.letters.kinds.
"""

from kansa.apps.scheduling.queries.papers.annual import annual_paper
from kansa.apps.scheduling.queries.papers.lap import lap_paper
from kansa.apps.scheduling.queries.papers.paper import PlanPaper, template_for

__all__ = ["PlanPaper", "annual_paper", "lap_paper", "template_for"]
