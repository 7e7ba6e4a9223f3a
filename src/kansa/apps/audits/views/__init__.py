"""What lives here. The pages of audits under way, of their letters, and of the own department.
Who comes here. Only urls.py.
May import. This app's queries, actions and forms, and trail.forms.
Must not. Open a transaction; decide who may see an audit.
To add one. A view of at most 30 lines whose first line asks for permission.
"""
