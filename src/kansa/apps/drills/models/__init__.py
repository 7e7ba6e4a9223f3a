"""What lives here. The tables of mail drills: those recorded elsewhere, own campaigns, their recipients and raw hits.
Who comes here. The queries and actions of this app.
May import. people.models, trail.models, kansa.core words, Django.
Must not. Hold a mail address in the clear, or a rule that a database constraint could hold.
To add one. A table in the module of its subject and a line below.
"""

from kansa.apps.drills.models.campaign import DrillCampaign, DrillGroup, Scenario, ScenarioRating
from kansa.apps.drills.models.hits import DrillHit, HelpDeskTally
from kansa.apps.drills.models.preflight import PreflightMail
from kansa.apps.drills.models.recipients import DrillIdentity, DrillRecipient
from kansa.apps.drills.models.recorded import EVENT_KINDS, Delivery, Drill, DrillEvent, DrillMapping
from kansa.apps.drills.models.results import DrillAnswer, DrillTally

__all__ = [
    "EVENT_KINDS",
    "Delivery",
    "Drill",
    "DrillAnswer",
    "DrillCampaign",
    "DrillEvent",
    "DrillGroup",
    "DrillHit",
    "DrillIdentity",
    "DrillMapping",
    "DrillRecipient",
    "DrillTally",
    "HelpDeskTally",
    "PreflightMail",
    "Scenario",
    "ScenarioRating",
]
