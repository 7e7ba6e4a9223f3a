"""Do the actions and queries of each app keep their promises, on SQLite and on PostgreSQL?"""
