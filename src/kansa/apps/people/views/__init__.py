"""What lives here. The pages of the own account, of everybody's accounts, of staff and of the organisation.
Who comes here. urls.py alone.
May import. people's actions, queries, forms and words, trail's forms, and Django.
Must not. Write to a table itself; show a password twice.
To add one. A page is one function in the module of its subject, a line in urls.py and its rows of the access matrix.
"""
