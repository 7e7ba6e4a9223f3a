"""What lives here. Mail drills: deliveries and raw events, each recipient as a keyed token.
Who comes here. Whoever imports the results of a drill or counts them by department.
May import. kansa.apps.plan and what lies below it, and the pure packages.
Must not. Keep a mail address or a staff number; import assessment or self_inspection.
To add one. A new kind of event is a word in formats and a line in queries.FIRST_TIMES.
"""
