"""What lives here. The pages of technical diagnosis.
Who comes here. urls.py only.
May import. The forms, actions and queries of this app; trail.forms; Django.
Must not. Decide a state; write without an action; show an asset without `visible_to`.
To add one. A function whose first line asks for permission, its address in urls.py, its rows in the access matrix.
"""
