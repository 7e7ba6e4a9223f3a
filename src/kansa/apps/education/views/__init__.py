"""What lives here. The pages of auditor education.
Who comes here. education.urls only.
May import. education.queries, education.actions, education.forms, trail.forms.
Must not. Show an auditor another one's name beside an answer; compute a measure.
To add one. A page is one function in the module of its subject, with `permitted` in its first line.
"""
