"""What lives here. Findings of audits and diagnoses with their improvement plans.
Who comes here. Whoever asks what was detected, what is planned, and what is improved.
May import. The evidence apps and what lies below them, and the pure packages.
Must not. Call "planned" improved; order a fix.
To add one. A fact about a finding is a column of Finding or ImprovementPlan and of its record.
"""
