"""What lives here. The pages of the checklists and of a year's rules.
Who comes here. controls.urls only.
May import. controls.queries, controls.actions, controls.forms, trail.forms.
Must not. Decide what may stand in a checklist; know which years are frozen, which the addresses hand in.
To add one. A page is one function in the module of its subject, with `permitted` in its first line.
"""
