"""What lives here. The pages of the judging room: worksheet, item, comparison, survey, evidence, Excel, matrix.
Who comes here. urls.py; nobody else imports views.
May import. assessment.{actions,queries,forms}, trail.forms, Django and the pure packages.
Must not. Write to the database; decide who may do what.
To add one. A function whose first line names the person, a line in urls.py, rows in the access matrix.
"""
