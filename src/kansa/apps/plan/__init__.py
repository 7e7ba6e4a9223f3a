"""What lives here. The medium-term plan, the engagements of a year with their auditors, and the auditors' training.
Who comes here. Whoever asks who is audited when, by whom.
May import. kansa.apps.controls and what lies below it, and the pure packages.
Must not. Know of judgements or findings.
To add one. A fact about an engagement is a column of Engagement and of its record.
"""
