"""What lives here. Self-inspection: campaigns, one masked row per respondent, and the tally that reports read instead.
Who comes here. Whoever asks the staff, answers, imports answers or asks how a department answered.
May import. kansa.apps.controls, kansa.apps.people, kansa.apps.trail and the pure packages.
Must not. Store what joins an answer to a person in a campaign that is not identified; let a report read one answer.
To add one. Another kind of answer is another mask of Response and a column of Tally.
"""
