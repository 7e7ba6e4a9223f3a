"""What lives here. A fiscal year's rules as data, its judging scale, and its checklists with the lineage of each item.
Who comes here. Whoever asks by which yardstick a year was judged.
May import. kansa.apps.people, kansa.apps.trail and the pure packages.
Must not. Hold a rule of a municipality as a constant; know of engagements or answers.
To add one. A rule is a field of core.year or core.audit_rules, a line in queries and one in forms.RULE_GROUPS.
"""
