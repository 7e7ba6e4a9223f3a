"""What lives here. The steps by which the tables of `mail` came to be, for SQLite and PostgreSQL alike.
Who comes here. Django's migrate command.
May import. Django, and the models of this app for functions named in old steps.
Must not. Use a field type or statement of one database without its twin for the other; be edited once released.
To add one. `python -m django makemigrations mail`, read it, and keep one head.
"""
