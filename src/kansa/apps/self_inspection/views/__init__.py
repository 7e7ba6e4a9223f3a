"""What lives here. The pages of self-inspection: of the office, and of those who answer.
Who comes here. self_inspection.urls only.
May import. self_inspection.queries, self_inspection.actions, self_inspection.forms, trail.forms.
Must not. Put a key or an answer into a session, a message or a log; show the office a single answer.
To add one. A page is one function in the module of its subject; its first line says who may see it.
"""
