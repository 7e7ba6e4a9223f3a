"""What lives here. Rules of sending mail: which addresses are ours, when and how fast, states, replies, filled mails.
Who comes here. The app `mail`, readers of bounces, whoever prepares a mail for many people.
May import. The standard library and kansa.core.
Must not. Open a connection, ask the clock, draw at random: time is always an argument.
To add one. A reason to refuse an address: its check in addresses.py, its row in the manual, its example in tests/core.
"""
