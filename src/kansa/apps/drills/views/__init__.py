"""What lives here. The pages behind the links of training mails, the questionnaire, and the check of a mail.
Who comes here. urls.py only.
May import. drills.actions, drills.queries, drills.forms, trail.forms, Django.
Must not. Open a session or load a campaign on a landing page; show whose mail it was.
To add one. A view, its address, its rows in tests/house/access_matrix.csv, a test.
"""
