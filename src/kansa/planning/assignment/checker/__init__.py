"""Door plate of `kansa.planning.assignment.checker`: does a plan keep the rules, whoever made it?

What lives here. Every breach of a plan in Japanese, and its cost recomputed; written apart from the model.
Who comes here. Screens where cells are changed by hand, the solver's callers, explanations, tests.
May import. `kansa.core`, the values of assignment and calendar, the standard library.
Must not. Import anything of the model (candidates, rows, schedule, joint, solve) or the solver.
To add one. A rule: one function that yields breaches, its name in breaches.RULES, an example in tests/planning.
"""
