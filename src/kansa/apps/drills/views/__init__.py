"""What lives here. The wizard of a drill, its texts and sending; the pages behind its links; the check of a mail.
Who comes here. urls.py only.
May import. drills.actions, drills.queries, drills.forms, mail.queries, trail.forms, Django.
Must not. Open a session or load a campaign on a landing page; show whose mail it was.
To add one. A view, its address, its rows in tests/house/access_matrix.csv, a test.
"""
