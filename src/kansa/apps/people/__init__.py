"""What lives here. Municipalities, departments with their validity and successions, and the staff roster of each year.
Who comes here. Whoever asks which departments existed in a fiscal year and who worked there.
May import. kansa.apps.trail and the pure packages.
Must not. Know of audits, answers or drills; keep a mail address.
To add one. A fact about a department is a column of Department, its record field and its template column.
"""
