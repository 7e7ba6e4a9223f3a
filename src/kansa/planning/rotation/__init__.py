"""Door plate of `kansa.planning.rotation`: in which year of a lap is which department audited (監査中期計画)?

What lives here. The question (values), its model, the checker apart from it, explanations, repairs, re-planning.
Who comes here. The app `plan`, the command line, benchmarks/rotation.py.
May import. `kansa.core`, `kansa.planning.program`, the standard library.
Must not. Let the checker know the model, or the model the checker; read the clock; keep anything between two calls.
To add one. A rule: its value, its instance in model.py, its own line in checker.py, its price and words in words.py.
"""
