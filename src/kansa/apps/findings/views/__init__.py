"""What lives here. The pages of findings: raising, one finding with its fact check and improvement, board, rollouts.
Who comes here. `urls.py`, and nobody else.
May import. This app's queries, actions and forms, Django and the pure packages.
Must not. Decide a rule, open a transaction, or find an object without `visible_to`.
To add one. A function of at most 30 lines whose first line asks for permission, its template, its row in the matrix.
"""
