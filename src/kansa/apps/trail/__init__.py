"""What lives here. The original files, the append-only record of acts with its seals, and how an import is applied.
Who comes here. Whoever asks who changed what, when, and out of which file.
May import. Django, kansa.core and kansa.formats.
Must not. Import another app; change or delete an event, not even in a repair.
To add one. Call actions.record() in the transaction of the act; its words go into messages.py.
"""
