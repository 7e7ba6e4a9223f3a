"""What lives here. The pages of mail: relays, domains, batches, bounces.
Who comes here. urls.py alone.
May import. mail.actions, mail.queries, mail.forms, trail.forms, Django and the pure packages.
Must not. Write; show an address.
To add one. A view in the module of its subject, its line in urls.py, its rows in the access matrix.
"""
