"""What lives here. Texts of training mails that come with kansa: seasonal, municipal, without a real company.
Who comes here. Whoever adds a text or improves one.
May import. kansa.core.mail_drill.
Must not. Name a real brand, company or person, ask for a secret, hold an address outside the example names.
To add one. A Scenario with its cues in the module of its subject, and a look at the reveal page.
"""

from kansa.core.mail_drill.scenario import Scenario
from kansa.formats.mail_drill.library import daily, offices, residents, seasons

SCENARIOS: dict[str, Scenario] = {
    one.code: one for one in (*seasons.SCENARIOS, *offices.SCENARIOS, *residents.SCENARIOS, *daily.SCENARIOS)
}

__all__ = ["SCENARIOS"]
