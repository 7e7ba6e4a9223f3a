"""Door plate of `kansa.planning.assignment`: who audits which department in a year, in which slot, and why.

What lives here. Values of the question and of its answer, refusals, model, checker, explanations, repair, baseline.
Who comes here. The app `plan`, the command line, `benchmarks.assignment`.
May import. `kansa.core`, `kansa.planning.program`, `kansa.planning.calendar.slots`, the standard library.
Must not. Let the checker import anything of the model: values.py is all they have in common.
To add one. A rule: its row in rows.py, its line in checker.py, words and price in values.py, an example by hand.
"""
