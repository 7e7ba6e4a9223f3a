"""What lives here. Making plans: the rules of a lap, computed drafts, acceptance, changes by hand, who is sent when.
Who comes here. The audit office before a lap and before each year; whoever asks why a department is audited when.
May import. audits, education, plan, controls, people, jobs, trail, the pure packages, Django.
Must not. Solve in a request; take over a draft that the checker did not verify; change a year that is under way.
To add one. A rule: its value and checker line in kansa.planning, its kind in models/rules.py, its words in forms.py.
"""
