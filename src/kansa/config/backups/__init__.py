"""What lives here. Copies of the database and the files: making, checking and restoring them, on both databases.
Who comes here. The commands `kansa backup` and `kansa restore`.
May import. The apps, Django and the pure packages.
Must not. Decide what a copy may hold of a self-inspection: that is kansa.apps.self_inspection.actions.copying.
To add one. Another database is one module beside sqlite.py with the same two functions, named in databases.py.
"""
