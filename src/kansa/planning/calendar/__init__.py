"""Door plate of `kansa.planning.calendar`: on which days may an audit be held, who is told when, and as which file.

What lives here. National holidays, working days, slots of a year, notices, clashes, iCalendar text.
Who comes here. The app `plan`, `kansa.planning.assignment`, the command line.
May import. `kansa.core`, the standard library.
Must not. Ask the clock: the stamp of a calendar file is an argument.
To add one. A holiday: its row in holidays.py with the law; a rule of days: days.py, with an example in tests/planning.
"""
