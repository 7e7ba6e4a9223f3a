"""Door plate of `kansa.planning`: who is audited in which year, by whom and on which day, as problems with a proof.

What lives here. Rotation of a lap, assignment of auditors, calendar; their checkers, explanations and cheapest repairs.
Who comes here. The app `plan` (which makes inputs out of rows and keeps accepted plans), the command line, benchmarks.
May import. `kansa.core`, the solver HiGHS (only in program.py), the standard library.
Must not. Know Django, files, the network or chance; trust a plan that a checker apart from the model has not verified.
To add one. A rule: its row in the model, its own line in the checker, its words, a worked example in tests/planning.
"""
