"""What lives here. Settings, the home folder with its key, urls and the WSGI entry: what wires the apps together.
Who comes here. The command line, the web server and the tests; whoever installs or runs kansa.
May import. Everything.
Must not. Be imported by apps or pure packages; hold rules of a municipality (they are data of the fiscal year).
To add one. A setting is one constant in settings.py, its environment name one row of the table in that docstring.
"""
