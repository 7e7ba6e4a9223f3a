"""What lives here. The pages of planning.
Who comes here. urls.py only.
May import. The forms, actions and queries of this app; trail.forms; Django.
Must not. Solve; write without an action.
To add one. A function whose first line asks for permission, its address in urls.py, its rows in the access matrix.
"""
