"""What lives here. Auditor education: reading and its time, cases made of past findings, exercises and their results.
Who comes here. Whoever asks how the auditors prepared, how alike they judge, and who may be assigned.
May import. findings and what lies below, and the pure packages.
Must not. Show a case before a person has looked at what may still identify somebody; name one auditor to another.
To add one. What counts as trained is decided in queries.training, by the rule of the year.
"""
