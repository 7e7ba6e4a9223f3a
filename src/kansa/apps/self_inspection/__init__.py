"""What lives here. Self-inspection: one masked row per respondent, and the tally that every report reads instead.
Who comes here. Whoever imports the answers or asks how a department answered.
May import. kansa.apps.controls, kansa.apps.people, kansa.apps.trail and the pure packages.
Must not. Keep a respondent's number; let a report read a single answer.
To add one. Another kind of answer is another mask of Response and a column of Tally.
"""
